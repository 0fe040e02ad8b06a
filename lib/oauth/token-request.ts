/** Requests for tokens without a browser, in two forms: loading MSAL would take a sixth of the time of `token`. */
import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { Failure, partsOf } from "../errors/failure";
import { fullStop } from "../errors/text";
import { sendJson } from "../http/json";
import { now } from "../startup/clock";
import { entraError, fixes, isPassing, outageIn, refusalsOf } from "./aadsts";
import { pipelineFor } from "./authority";
import type { ApplicationCredential } from "./confidential-client";
import { networkFailure, tokenEndpointOf } from "./discovery";
import { endpointsFixes } from "./remedies";

/** Seconds, which Entra writes as a number, in older answers as text. */
export const seconds = v.pipe(v.union([v.number(), v.string()]), v.toNumber(), v.minValue(0), v.maxValue(1e9));

const text = v.optional(v.string(), "");
/** RFC 6749 5.1 and 5.2. */
const answer = v.object({
  ...v.entriesFromList(["access_token", "refresh_token", "scope", "error", "error_description"], text),
  expires_in: v.optional(seconds, 0),
});

interface Answered extends v.InferOutput<typeof answer> {
  expiresOn: Date;
}

/** Entra's refusal in its own words, with the names that MSAL's errors have. */
class TokenRefusal extends Error {
  constructor(
    readonly errorCode: string,
    readonly errorMessage: string,
  ) {
    super(`${errorCode}: ${errorMessage}`);
  }
}

/** @param grant its parameters (RFC 6749 4.4 and 6) @throws TokenRefusal, EntraError, HttpFailure */
export async function requestTokens(
  cloud: Cloud,
  application: ApplicationCredential,
  grant: { grant_type: string; scope: string; refresh_token?: string },
  abortSignal?: AbortSignal,
): Promise<Answered> {
  const since = now();
  const { tenantId, clientId } = application;
  const url = await tokenEndpointOf(cloud, tenantId);
  const form = new URLSearchParams({ client_id: clientId, ...(await proofFor(application, url)), ...grant }).toString();
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const asked = { service: "The authority", method: "POST", url, headers, form, abortSignal } as const;
  const response = await sendJson(pipelineFor(form), { ...asked, fixes: endpointsFixes(cloud) });
  const outage = outageIn(response.status, response.body);
  if (outage !== undefined) throw new TokenRefusal(outage.error, outage.description);
  const body = response.as(answer);
  if (body.error !== "") throw new TokenRefusal(body.error, body.error_description);
  return { ...body, expiresOn: new Date(since + body.expires_in * 1000) };
}

/** RFC 6749 2.3.1 and RFC 7523 2.2. */
async function proofFor(application: ApplicationCredential, tokenEndpoint: string): Promise<Record<string, string>> {
  if ("clientSecret" in application) return { client_secret: application.clientSecret };
  return {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await application.clientAssertion({ clientId: application.clientId, tokenEndpoint }),
  };
}

/** The scope that requests everything consented to on one resource; v2 allows one resource a request. */
export const scopeOf = (resource: string): string => `${resource}/.default`;

const nameOfScope = (scope: string): string => scope.slice(scope.lastIndexOf("/") + 1);
export const namesOfScopes = (scopes: readonly string[]): string[] => scopes.map(nameOfScope);

/** Scopes that are in every response and in no consent; Entra returns a requested .default too. */
const ofSignIn = ["openid", "profile", "email", "offline_access", ".default"];
export const withoutThoseOfSignIn = (names: readonly string[]): string[] =>
  names.filter((name) => !ofSignIn.includes(name.toLowerCase()));

/** The code and text of a refusal, in a TokenRefusal as in MSAL's errors. */
function refusalIn(error: unknown): { code: string; words: string } | undefined {
  if (!(error instanceof Error && "errorCode" in error && "errorMessage" in error)) return undefined;
  return { code: String(error.errorCode), words: String(error.errorMessage) };
}

/** A refusal as this project's error; any other error stays as it is. */
export function asEntraError(what: string, error: unknown, application: ApplicationCredential): Error {
  const unanswered = networkFailure(error);
  if (unanswered !== undefined)
    return new Failure(unanswered.code, { ...partsOf(unanswered), what: `${what} failed. ${unanswered.what}` });
  const refusal = refusalIn(error);
  if (refusal === undefined) return error instanceof Error ? error : new Error(String(error));
  const { code, words } = refusal;
  const told = entraError(what, code, words, { clientId: application.clientId, own: refusalsOf(application) });
  if (told.aadsts !== undefined || isPassing(told)) return told;
  return unexpectedAnswer(`${what} failed: ${code}: ${fullStop(words)}`);
}

/** A passing fault of Entra's as this project's error; any other error stays as it is. */
export function asPassingFault(error: unknown): unknown {
  const refusal = refusalIn(error);
  if (refusal === undefined) return error;
  const told = entraError("Asking Entra for a token", refusal.code, refusal.words);
  return isPassing(told) ? told : error;
}

export const unexpectedAnswer = (what: string): Failure => new Failure("entra-unexpected", what, ...fixes.defect);
