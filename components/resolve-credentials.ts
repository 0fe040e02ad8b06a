/** From settings with a calendar to the credentials that are declared, before anything is. */
import * as pulumi from "@pulumi/pulumi";
import type { FoundVault } from "../azure/vault-place";
import type { Cloud } from "../config/clouds";
import type { CredentialKind } from "../config/limits";
import { type AppliedCredential, type DeclaredCredential, planCredentials } from "../consent/credential-plan";
import { labelIn } from "../consent/credential-reference";
import { type Calendar, calendarOf, dayIn, daysSince, dueSince } from "../consent/periods";
import { labelVariable, periodVariable, revokeVariable } from "../consent/rotation-variables";
import { refreshTokenNameOf } from "../consent/target";
import { Failure, namespace, pulumi as pulumiCommand, run } from "../errors/failure";
import { now } from "../startup/clock";
import type { ClientSecretArgs, ClientSecretsArgs, StoredClientSecretArgs } from "./client-secrets";
import { thisStack } from "./partner-consent";

interface Settings {
  /** None where the application has a certificate. */
  clientSecret?: ClientSecretsArgs | StoredClientSecretArgs;
  credential?: { kind?: CredentialKind; rotateEvery?: string; firstDay?: string; overdueDays?: number };
  /** With `uri`, or with `found`. */
  vault: object;
}

/** The stack's own outputs that its last deployment left, as far as they are of use here. */
interface Outputs {
  applicationId?: string;
  clientSecretName?: string;
  credentials?: readonly AppliedCredential[];
}

/**
 * Looks up what the stack applied last, in its own outputs, and which credentials live tokens name, in the vault's tags.
 * @param settings as resolveVault() gave them back
 * @param named the credential that the stack's token names, as resolveToken() found it: by hand it tells whether there was a calendar
 * @returns as they are declared; settings without a calendar as they are
 * @throws Failure where the calendar was taken out and what it made is not named as the previous one
 */
export async function resolveCredentials(
  cloud: Cloud,
  tenantId: string,
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  named?: string,
): Promise<Settings["clientSecret"]> {
  const { clientSecret, credential, vault } = settings;
  if (clientSecret === undefined || "vaultSecretName" in clientSecret) return clientSecret;
  const calendar = calendarOf(credential);
  if (calendar === undefined) {
    // Asking for outputs adds a provider to the state: a stack that never had a calendar has no need of it.
    if (dayIn(labelIn(named ?? "") ?? "") !== undefined)
      requirePrevious((await ownOutputs()).credentials ?? [], clientSecret);
    return clientSecret;
  }
  const outputs = await ownOutputs();
  const applied = outputs.credentials ?? [];
  const at = now();
  await tellDue(calendar, applied, credential?.overdueDays, at);
  if (environment[periodVariable] === "applied" && applied.length > 0) return argsOf(applied);
  const { [labelVariable]: label = "" } = environment;
  const asked = label === "" ? undefined : label;
  const isTurning = dueSince(calendar, applied[0]?.label, at) !== undefined || asked !== undefined;
  const found = await lookAtVault(cloud, tenantId, vault, outputs, isTurning);
  const planned = planCredentials({
    calendar,
    at,
    applied,
    byHand: byHandOf(clientSecret),
    isDeployed: outputs.clientSecretName !== undefined,
    ...found,
    asked,
    isRevoking: environment[revokeVariable] === "true",
  });
  const isBegun = applied.length > 0 || planned.some(({ label }) => dayIn(label) !== undefined);
  return isBegun ? argsOf(planned) : clientSecret;
}

/** What the stack's outputs keep of what was declared: nothing without a calendar. */
export function appliedIn(
  clientSecret: ClientSecretsArgs | StoredClientSecretArgs | undefined,
  { clientSecretNames }: { clientSecretNames: ReadonlyMap<string, pulumi.Output<string>> },
): { credentials?: object[] } {
  if (clientSecret === undefined || "vaultSecretName" in clientSecret || clientSecret.rollTokens !== true) return {};
  const { older = [] } = clientSecret;
  const all = [...byHandOf(clientSecret), ...older.map(shortOf)];
  return { credentials: all.map((one) => ({ ...one, reference: clientSecretNames.get(one.label) })) };
}

const argsOf = ([current, previous, ...older]: readonly DeclaredCredential[]): ClientSecretsArgs => ({
  ...shortOf(current),
  ...(previous === undefined ? {} : { previous: shortOf(previous) }),
  ...(older.length === 0 ? {} : { older: older.map(shortOf) }),
  rollTokens: true,
});

const shortOf = ({ label = "", endDate }: Partial<DeclaredCredential> = {}): ClientSecretArgs => ({
  label,
  ...(endDate === undefined ? {} : { endDate }),
});

const byHandOf = ({ previous, ...current }: ClientSecretsArgs): DeclaredCredential[] =>
  (previous === undefined ? [current] : [current, previous]).map(shortOf);

/** The engine knows them while it runs the program; a failed run leaves them as they were. */
async function ownOutputs(): Promise<Outputs> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name }, {})) as {
    outputs?: Outputs;
  };
  return outputs ?? {};
}

async function tellDue(
  calendar: Calendar,
  [current]: readonly AppliedCredential[],
  overdueDays: number | undefined,
  at: number,
): Promise<void> {
  const since = current === undefined ? undefined : dueSince(calendar, current.label, at);
  if (since === undefined) return;
  const message = `Rotation is due since ${since}`;
  const isOverdue = overdueDays !== undefined && daysSince(since, at) > overdueDays;
  await (isOverdue ? pulumi.log.warn(`${message}, which is overdue.`) : pulumi.log.info(`${message}.`));
}

/** What the plan asks of the vault; without one, or where it may not be looked at, everything stays that the stack applied. */
async function lookAtVault(
  cloud: Cloud,
  tenantId: string,
  vault: object,
  { applicationId, credentials = [] }: Outputs,
  isTurning: boolean,
) {
  const { uri, found } = vault as { uri?: string; found?: FoundVault };
  const vaultUri = uri ?? found?.uri;
  if (vaultUri === undefined || applicationId === undefined) return { isInUse: () => true };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late: a new stack has no vault to look at
  const use = require("../consent/credentials-in-use") as typeof import("../consent/credentials-in-use");
  const refreshTokenName = refreshTokenNameOf(tenantId);
  const asked = { cloud, vaultUri, clientId: applicationId, refreshTokenName, stack: thisStack(), isTurning };
  try {
    return await use.credentialsInUse(asked, credentials);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await pulumi.log.info(`Which credentials the tokens in ${vaultUri} name could not be looked at: ${error.what}`);
    return { isInUse: () => true };
  }
}

/** @throws Failure with the settings that name it */
function requirePrevious([newest]: readonly AppliedCredential[], secret: ClientSecretsArgs): void {
  if (newest === undefined) return;
  const isNamed = byHandOf(secret).some(({ label, endDate }) => label === newest.label && endDate === newest.endDate);
  if (isNamed) return;
  const wanted = {
    label: "<new label>",
    "previous.label": newest.label,
    ...(newest.endDate === undefined ? {} : { "previous.endDate": newest.endDate }),
  };
  const values = Object.entries(wanted).flatMap(([name, value]) => [
    "--plaintext",
    `${namespace}:clientSecret.${name}=${value}`,
  ]);
  throw new Failure("calendar-taken-out", {
    what: `This stack no longer rotates by the calendar, and its tokens name the credential ${newest.label}, which the settings do not.`,
    why: "It would be taken out while they do.",
    fixes: [
      // At once, and told to be no secret: for the engine a time looks like one.
      run("Make it the previous one, beside a new label", pulumiCommand("config", "set-all", "--path", ...values)),
    ],
  });
}
