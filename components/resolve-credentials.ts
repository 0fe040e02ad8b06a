/** Converts settings with a calendar to the declared credentials, before anything is declared. */
import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../lib/config/clouds";
import type { CredentialKind } from "../lib/config/limits";
import {
  type AppliedCredential,
  type DeclaredCredential,
  credentialKindOf,
  planCredentials,
} from "../lib/consent/credential-plan";
import { madeSecretIn, parseReference } from "../lib/consent/credential-reference";
import { type Calendar, calendarOf, dayIn, daysSince, dueSince, monthsOf } from "../lib/consent/periods";
import { labelVariable, periodVariable, revokeVariable } from "../lib/consent/rotation-variables";
import { refreshTokenNameOf } from "../lib/consent/target";
import { Failure, run, setSettings } from "../lib/errors/failure";
import { now } from "../lib/startup/clock";
import type { CertificateCredentialArgs, PreviousCredentialArgs, SecretCredentialArgs } from "./client-certificates";
import type { ClientSecretArgs, ClientSecretsArgs, StoredClientSecretArgs } from "./client-secrets";
import { thisStack } from "./partner-consent";
import { addressOf, type PlacedVault } from "./resolve-vault";

interface CredentialSettings {
  kind?: CredentialKind;
  /** Of a certificate. */
  label?: string;
  previous?: PreviousCredentialArgs;
  rotateEvery?: string;
  firstDay?: string;
  overdueDays?: number;
}

interface Settings {
  /** None if the application has a certificate. */
  clientSecret?: ClientSecretsArgs | StoredClientSecretArgs;
  credential?: CredentialSettings;
  vault: PlacedVault;
}

/** In the shape of the model's arguments. */
export interface Credentials {
  clientSecret?: ClientSecretsArgs | StoredClientSecretArgs;
  credential?: CertificateCredentialArgs | SecretCredentialArgs;
}

/** The stack's own outputs from its last deployment, as far as they are used here. */
interface Outputs {
  applicationId?: string;
  /** Of a client secret. */
  clientSecretName?: string;
  /** Of a certificate. */
  credential?: string;
  credentials?: readonly AppliedCredential[];
}

/**
 * Reads what the stack applied last from its own outputs, and which credentials valid tokens name from the vault's tags.
 * @param settings from resolveVault()
 * @param named the credential in the tags of the stack's token, from resolveToken(): without a calendar it shows whether there may have been one
 * @returns the declared credentials; settings without a calendar are returned unchanged
 * @throws Failure if the calendar was removed and what it created is not configured as the previous credential
 */
export async function resolveCredentials(
  cloud: Cloud,
  tenantId: string,
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  named = "",
): Promise<Credentials> {
  const { clientSecret, credential, vault } = settings;
  const asSet = { ...(clientSecret && { clientSecret }), ...(credential && { credential }) } as Credentials;
  if (clientSecret !== undefined && "vaultSecretName" in clientSecret) return asSet;
  const calendar = calendarOf(credential);
  const byHand = byHandOf(settings);
  const kind = credential?.kind ?? "secret";
  if (calendar === undefined) {
    // Reading outputs adds a provider to the state: a stack that never had a calendar or a certificate does not need it.
    const mayBeOfCalendar =
      parseReference(named)?.kind === "certificate" || dayIn(madeSecretIn(named)?.label ?? "") !== undefined;
    if (mayBeOfCalendar) requirePrevious((await ownOutputs()).credentials ?? [], byHand, kind);
    return asSet;
  }
  const outputs = await ownOutputs();
  const applied = outputs.credentials ?? [];
  const [current] = applied;
  const isOfKind = current !== undefined && credentialKindOf(current) === kind;
  const at = now();
  await tellDue(calendar, applied, credential?.overdueDays, at);
  if (environment[periodVariable] === "applied" && isOfKind) return argsOf(applied, calendar);
  const { [labelVariable]: label = "" } = environment;
  const asked = label === "" ? undefined : label;
  const isTurning = !isOfKind || dueSince(calendar, current.label, at) !== undefined || asked !== undefined;
  const found = await lookAtVault(cloud, tenantId, vault, outputs, isTurning);
  const planned = planCredentials({
    calendar,
    kind,
    at,
    applied,
    byHand,
    deployed: deployedKind(outputs),
    ...found,
    asked,
    isRevoking: environment[revokeVariable] === "true",
  });
  const isBegun = applied.length > 0 || planned.some(({ label }) => dayIn(label) !== undefined);
  return isBegun ? argsOf(planned, calendar) : asSet;
}

function deployedKind({ credential, clientSecretName }: Outputs): CredentialKind | undefined {
  if (credential !== undefined) return "certificate";
  return clientSecretName === undefined ? undefined : "secret";
}

/** What the stack's outputs record of the declared credentials: nothing without a calendar. */
export function appliedIn(
  { clientSecret, credential }: Credentials,
  {
    clientSecretNames,
    certificates,
  }: {
    clientSecretNames: ReadonlyMap<string, pulumi.Output<string>>;
    certificates: ReadonlyMap<string, { reference: pulumi.Output<string> }>;
  },
): { credentials?: object[] } {
  if (credential?.rollTokens !== true) return {};
  const { previous, older = [] } = credential;
  const current =
    credential.kind === "certificate" ? credential : { ...(clientSecret as ClientSecretArgs), kind: credential.kind };
  const all = [current, ...(previous === undefined ? [] : [previous]), ...older];
  const referenceOf = ({ kind, label }: PreviousCredentialArgs) =>
    kind === "certificate" ? certificates.get(label)?.reference : clientSecretNames.get(label);
  return { credentials: all.map((one) => ({ ...declaredOf(one), reference: referenceOf(one) })) };
}

function argsOf([current, ...others]: readonly DeclaredCredential[], calendar: Calendar): Credentials {
  const { kind, label, ...ends } = namedOf(current);
  const [previous, ...older] = others.map(namedOf);
  const out = { ...(previous && { previous }), ...(older.length > 0 && { older }), rollTokens: true as const };
  return kind === "certificate"
    ? { credential: { kind, label, validityMonths: monthsOf(calendar), ...out } }
    : { clientSecret: { label, ...ends }, credential: { kind, ...out } };
}

/** In the shape of the arguments. */
const namedOf = ({ kind, label = "", endDate }: Partial<DeclaredCredential> = {}): PreviousCredentialArgs => ({
  kind: kind ?? "secret",
  label,
  ...(endDate === undefined ? {} : { endDate }),
});

/** In the shape of the outputs. */
const declaredOf = ({ kind, label, endDate }: PreviousCredentialArgs): DeclaredCredential => ({
  ...(kind === "certificate" ? { kind } : {}),
  label,
  ...(endDate === undefined ? {} : { endDate }),
});

/** From the settings, the current one first. */
function byHandOf({ clientSecret, credential }: Settings): DeclaredCredential[] {
  const out = credential?.previous === undefined ? [] : [declaredOf(credential.previous)];
  if (credential?.kind === "certificate") return [{ kind: "certificate", label: credential.label ?? "" }, ...out];
  const { previous, ...current } = clientSecret as ClientSecretsArgs;
  return [current, ...(previous === undefined ? [] : [previous])].map((one) => declaredOf(namedOf(one))).concat(out);
}

/** The engine provides them while it runs the program; a failed run does not change them. */
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

/** Reads what the plan needs from the vault; without a vault, or without access to it, everything stays as the stack applied it. */
async function lookAtVault(
  cloud: Cloud,
  tenantId: string,
  vault: PlacedVault,
  { applicationId, credentials = [] }: Outputs,
  isTurning: boolean,
) {
  const vaultUri = addressOf(vault);
  if (vaultUri === undefined || applicationId === undefined) return { isInUse: () => true };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late: a new stack has no vault to look at
  const use = require("../lib/consent/credentials-in-use") as typeof import("../lib/consent/credentials-in-use");
  const refreshTokenName = refreshTokenNameOf(tenantId);
  const asked = { cloud, vaultUri, clientId: applicationId, refreshTokenName, stack: thisStack(), isTurning };
  try {
    return await use.credentialsInUse(asked, credentials);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await pulumi.log.info(`Which credentials the tokens in ${vaultUri} name could not be checked: ${error.what}`);
    return { isInUse: () => true };
  }
}

/** @param kind from the settings @throws Failure with the settings that name it */
function requirePrevious(
  [newest]: readonly AppliedCredential[],
  byHand: readonly DeclaredCredential[],
  kind: CredentialKind,
): void {
  if (newest === undefined) return;
  const its = credentialKindOf(newest);
  const isIt = (one: DeclaredCredential) =>
    credentialKindOf(one) === its && one.label === newest.label && one.endDate === newest.endDate;
  if (byHand.some(isIt)) return;
  const place = kind === "secret" && its === "secret" ? "clientSecret" : "credential";
  const wanted = {
    ...(kind === its && { label: "<new label>" }),
    ...(place === "credential" && { "previous.kind": its }),
    "previous.label": newest.label,
    ...(newest.endDate === undefined ? {} : { "previous.endDate": newest.endDate }),
  };
  const values = Object.entries(wanted).map(([name, value]): [string, string] => [`${place}.${name}`, value]);
  throw new Failure("calendar-taken-out", {
    what: `This stack no longer rotates by the calendar, and its tokens name the credential ${newest.label}, which the settings do not.`,
    why: "It would be taken out while they do.",
    fixes: [run("Make it the previous one, beside a new label", setSettings(Object.fromEntries(values)))],
  });
}
