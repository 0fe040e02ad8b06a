/** OAuth with plain fetch, for mistakes that the vendor's libraries prevent. */
import { createHash, randomBytes } from "node:crypto";
import type { Emulator } from "../emulator/emulator";
import type { RegisteredApplication } from "./applications";
import { signInFor, type SignInAnswers } from "./emulator";

export interface TokenAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** Posts a form to the token endpoint. `path` defaults to the partner tenant's v2 endpoint. */
export async function askForToken(
  cloud: Emulator,
  form: Record<string, string>,
  path = `/${cloud.seeds.partner.id}/oauth2/v2.0/token`,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const response = await fetch(`${cloud.url}${path}`, { method: "POST", body: new URLSearchParams(form), headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The refusal in a response, in the form of the tests: HTTP status, OAuth error, AADSTS number. */
export const refusal = ({ status, body }: TokenAnswer): unknown[] => [status, body["error"], body["error_codes"]];

/** Claims of a JWT, unverified. */
export function claimsOf(token: unknown): Record<string, unknown> {
  const payload = String(token).split(".")[1] ?? "";
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}

export interface Proof {
  verifier: string;
  challenge: string;
}

export function newProof(): Proof {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/**
 * The address of the sign-in for an application, for Partner Center by default.
 *
 * @param changes parameters that differ; undefined leaves one out
 */
export function authorizeUrl(
  cloud: Emulator,
  { clientId, redirectUri }: RegisteredApplication,
  changes: Record<string, string | undefined> = {},
  path = `/${cloud.seeds.partner.id}/oauth2/v2.0/authorize`,
): string {
  const parameters: Record<string, string | undefined> = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: `${cloud.origins.partnerCenter}/.default openid profile offline_access`,
    state: "the-state",
    ...changes,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${cloud.url}${path}?${new URLSearchParams(given).toString()}`;
}

/** A form without one field. */
export const withoutField = (form: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(form).filter(([key]) => key !== name));

/** Signs in, consents if asked, and returns the code. */
export async function codeFor(
  cloud: Emulator,
  application: RegisteredApplication,
  changes: Record<string, string | undefined> = {},
  answers: SignInAnswers = {},
): Promise<string> {
  const { code, error_description: description } = await signInFor(authorizeUrl(cloud, application, changes), answers);
  if (code === undefined) throw new Error(description ?? "no code");
  return code;
}

/** The form with which an application asks for a token of its own: the deployer for Microsoft Graph, unless others are given. */
export const ownForm = (
  cloud: Emulator,
  { clientId, clientSecret }: Pick<RegisteredApplication, "clientId" | "clientSecret"> = cloud.seeds.deployer,
  resource: string = cloud.origins.microsoftGraph,
): Record<string, string> => ({
  grant_type: "client_credentials",
  client_id: clientId,
  client_secret: clientSecret,
  scope: `${resource}/.default`,
});

/** The form that redeems a code. */
export const redemption = (
  { clientId, clientSecret, redirectUri }: RegisteredApplication,
  code: string,
): Record<string, string> => ({
  grant_type: "authorization_code",
  client_id: clientId,
  client_secret: clientSecret,
  redirect_uri: redirectUri,
  code,
});

/** The form that redeems a refresh token for a resource. */
export const refreshing = (
  { clientId, clientSecret }: RegisteredApplication,
  refreshToken: string,
  resource: string,
): Record<string, string> => ({
  grant_type: "refresh_token",
  client_id: clientId,
  client_secret: clientSecret,
  refresh_token: refreshToken,
  scope: `${resource}/.default offline_access`,
});

/** Signs in, redeems the code and returns the whole response, including the refresh token. */
export async function signedIn(
  cloud: Emulator,
  application: RegisteredApplication,
  answers: SignInAnswers = {},
): Promise<Record<string, unknown>> {
  const code = await codeFor(cloud, application, {}, answers);
  const { status, body } = await askForToken(cloud, redemption(application, code));
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}
