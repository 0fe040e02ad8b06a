/** Converts settings with a calendar to the declared credentials. */
import type { Credential, Credentials } from "../config/limits";
import type { CredentialArgs } from "../config/model-args";
import { isSame, type Known, planCredentials, previousSettings } from "../consent/credential-plan";
import { madeSecretIn } from "../consent/credential-reference";
import { credentialsInUse } from "../consent/credentials-in-use";
import {
  type Calendar,
  calendarOf,
  dayIn,
  daysSince,
  dueSince,
  labelVariable,
  monthsOf,
  periodVariable,
  revokeVariable,
} from "../consent/periods";
import { refreshTokenNameOf } from "../consent/target";
import { Failure, run, setSettings } from "../errors/failure";
import { now } from "../startup/clock";
import { type Look, taggedName } from "./look";
import type { TokenPlace } from "./model";

/** Those of the calendar are read here; the others are the model's arguments. */
type CredentialSettings = CredentialArgs & Partial<Calendar> & { overdueDays?: number };

/**
 * Reads from the vault's tags what valid tokens name.
 * @param named the credential of the stack's token: it shows whether there may have been a calendar
 * @throws Failure if the credential of the stack's tokens is not configured as the previous one
 */
export async function resolveCredentials(
  place: TokenPlace,
  credential: CredentialSettings,
  named = "",
): Promise<CredentialArgs> {
  const { outputs } = place.state;
  if (credential.vaultSecretName !== undefined) return credential;
  const calendar = calendarOf(credential);
  const { declared: byHand, overdueDays } = credential;
  if (calendar === undefined) {
    await requirePrevious(place, byHand);
    requireNamed(named, byHand);
    return credential;
  }
  const { credentials: applied = [] } = outputs;
  const [current, ...others] = applied;
  const at = now();
  const due = dueSince(calendar, current?.label, at);
  if (current !== undefined && due !== undefined) await tellDue(place, due, at, overdueDays);
  const rotated = (declared: Credentials): CredentialArgs => ({
    declared,
    validityMonths: monthsOf(calendar),
    rollTokens: true,
  });
  const isOfKind = current?.kind === byHand[0].kind;
  const { [periodVariable]: period, [labelVariable]: label, [revokeVariable]: revokes } = process.env;
  if (period === "applied" && isOfKind) return rotated([current, ...others]);
  const asked = label === "" ? undefined : label;
  const isTurning = !isOfKind || due !== undefined || asked !== undefined;
  const found = await lookAtVault(place, isTurning);
  const byName = outputs.clientSecretName === undefined ? undefined : "secret";
  const deployed = outputs.credential === undefined ? byName : "certificate";
  const planned = planCredentials({
    ...{ calendar, at, applied, byHand, deployed, ...found, asked },
    isRevoking: revokes === "true",
  });
  const isBegun = applied.length > 0 || planned.some((one) => dayIn(one.label) !== undefined);
  return isBegun ? rotated(planned) : credential;
}

async function tellDue({ log }: Look, since: string, at: number, overdueDays: number | undefined): Promise<void> {
  const message = `Rotation is due since ${since}`;
  const isOverdue = overdueDays !== undefined && daysSince(since, at) > overdueDays;
  await (isOverdue ? log.warn(`${message}, which is overdue.`) : log.info(`${message}.`));
}

/** Reads what the plan needs. Without access to a vault everything stays as the stack applied it. */
async function lookAtVault(place: TokenPlace, isTurning: boolean): Promise<Pick<Known, "isInUse" | "published">> {
  const { cloud, tenantId, vaultUri, log } = place;
  const { applicationId: clientId, credentials = [] } = place.state.outputs;
  if (vaultUri === undefined || clientId === undefined) return { isInUse: () => true };
  const token = { refreshTokenName: refreshTokenNameOf(tenantId), stack: taggedName(place) };
  try {
    return await credentialsInUse({ cloud, vaultUri, clientId, ...token, isTurning }, credentials);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await log.info(`Could not check which credentials the tokens in ${vaultUri} use: ${error.what}`);
    return { isInUse: () => true };
  }
}

/** A token names one more credential after a rotation that was cut off: that is then the current one. */
async function requirePrevious(place: TokenPlace, byHand: Credentials): Promise<void> {
  const [newest] = place.state.outputs.credentials ?? [];
  if (newest === undefined) return;
  const { published } = await lookAtVault(place, false);
  const isNamed = byHand.some((one) => isSame(one, newest) && one.endDate === newest.endDate);
  const [current] = byHand;
  const isOpen = current.endDate === undefined;
  const isCurrent = (one: Credential) => isSame(current, one) && (isOpen || current.endDate === one.endDate);
  if (isNamed && (published === undefined || isCurrent(published))) return;
  const previous = previousSettings(newest);
  const begun = published && {
    ...{ "credential.kind": published.kind, "credential.label": published.label },
    ...(!isOpen && published.endDate !== undefined && { "credential.endDate": published.endDate }),
  };
  const label = newest.kind === current.kind && { "credential.label": "<new label>" };
  throw new Failure("calendar-taken-out", {
    what: `This stack no longer rotates by the calendar, and its tokens use the credential ${(published ?? newest).label}, which the settings do not name.`,
    why: "It would be removed while they use it.",
    fixes: [
      begun
        ? run("Finish the rotation first, which was cut off", setSettings({ ...begun, ...previous }))
        : run("Make it the previous one, and set a new label", setSettings({ ...label, ...previous })),
    ],
  });
}

/** A wrong label in `credential.previous` would create that secret, and remove the one that the token uses. */
function requireNamed(secret: string, byHand: Credentials): void {
  const { label } = madeSecretIn(secret) ?? {};
  const [current, previous] = byHand;
  if (label === undefined || previous === undefined) return;
  if (byHand.some((one) => isSame(one, { kind: "secret", label }))) return;
  throw new Failure("credential-unnamed", {
    what: `The stack's token uses the client secret ${label}, and the settings name ${current.label} and ${previous.label}.`,
    why: "The one that it uses would be removed.",
    fixes: [run("Make it the previous one", setSettings(previousSettings({ kind: "secret", label })))],
  });
}
