/** Entra's side of the connection: the requests of MSAL and of discovery go through the one HTTP client. */
import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { httpClient } from "../../lib/http/client";
import { forgetTokenEndpoint } from "../../lib/oauth/discovery";

export interface SentForm {
  url: string;
  /** The form's chosen fields. */
  form: Record<string, string>;
}

type Answer = (sent: SentForm) => { status?: number; headers?: Record<string, string>; body: object };

export const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";
export const clientId = "bbbbbbbb-1111-4222-8333-444444444444";
export const application = { tenantId, clientId, clientSecret: "secret-canary" };

/** Parameters that MSAL adds to every request by itself: counters, ids, and claims of the id token that are not used. */
const added = /^(x-client-|x-app-|x-ms-|client_info$|clidata$|claims$|client-request-id$|X-AnchorMailbox$)/u;

/** The parameters of a URL or form that this project chose. */
export function chosen(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...parameters].filter(([name]) => !added.test(name)));
}

/** Responds to every request and records it. Undo it with `jest.restoreAllMocks()`. */
export function fakeEntra(answer: Answer): SentForm[] {
  const sent: SentForm[] = [];
  forgetTokenEndpoint();
  jest.spyOn(httpClient, "sendRequest").mockImplementation((request) => {
    const form = typeof request.body === "string" ? request.body : "";
    const one = {
      url: request.url.replace(/\?client-request-id=.*$/u, ""),
      form: chosen(new URLSearchParams(form)),
    };
    sent.push(one);
    const { status = 200, headers: more = {}, body } = answer(one);
    const headers = createHttpHeaders({ "Content-Type": "application/json", ...more });
    return Promise.resolve({ request, status, headers, bodyAsText: JSON.stringify(body) });
  });
  return sent;
}

/** The same of a tenant that is in AzureCloud: its discovery document besides. */
export function fakeEntraOf(tenantId: string, answer: Answer): SentForm[] {
  const issuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  const body = { issuer, cloud_instance_name: "microsoftonline.com" };
  return fakeEntra((sent) => (sent.url.includes("openid-configuration") ? { body } : answer(sent)));
}

/** Entra's response to a redemption: an access token with these claims, and the rolled refresh token. */
export function redemptionOf(resource: string, claims: object, refreshToken = "rolled"): { body: object } {
  const scope = `${resource}/user_impersonation ${resource}/.default`;
  const body = { token_type: "Bearer", expires_in: 3600, scope, access_token: jwt(claims) };
  return { body: { ...body, refresh_token: refreshToken } };
}

/** Entra's answer with the account, without which MSAL would keep any refresh token. @param claims of the id token @param more in place of its parts */
export function tokenAnswer(claims: object = {}, more: object = {}): object {
  const now = Math.floor(Date.now() / 1000);
  const id = { aud: clientId, tid: tenantId, oid: "o", sub: "s", ver: "2.0", iat: now, nbf: now, exp: now + 3600 };
  return {
    ...{ token_type: "Bearer", scope: "x", expires_in: 3600, access_token: jwt({ aud: "x" }), refresh_token: "rolled" },
    id_token: jwt({ ...id, ...claims }),
    client_info: Buffer.from(JSON.stringify({ uid: "o", utid: tenantId })).toString("base64url"),
    ...more,
  };
}

/** What discovery leads to. */
export const discovered = (authority: string, of = tenantId): object => ({
  issuer: `${authority}/${of}/v2.0`,
  authorization_endpoint: `${authority}/${of}/oauth2/v2.0/authorize`,
  token_endpoint: `${authority}/${of}/oauth2/v2.0/token`,
  jwks_uri: `${authority}/${of}/discovery/v2.0/keys`,
});

/** A JWT with these claims; a client that got it over TLS does not check its signature. */
export function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** Entra's error body, with the trace lines at its end. */
export function refusal(error: string, description: string): { status: number; body: object } {
  const [trace_id, correlation_id] = ["11111111-aaaa-4bbb-8ccc-000000000001", "11111111-aaaa-4bbb-8ccc-000000000002"];
  const traces = `Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: 2026-11-24 10:00:00Z`;
  const number = Number(/AADSTS(\d+)/u.exec(description)?.[1]);
  const ids = { trace_id, correlation_id };
  return { status: 400, body: { error, error_description: `${description} ${traces}`, error_codes: [number], ...ids } };
}
