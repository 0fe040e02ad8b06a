/** Whether a tenant's policy allows the credential of a stack's settings, and which ones it would allow. */
import { findApplicationNamed } from "../application/applications";
import {
  type CredentialPolicy,
  exemptApplication,
  longestLife,
  otherApplication,
  policyFor,
  policyReader,
  strictest,
  withoutExempting,
} from "../application/credential-policies";
import type { AzureApi } from "../azure/api";
import {
  certificateMonths,
  type Credential,
  type CredentialKind,
  credentialDays,
  rotateEveryDays,
} from "../config/limits";
import { type Command, Failure, type Fix, removeSetting, run, sentence, setSettings } from "../errors/failure";
import { day } from "./lifetime";
import { type Calendar, calendarOf, endOf, labelOfToday, monthsOf } from "./periods";

export interface CredentialSettings extends Partial<Calendar> {
  kind: CredentialKind;
  /** The current one first. */
  declared: readonly Credential[];
  validityMonths: number;
}

/** What could not be found out: the policies (`unread`), or whether they apply to this login (`exempt`). */
export interface Doubt {
  kind: "unread" | "exempt";
  what: string;
  fixes: readonly Fix[];
}

/** Azure CLI's application is not authorized to read policies, whoever signs in (Azure/azure-cli#23906). */
const readers = sentence(
  "Azure CLI never has that right for a person, whatever the person's roles: run doctor as an application that has it, " +
    "or look in the Microsoft Entra admin center at Enterprise apps, Application policies.",
);

/**
 * @param application its client id or object id; undefined: not created yet @param at milliseconds
 * @returns why it or the credential would be refused, with settings that help; undefined if it is allowed
 */
export async function admissionOf(
  graph: AzureApi,
  application: string | undefined,
  settings: CredentialSettings,
  at: number,
): Promise<Failure | Doubt | undefined> {
  const judge = (policy: CredentialPolicy) =>
    refusedBy(policy, settings, at) ?? (application === undefined ? uriRefusedBy(policy) : undefined);
  try {
    const found = application === undefined ? undefined : await findApplicationNamed(graph, application);
    const refused = judge(await policyFor(graph, found, at));
    if (refused === undefined) return undefined;
    const seen = await policyFor(graph, found, at, "beta").catch((error: unknown) => {
      if (error instanceof Failure) return undefined;
      throw error;
    });
    const certain = seen && judge(withoutExempting(seen));
    const exempting =
      "It may exempt some users or services by their custom security attributes; Microsoft Graph refuses all others.";
    return certain ?? { kind: "exempt", what: `${refused.what} ${exempting}`, fixes: refused.fixes };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const what = `Could not read the tenant's credential policy (optional; it needs ${policyReader} on Microsoft Graph): ${error.what}`;
    return { kind: "unread", what, fixes: [readers] };
  }
}

/** @param at milliseconds @returns why it would be refused, with settings that help; undefined if allowed */
export function refusedBy(policy: CredentialPolicy, settings: CredentialSettings, at: number): Failure | undefined {
  const { kind } = settings;
  const limit = strictest(policy, kind);
  const wanted = lifeOf(settings, at);
  if (limit === undefined || wanted <= limit.longest) return undefined;
  const { longest, policy: name } = limit;
  const [noun, selfSigned] =
    kind === "secret" ? ["client secret", ""] : ["certificate", " that no authority of the tenant's signed"];
  return new Failure("credential-forbidden", {
    what:
      longest === 0
        ? `The tenant's policy ${name} forbids a new ${noun}${selfSigned} for this application.`
        : `The tenant's policy ${name} limits a new ${noun} to ${Math.floor(longest / day)} days, and these settings ask for ${Math.ceil(wanted / day)}.`,
    why: "Microsoft Graph would refuse it once the application exists.",
    fixes: [...admitted(policy, settings, at), exemptApplication],
  });
}

/** The refusal of a new application's identifier URI: an adopted one gets none. */
function uriRefusedBy({ uris: [uri] }: CredentialPolicy): Failure | undefined {
  if (uri === undefined) return undefined;
  return new Failure("identifier-uri-forbidden", {
    what: `The tenant's policy ${uri.policy} allows a new application only the identifier URI api://<client id> (nonDefaultUriAddition), even if it receives tokens of version 2.`,
    why: "Microsoft Graph would refuse the application: its identifier URI is on the tenant's domain.",
    fixes: [otherApplication],
  });
}

/** The settings that the policy allows: of the same kind, else of the other, without what that lacks. */
function admitted(policy: CredentialPolicy, settings: CredentialSettings, at: number): Fix[] {
  const letIn = (...commands: Command[]) => [run("Set what it allows", ...commands)];
  const shorter = shortened(policy, settings, at);
  if (shorter !== undefined) return letIn(setSettings(shorter));
  const { declared, kind: from, validityMonths } = settings;
  const kind = from === "secret" ? "certificate" : "secret";
  const other = shortened(policy, { ...settings, kind, declared: [] }, at);
  if (other === undefined) return [];
  const removed = [
    ...(declared[0]?.endDate === undefined ? [] : ["credential.endDate"]),
    ...(from === "secret" || validityMonths === certificateMonths.default ? [] : ["credential.validityMonths"]),
  ];
  return letIn(...removed.map(removeSetting), setSettings({ "credential.kind": kind, ...other }));
}

/** Milliseconds that a new credential would be valid. */
function lifeOf({ kind, declared: [current], validityMonths, ...settings }: CredentialSettings, at: number): number {
  const calendar = calendarOf(settings);
  if (kind === "certificate") {
    const end = new Date(at);
    end.setUTCMonth(end.getUTCMonth() + (calendar ? monthsOf(calendar) : validityMonths));
    // The vault counts the months from ten minutes before now, in case other clocks are behind.
    return end.getTime() - at + 10 * 60_000;
  }
  // The validity of a credential for an emergency begins today.
  if (calendar) return Date.parse(endOf(calendar, labelOfToday([], at))) - at;
  return current?.endDate === undefined ? credentialDays * day : Date.parse(current.endDate) - at;
}

/** The settings to change so that it is allowed; {} if it is now. @returns undefined if none would help */
function shortened(
  policy: CredentialPolicy,
  settings: CredentialSettings,
  at: number,
): Readonly<Record<string, string>> | undefined {
  const { kind } = settings;
  const longest = longestLife(policy, kind);
  const fits = (changes: Partial<CredentialSettings>) => lifeOf({ ...settings, ...changes }, at) <= longest;
  if (fits({})) return {};
  if (calendarOf(settings) !== undefined) {
    const every = mostThat(rotateEveryDays, (days) => fits({ rotateEvery: `${days}d` }));
    return every === undefined ? undefined : { "credential.rotateEvery": `${every}d` };
  }
  if (kind === "certificate") {
    const months = mostThat(certificateMonths, (validityMonths) => fits({ validityMonths }));
    return months === undefined ? undefined : { "credential.validityMonths": String(months) };
  }
  const end = Math.floor((at + longest) / day) * day;
  return end <= at ? undefined : { "credential.endDate": `${new Date(end).toISOString().slice(0, 19)}Z` };
}

function mostThat({ most, least }: { most: number; least: number }, fits: (one: number) => boolean) {
  for (let one = most; one >= least; one -= 1) if (fits(one)) return one;
  return undefined;
}
