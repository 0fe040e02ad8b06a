/** Bodies that no service gives: some nearly right, some of the right names in a wrong shape, some no JSON at all. */
import fc from "fast-check";
import { discovery, guid, origin } from "./network";

export const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    ...["", "\u001b[2J\u001b]0;x\u0007", "\u202Eevil", "AADSTS65001: x\r\n\u001b[31m"],
    ...["constructor", "__proto__", "x".repeat(5000)],
  ),
  fc.constantFrom(
    ...[guid, origin, "True", "Bearer", "2026-11-26T10:00:00Z"],
    ...["https://elsewhere.example/x", "/relative", "//"],
  ),
);
const leaf = fc.oneof(text, fc.constantFrom(null, true, false, 0, -1, 1e308, 900421, {}, [], [null], { value: null }));

/** What services really answer, in parts: the likeliest names, so that what is hostile is looked at. */
const names = `
  value id error code message innererror error_description error_codes access_token refresh_token id_token
  expires_in token_type scope client_info issuer cloud_instance_name token_endpoint authorization_endpoint
  jwks_uri attributes enabled created exp tags nextLink @odata.nextLink items links next headers key
  continuationToken companyProfile tenantId domain companyName description isMfaCompliant number html_url body
  properties publicNetworkAccess subscriptionId name appId displayName web spa publicClient redirectUris
  requiredResourceAccess resourceAppId resourceAccess type oauth2PermissionScopes appRoles allowedMemberTypes
  isEnabled consentType principalId resourceId clientId signInAudience identifierUris passwordCredentials
  permissionGrantPolicyIdsAssignedToDefaultUserRole defaultUserRolePermissions permissionGrantPoliciesAssigned
  roleTemplateId softDeleteRetentionInDays metadata kid cer x5t status vaultUri nameAvailable fields workItems
  comments content author authenticatedUser user recoveryId
`
  .trim()
  .split(/\s+/u);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthIdentifier: "tree" },
    leaf,
    fc.dictionary(fc.constantFrom(...names), tie("tree"), { maxKeys: 6 }),
    fc.array(tie("tree"), { maxLength: 3 }),
  ),
}));
const key = {
  ...{ keyId: guid, displayName: "x", customKeyIdentifier: "AA", usage: "Verify" },
  ...{ startDateTime: "2026-01-01T00:00:00Z", endDateTime: "2027-01-01T00:00:00Z" },
};
const attributes = { enabled: true, created: 1_700_000_000, updated: 1_700_000_000, exp: 1_900_000_000, nbf: 1 };
const version = { id: `${origin}/secrets/x/v`, attributes, tags: { tenant: guid } };
const certificate = { ...version, id: `${origin}/certificates/x/v`, x5t: "AA", cer: "AA==" };
const application = {
  ...{ id: guid, appId: guid, displayName: "x", signInAudience: "AzureADMyOrg", identifierUris: ["api://x"] },
  ...{ isFallbackPublicClient: null, spa: { redirectUris: [] }, publicClient: { redirectUris: [] } },
  web: { redirectUris: ["urn:y"], implicitGrantSettings: { enableIdTokenIssuance: true } },
  requiredResourceAccess: [{ resourceAppId: guid, resourceAccess: [{ id: guid, type: "Scope" }] }],
  ...{ passwordCredentials: [key], keyCredentials: [key] },
};
const enabled = { id: guid, isEnabled: true };
const principal = {
  ...{ id: guid, appId: guid, displayName: "x", appOwnerOrganizationId: null, accountEnabled: true },
  oauth2PermissionScopes: [{ ...enabled, value: "User.Read", type: "User" }],
  appRoles: [{ ...enabled, value: "x", allowedMemberTypes: ["Application"] }],
};
const tokens = { access_token: "a.e30.c", refresh_token: "r", token_type: "Bearer", expires_in: 3600, scope: "x/y" };
const everyEndpoint = { ...discovery, device_authorization_endpoint: origin, end_session_endpoint: origin };
const everything = {
  ...{ ...certificate, ...principal, ...application, ...everyEndpoint, ...tokens, value: "s", name: "n", number: 1 },
  ...{
    status: "completed",
    clientId: guid,
    resourceId: guid,
    principalId: guid,
    appRoleId: guid,
    kid: `${origin}/k/x/v`,
  },
  ...{ roleTemplateId: guid, consentType: "Principal", subscriptionId: guid, html_url: origin, nameAvailable: false },
  properties: { vaultUri: origin, publicNetworkAccess: "Enabled", softDeleteRetentionInDays: 90 },
  companyProfile: { tenantId: guid, domain: "d", companyName: "c" },
  defaultUserRolePermissions: { permissionGrantPoliciesAssigned: ["x"] },
  ...{ fields: { "System.State": "Active", "System.Description": "x" }, workItems: [{ id: 1 }], body: "x" },
  ...{
    comments: [{ id: 1, content: "x", author: { id: guid } }],
    authenticatedUser: { id: guid },
    user: { type: "Bot" },
  },
};

/** Right answers to some of requests.ts, whose readers look at each place of the last one. */
export const rightAnswers: readonly [name: string, ...answers: object[]][] = [
  ["vault, versions", { value: [version], nextLink: null }],
  ["certificates, versions", { value: [certificate], nextLink: `${origin}/x` }],
  ["an application by its id", { value: [application] }],
  ["a service principal", principal],
  ["who may act", application],
  ["Graph, list", { value: [{}], "@odata.nextLink": `${origin}/x`, nextLink: `${origin}/x` }],
  ["held permissions", { value: [{ actions: ["*"], notActions: [], dataActions: null }] }],
  ["discovery", everyEndpoint],
  ["a refresh token", everyEndpoint],
  ["a refresh token", discovery, tokens],
  ["a service principal's token", everyEndpoint],
];

const odd: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, -1e308, Number.MAX_SAFE_INTEGER, "", "x", "true", "mfa", "2026-13-45T99:00:00Z"],
  ...[[], ["mfa"], [null], {}, { value: null }, undefined],
  ...["https://elsewhere.example/x", "//elsewhere.example", `${origin}@elsewhere.example`, "https://127.0.0.1:2/x"],
  origin.replace("https", "http"),
];

/** The value with each of its places in turn replaced by each odd value, or left out. */
export function* changed(value: unknown, place = ""): Generator<{ place: string; with: unknown }> {
  for (const one of odd) yield { place, with: one };
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    for (const one of changed(inner, `${place}.${name}`)) {
      yield { place: one.place, with: Object.assign(Array.isArray(value) ? [] : {}, value, { [name]: one.with }) };
    }
  }
}

/** One that a service could give, with one place of it replaced. */
const nearlyRight = fc
  .tuple(
    fc.constantFrom<unknown>(
      everything,
      { value: [everything] },
      { items: [everything] },
      [everything],
      { ...everything, value: [everything] },
      { error: { code: "Forbidden", message: "x", innererror: { code: "y" } } },
      { error: "invalid_grant", error_description: "AADSTS65001: x" },
    ),
    fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }),
    fc.oneof(tree, fc.constant(undefined)),
  )
  .map(([whole, path, part]) => replaced(whole, path, part));

function replaced(whole: unknown, path: readonly number[], part: unknown): unknown {
  const [first = 0, ...rest] = path;
  if (typeof whole !== "object" || whole === null || path.length === 0) return part;
  const keys = Object.keys(whole);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return part;
  const inner = replaced((whole as Record<string, unknown>)[key], rest, part);
  return Array.isArray(whole)
    ? whole.map((one, at) => (String(at) === key ? inner : (one as unknown)))
    : { ...whole, [key]: inner };
}

const deep = (count: number) => Buffer.from(`{"error":${'{"innererror":'.repeat(count)}1${"}".repeat(count)}}`);
export const body = fc.oneof(
  { weight: 6, arbitrary: nearlyRight.map((one) => Buffer.from(JSON.stringify(one ?? null))) },
  { weight: 4, arbitrary: tree.map((one) => Buffer.from(JSON.stringify(one ?? null))) },
  { weight: 1, arbitrary: text.map((one) => Buffer.from(one)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      Buffer.from("<html>\u001b[2J"),
      Buffer.from("\uFEFF{}"),
      Buffer.alloc(0),
      Buffer.alloc(30_000, " "),
      deep(2000),
      Buffer.from("{"),
    ),
  },
);
