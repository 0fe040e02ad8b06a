/**
 * Meanings and fixes of Entra's error numbers: the only catalogue. Sources: users' reports and
 * learn.microsoft.com/entra/identity-platform/reference-error-codes,
 * learn.microsoft.com/entra/identity/enterprise-apps/application-sign-in-unexpected-user-consent-error.
 */
import * as v from "valibot";
import { byPerson, Failure, filled, type Fix, hasCode, ownCommand, type Parts } from "../errors/failure";
import { fitting, fullStop } from "../errors/text";
import { isOutage } from "../http/policies";
import { applicationCodes } from "./aadsts-codes/application";
import { certificateCodes, federationCodes } from "./aadsts-codes/federation";
import { placeCodes } from "./aadsts-codes/place";
import { signInCodes } from "./aadsts-codes/sign-in";
import { type AadstsEntry, type Entries, entry, fixes, type Remedy } from "./remedies";

export { fixes, type Remedy } from "./remedies";

export const aadsts: Entries = {
  ...placeCodes,
  ...signInCodes,
  ...applicationCodes,
  ...federationCodes,
  // By MSAL's page on confidential clients this is a throttled client, as with status 429.
  50196: entry.passing("the same token was asked for too often", "Entra ends such a loop for some minutes."),
  // Entra's own faults, for which its reference recommends a repetition. 90041 is from users' reports.
  50033: entry.passing("a part of Entra failed", "Entra calls it a transient error."),
  90006: entry.passing("a service behind Entra failed", "Entra calls that service temporarily unavailable."),
  90024: entry.passing("a part of Entra took too long", "Entra calls it a transient error."),
  90033: entry.passing("the directory does not answer", "Entra calls it a transient error."),
  90041: entry.passing("a part of Entra failed", "Entra calls it a transient error."),
};

/** Entra's refusal: number, kind of fix, message without trace ids. Never contains a token or secret. */
export class EntraError extends Failure {
  constructor(
    readonly error: string,
    readonly aadsts: number | undefined,
    readonly remedy: Remedy,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    super(`entra-${remedy}`, said, ...more);
  }
}

/** OAuth's `error` decides if the number is not in this catalogue. */
const remedyOfError: ReadonlyMap<string, Remedy> = new Map(
  Object.entries<Remedy>({
    invalid_client: "secret",
    unauthorized_client: "registration",
    invalid_grant: "consent",
    interaction_required: "consent",
    consent_required: "permission",
    access_denied: "consent",
    // An administrator pressed Cancel: this error has no number.
    permission_denied: "admin-consent",
    invalid_resource: "permission",
    invalid_request: "defect",
    // By Entra's protocol pages both may be temporary, and the request may be repeated.
    server_error: "passing",
    temporarily_unavailable: "passing",
  }),
);

const remedyOf = (error: string, known: AadstsEntry | undefined): Remedy =>
  known?.remedy ?? remedyOfError.get(error) ?? "defect";

function aadstsCodeIn(text: string): number | undefined {
  const number = /AADSTS(\d+)/u.exec(text)?.[1];
  return number === undefined ? undefined : Number(number);
}

export function aadstsEntryIn(text: string, own: Entries = {}): AadstsEntry | undefined {
  const code = aadstsCodeIn(text);
  return code === undefined ? undefined : (own[code] ?? aadsts[code]);
}

/** Whether Entra, or the way to it, had a fault that passes: the same request may soon succeed. */
export const isPassing = (error: unknown): boolean =>
  hasCode(error, "entra-passing", "http-unreachable", "http-timeout");

const text = v.fallback(v.optional(v.string(), ""), "");
const refusal = v.fallback(v.object({ error: text, error_description: text }), { error: "", error_description: "" });

/** @param status the last one @returns OAuth's error for an outage or throttling; otherwise undefined */
export function outageIn(status: number, body: unknown): { error: string; description: string } | undefined {
  const { error, error_description: description } = v.parse(refusal, body);
  const isTold = remedyOf(error, aadstsEntryIn(description)) === "passing";
  if (!isTold && status !== 429 && !isOutage(status)) return undefined;
  return isTold
    ? { error, description }
    : { error: "temporarily_unavailable", description: `${status}, and nothing more` };
}

export const refusalsOf = (proof: object): Entries => ("clientAssertion" in proof ? certificateCodes : {});

interface Client {
  clientId?: string;
  /** Entries whose meaning differs for this client. */
  own?: Entries;
}

/** @param what "Redeeming the refresh token" @param client that asked, if it is the application */
export function entraError(
  what: string,
  error: string,
  description: string,
  { clientId, own }: Client = {},
): EntraError {
  const known = aadstsEntryIn(description, own);
  // MSAL puts numbers and a time before Entra's text.
  const text = description.slice(Math.max(0, description.search(/AADSTS\d/u)));
  const words = text.split(/\r?\n| Trace ID:/u, 1)[0]?.trim() ?? "";
  const meaning = known === undefined ? "" : `: ${known.meaning}`;
  const remedy = remedyOf(error, known);
  const happened = remedy === "passing" ? "failed by a fault of Entra's that passes by itself" : "was refused";
  const told = `${what} ${happened}${meaning}.`;
  return new EntraError(error, aadstsCodeIn(description), remedy, {
    what: told,
    why: `Entra says: ${fitting(fullStop(words === "" ? error : words), told, "Entra says:")}`,
    fixes: filled(known?.fixes ?? fixes[remedy], { "<client id>": clientId }),
  });
}

/** @param what "The sign-in" @param parameters of the final redirect @returns undefined without a refusal */
export function refusalOfPage(what: string, parameters: URLSearchParams): EntraError | undefined {
  const [error, description] = [parameters.get("error"), parameters.get("error_description") ?? ""];
  if (error === null) return undefined;
  const subcode = parameters.get("error_subcode");
  if (error !== "access_denied" || subcode !== "cancel" || description !== "")
    return entraError(what, error, description);
  // A person who leaves the page returns without number and words. Source: a recorded answer in MSAL for Android.
  const signIn = byPerson("If you closed a different page, sign in again", ownCommand("consent"));
  return new EntraError(error, undefined, "admin-consent", {
    what: `${what} was refused: the page was closed without a consent, as after "Need admin approval".`,
    why: `Entra says: ${error} (${subcode}). After that page, only an administrator may grant what is declared.`,
    fixes: [...fixes["admin-consent"], signIn],
  });
}
