/** Whether a tenant's policy allows the credential that a stack's settings describe, and which settings it would allow. */
import { findApplicationNamed } from "../application/applications";
import {
  type CredentialPolicy,
  exempt,
  longestLife,
  otherApplication,
  policyFor,
  policyReader,
  strictest,
  withoutExempting,
} from "../application/credential-policies";
import type { AzureApi } from "../azure/api";
import { certificateMonths, type CredentialKind, credentialDays, firstLabel, rotateEveryDays } from "../config/limits";
import { type Command, Failure, type Fix, removeSetting, run, sentence, setSettings } from "../errors/failure";
import { previousSetting } from "./credential-plan";
import { day } from "./lifetime";
import { type Calendar, calendarOf, endOf, labelOfToday, monthsOf } from "./periods";

interface Previous {
  kind?: CredentialKind;
  label: string;
  endDate?: string;
}

/** The settings of a stack that are read here. */
export interface CredentialSettings {
  clientSecret?: { label?: string; endDate?: string; previous?: Previous; vaultSecretName?: string };
  credential?: Partial<Calendar> & {
    kind?: CredentialKind;
    label?: string;
    validityMonths?: number;
    previous?: Previous;
  };
}

/** Settings by their paths. */
type Changes = Readonly<Record<string, string>>;

/** What could not be found out: the policies (`unread`), or whether they apply to this login (`exempt`). */
export interface Doubt {
  kind: "unread" | "exempt";
  what: string;
  fixes: readonly Fix[];
}

/** Azure CLI's application is not authorized to read policies, whoever signs in (Azure/azure-cli#23906). */
const readers = sentence(
  "Azure CLI never has that right for a person who signed in with it, whatever the person's roles: run doctor as an application that has it, " +
    "or look in the Microsoft Entra admin center at Enterprise apps, Application policies.",
);

/**
 * Reads the policy that applies to an application.
 * @param application its client id or object id; undefined: one that is not created yet
 * @param at milliseconds
 * @returns why the credential, or the application, would be refused, with the settings that help; undefined if it is allowed
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
    return certain ?? { kind: "exempt", what: `${refused.what} ${exempting}`, fixes: refused.fixes };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const what = `Whether the tenant's policy lets the credential in could not be checked (${policyReader} on Microsoft Graph): ${error.what}`;
    return { kind: "unread", what, fixes: [readers] };
  }
}

const exempting =
  "It exempts some users or services by their custom security attributes, or that could not be seen: whom it does not exempt, Microsoft Graph refuses.";

/**
 * @param at milliseconds
 * @returns why it would be refused, with the settings that help; undefined if the policy does not forbid it
 */
export function refusedBy(policy: CredentialPolicy, settings: CredentialSettings, at: number): Failure | undefined {
  const kind = settings.credential?.kind ?? "secret";
  const limit = strictest(policy, kind);
  const wanted = lifeOf(kind, settings, at);
  if (limit === undefined || wanted <= limit.longest) return undefined;
  const { longest, policy: name } = limit;
  const noun = kind === "secret" ? "client secret" : "certificate";
  return new Failure("credential-forbidden", {
    what:
      longest === 0
        ? `The tenant's policy ${name} lets this application have no new ${noun}${kind === "secret" ? "" : " that no authority of the tenant's signed"}.`
        : `The tenant's policy ${name} lets a new ${noun} be valid for ${Math.floor(longest / day)} days at most, and these settings ask for ${Math.ceil(wanted / day)}.`,
    why: "Microsoft Graph would refuse it once the application is made.",
    fixes: [...admitted(policy, kind, settings, at), exempt],
  });
}

/** Of a new application. One that is adopted gets no identifier URI. */
function uriRefusedBy({ uris: [uri] }: CredentialPolicy): Failure | undefined {
  if (uri === undefined) return undefined;
  return new Failure("identifier-uri-forbidden", {
    what: `The tenant's policy ${uri.policy} lets a new application have no identifier URI but api://<client id> (nonDefaultUriAddition), and not even one that receives tokens of version 2.`,
    why: "Microsoft Graph would refuse the application, whose identifier URI is on the tenant's domain.",
    fixes: [otherApplication],
  });
}

/** The settings that the policy allows: those of the same kind first. */
function admitted(policy: CredentialPolicy, kind: CredentialKind, settings: CredentialSettings, at: number): Fix[] {
  const commands = shortening(policy, kind, settings, at) ?? turning(policy, kind, settings, at);
  return commands === undefined ? [] : [run("Set what it lets in", ...commands)];
}

function shortening(
  policy: CredentialPolicy,
  kind: CredentialKind,
  settings: CredentialSettings,
  at: number,
): Command[] | undefined {
  const shorter = shortened(policy, kind, settings, at);
  return shorter && [setSettings(shorter)];
}

/** The settings that change to the other kind. */
function turning(
  policy: CredentialPolicy,
  from: CredentialKind,
  settings: CredentialSettings,
  at: number,
): Command[] | undefined {
  const to = from === "secret" ? "certificate" : "secret";
  const shorter = shortened(policy, to, settings, at);
  if (shorter === undefined) return undefined;
  const { removed, moved } = turned(to, settings);
  return [...removed.map(removeSetting), setSettings({ "credential.kind": to, ...moved, ...shorter })];
}

/** Milliseconds that a new credential of a kind would be valid. */
function lifeOf(kind: CredentialKind, { clientSecret, credential }: CredentialSettings, at: number): number {
  const calendar = calendarOf(credential);
  if (kind === "certificate") {
    const months = calendar ? monthsOf(calendar) : (credential?.validityMonths ?? certificateMonths.default);
    return monthsFrom(at, months);
  }
  // The validity of a credential for an emergency begins today.
  if (calendar) return Date.parse(endOf(calendar, labelOfToday([], at))) - at;
  return clientSecret?.endDate === undefined ? credentialDays * day : Date.parse(clientSecret.endDate) - at;
}

/** The vault counts the calendar's months from ten minutes before now, in case other clocks are behind. */
function monthsFrom(at: number, months: number): number {
  const end = new Date(at);
  end.setUTCMonth(end.getUTCMonth() + months);
  return end.getTime() - at + 10 * 60_000;
}

/** The settings to change so that the policy allows it; none if it already does. @returns undefined if no setting would help */
function shortened(
  policy: CredentialPolicy,
  kind: CredentialKind,
  settings: CredentialSettings,
  at: number,
): Changes | undefined {
  const longest = longestLife(policy, kind);
  if (lifeOf(kind, settings, at) <= longest) return {};
  const calendar = calendarOf(settings.credential);
  if (calendar !== undefined) {
    const lives = (every: number) => {
      const credential = { ...settings.credential, rotateEvery: `${every}d` };
      return lifeOf(kind, { ...settings, credential }, at) <= longest;
    };
    const every = downFrom(rotateEveryDays.most, rotateEveryDays.least, lives);
    return every === undefined ? undefined : { "credential.rotateEvery": `${every}d` };
  }
  if (kind === "certificate") {
    const fits = (months: number) => monthsFrom(at, months) <= longest;
    const months = downFrom(certificateMonths.most, certificateMonths.least, fits);
    return months === undefined ? undefined : { "credential.validityMonths": String(months) };
  }
  const end = Math.floor((at + longest) / day) * day;
  return end <= at ? undefined : { "clientSecret.endDate": `${new Date(end).toISOString().slice(0, 19)}Z` };
}

/** The first whole number that fits, counting down from the largest. */
function downFrom(most: number, least: number, fits: (one: number) => boolean): number | undefined {
  for (let one = most; one >= least; one -= 1) if (fits(one)) return one;
  return undefined;
}

/** The settings of one kind that also apply to the other. */
function turned(
  to: CredentialKind,
  { clientSecret = {}, credential = {} }: CredentialSettings,
): { removed: string[]; moved: Changes } {
  const isSet = (value: unknown, usual?: unknown) => value !== undefined && value !== usual;
  const { label, endDate, previous } = clientSecret;
  const isDescribed = isSet(label, firstLabel) || isSet(endDate) || isSet(previous);
  const [from, out] =
    to === "certificate" ? ["secret" as const, previous] : ["certificate" as const, credential.previous];
  const its = out?.kind ?? "secret";
  const place = previousSetting(to, its);
  const isMoved = out !== undefined && place !== previousSetting(from, its);
  return {
    removed:
      to === "certificate"
        ? [...(isDescribed ? ["clientSecret"] : [])]
        : [
            ...(isSet(credential.label, firstLabel) ? ["credential.label"] : []),
            ...(isSet(credential.validityMonths, certificateMonths.default) ? ["credential.validityMonths"] : []),
            ...(isMoved ? ["credential.previous"] : []),
          ],
    moved: isMoved
      ? {
          ...(to === "certificate" && { [`${place}.kind`]: its }),
          [`${place}.label`]: out.label,
          ...(out.endDate !== undefined && { [`${place}.endDate`]: out.endDate }),
        }
      : {},
  };
}
