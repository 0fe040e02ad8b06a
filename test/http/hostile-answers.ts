/**
 * Answers that no service gives, for every request that the product makes: as fast-check makes them up, below the product's one HTTP client.
 * What is met is all of the client but its sockets (hostile-network.ts).
 */
import fc from "fast-check";
import { askAuthority } from "../../cli/doctor/authority";
import { GitHub } from "../../cli/report/github";
import { forIssues } from "../../cli/report/purpose";
import { keepIssue } from "../../cli/drift/issue";
import { addGrants, principalOf, takeBackGrants } from "../../application/delegated-grants";
import { declaredIn } from "../../application/declared";
import { Directory, findAccount } from "../../application/directory";
import { findApplicationNamed, findServicePrincipal, isMember } from "../../application/applications";
import { findExtra } from "../../application/find-permissions";
import { lookAtApplication } from "../../application/adoption/look";
import { addToApplication, findOrMakeServicePrincipal, joinGroups } from "../../application/adoption/steps";
import { ungranted } from "../../application/ungranted";
import { consentOutlook } from "../../application/who-may-consent";
import { AzureApi } from "../../azure/api";
import { ClientCredential } from "../../azure/client-credential";
import { isDeletedIn } from "../../azure/deleted-vaults";
import { findVault } from "../../azure/find-vault";
import { oidcToken } from "../../azure/oidc-token";
import { applyVaultRules } from "../../azure/vault-rules";
import { cloudOf } from "../../config/clouds";
import { Failure, partsOf } from "../../errors/failure";
import { textOf } from "../../errors/text";
import { limits } from "../../http/limits";
import { checkAdminConsent } from "../../oauth/admin-consent";
import { checkRedirect, redeemCode, requestAuthorization } from "../../oauth/authorization-code";
import { discoverTenant } from "../../oauth/discovery";
import { redeemRefreshToken } from "../../oauth/refresh-token";
import { PartnerCenter } from "../../partner-center/api";
import { addConsent, removeConsent } from "../../partner-center/application-consents";
import { listCustomers } from "../../partner-center/customers";
import { askMfaCompliance } from "../../partner-center/mfa";
import { requireVault } from "../../vault/challenge";
import { requireExistingVault } from "../../vault/existing";
import { Vault } from "../../vault/secrets";
import * as v from "valibot";
import { answerWith, type HostileAnswer, timesAsked } from "./hostile-network";

const guid = "aaaaaaaa-1111-4222-8333-444444444444";
const origin = "https://127.0.0.1:1";
const cloud = cloudOf("AzureCloud", {
  authority: origin,
  partnerCenter: origin,
  microsoftGraph: origin,
  resourceManager: origin,
  vaultSuffix: "127.0.0.1",
});
const application = { tenantId: guid, clientId: guid, clientSecret: "canary-client-secret" };
const token = "canary-access-token";
const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
const graph = () => new AzureApi("Microsoft Graph", origin, credential);
const vault = () => new Vault(cloud, origin, credential);
const partnerCenter = () => new PartnerCenter(cloud, token);
const place = { subscriptionId: guid, resourceGroupName: "g", location: "westeurope", name: "n", groupExists: true };
const secret = { value: "canary-refresh-token", contentType: "text/plain", tags: {} };
const wantedApplication = {
  replyUrls: { x: "urn:x" },
  permissions: { x: { resourceAppId: guid, id: guid, type: "Role" } },
  signInAudience: "AzureADMultipleOrgs",
  servicePrincipal: "wanted",
  groups: [guid],
};
const noneAdded = () => ({ replyUrls: [], permissions: [], resources: [], servicePrincipal: "", groups: [] });

/** Every kind of request: what asks it. */
export const requests: Record<string, () => Promise<unknown>> = {
  discovery: () => discoverTenant(cloud, "partner.example"),
  "doctor's look at the authority": () => askAuthority(cloud),
  "a refresh token": () => redeemRefreshToken(cloud, application, "canary-refresh-token", origin),
  "an authorization code": async () => {
    const about = { resource: origin, redirectUri: "http://localhost:8400/consent", loginHint: undefined };
    const request = await requestAuthorization(cloud, application, about);
    const answer = new URLSearchParams({ code: "canary-code", state: request.state });
    return await redeemCode(checkRedirect(request, answer));
  },
  "a service principal's token": () => new ClientCredential(cloud, application).getToken("x/.default"),
  "a runner's token": () =>
    oidcToken(cloud, {
      ARM_USE_OIDC: "true",
      ARM_OIDC_REQUEST_URL: `${origin}/t`,
      ARM_OIDC_REQUEST_TOKEN: token,
    })?.() ?? Promise.resolve(),
  "Graph, get": () => graph().get("/v1.0/x"),
  "Graph, find": () => graph().find("/v1.0/x"),
  "Graph, list": () => graph().list("/v1.0/x"),
  "Graph, post": () => graph().post("/v1.0/x", {}),
  "Graph, patch": () => graph().patch("/v1.0/x", {}),
  "Graph, delete": () => graph().delete("/v1.0/x"),
  "an application by its id": () => findApplicationNamed(graph(), guid),
  "a service principal": () => findServicePrincipal(graph(), guid),
  "a member": () => isMember(graph(), guid, guid),
  "an account": () => findAccount(graph(), "svc@partner.example"),
  "who is granted": () => principalOf(graph(), "svc@partner.example"),
  "what is declared": async () => {
    const found = await findApplicationNamed(graph(), guid);
    return found && (await declaredIn(new Directory(graph()), found));
  },
  "what is not granted": () =>
    ungranted(new Directory(graph()), guid, [{ resource: "x", resourceAppId: guid, scopes: ["User.Read"] }], guid),
  "who may consent": () => consentOutlook(new Directory(graph()), guid, "svc@partner.example"),
  "named permissions": () =>
    findExtra(new Directory(graph()), [{ resource: "Microsoft Graph", delegated: ["User.Read"], application: [] }]),
  granting: () =>
    addGrants(
      new Directory(graph()),
      { clientId: guid, principalId: guid },
      [{ resourceAppId: guid, scope: "User.Read" }],
      [],
    ),
  "taking back": () => takeBackGrants(graph(), guid, [{ resourceId: guid, principalId: guid, scope: "User.Read" }]),
  "an adopted application": async () => {
    const found = await findApplicationNamed(graph(), guid);
    if (found === undefined) return;
    const wanted = { ...wantedApplication, clientId: guid };
    await lookAtApplication(graph(), found, wanted as never, noneAdded() as never);
    await addToApplication(graph(), found, wanted, noneAdded() as never);
  },
  "a service principal that is made": () => findOrMakeServicePrincipal(graph(), guid, noneAdded() as never),
  "a group": () => joinGroups(graph(), [guid], guid, noneAdded() as never),
  "where a vault is": () => findVault(cloud, place),
  "a deleted vault": () => isDeletedIn(graph(), place),
  "a vault's rules": () =>
    applyVaultRules(cloud, `/x/${guid}`, {
      networkAcls: {},
      enableRbacAuthorization: true,
      softDeleteRetentionInDays: 90,
    }),
  "Partner Center, customers": () => listCustomers(partnerCenter()),
  "Partner Center, consent": () =>
    addConsent(partnerCenter(), guid, { applicationId: guid, displayName: "x", grants: [] }),
  "Partner Center, revoke": () => removeConsent(partnerCenter(), guid, guid),
  "Partner Center, MFA": () => askMfaCompliance(partnerCenter()),
  "GitHub, issues": () =>
    new GitHub({ GITHUB_API_URL: origin, GITHUB_REPOSITORY: "a/b", GITHUB_TOKEN: token }, forIssues).ask(
      "GET",
      "/issues",
      v.array(v.looseObject({})),
    ),
  "GitHub, an issue that is kept": () =>
    keepIssue(
      { stack: "dev", drift: [], consequences: [], unreadable: [] },
      {
        GITHUB_API_URL: origin,
        GITHUB_REPOSITORY: "a/b",
        GITHUB_TOKEN: token,
      },
    ),
  "vault, a challenge": () => requireVault(cloud, origin),
  "vault, one that exists": () => requireExistingVault(cloud, origin, "x"),
  "vault, versions": () => vault().listVersions("x"),
  "vault, names": () => vault().names("x"),
  "vault, a deleted secret": () => vault().isDeleted("x"),
  "vault, read": () => vault().read("x"),
  "vault, store": () => vault().store("x", secret),
  "vault, disable": () => vault().disable("x", "v"),
};

/** What comes back in the browser's address: no request, and as hostile. */
export const redirects = {
  "an administrator's consent": (parameters: URLSearchParams): void => {
    checkAdminConsent({ url: origin, state: "s" }, guid, parameters);
  },
  "a code": (parameters: URLSearchParams): unknown => checkRedirect({ state: "s" } as never, parameters),
};

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    "\u001b[2J\u001b]0;x\u0007",
    "\u202Eevil",
    "AADSTS65001: x\r\n\u001b[31m",
    "constructor",
    "__proto__",
    "x".repeat(5000),
  ),
  fc.constantFrom(
    guid,
    origin,
    "True",
    "Bearer",
    "2026-11-26T10:00:00Z",
    "https://elsewhere.example/x",
    "/relative",
    "//",
  ),
);
const leaf = fc.oneof(text, fc.constantFrom(null, true, false, 0, -1, 1e308, 900421, {}, [], [null], { value: null }));

/** What services really answer, in parts: the likeliest names, so that what is hostile is looked at. */
const names = [
  "value",
  "id",
  "error",
  "code",
  "message",
  "innererror",
  "error_description",
  "error_codes",
  "access_token",
  "refresh_token",
  "id_token",
  "expires_in",
  "token_type",
  "scope",
  "client_info",
  "issuer",
  "cloud_instance_name",
  "token_endpoint",
  "authorization_endpoint",
  "jwks_uri",
  "attributes",
  "enabled",
  "created",
  "exp",
  "tags",
  "nextLink",
  "@odata.nextLink",
  "items",
  "links",
  "next",
  "headers",
  "key",
  "continuationToken",
  "companyProfile",
  "tenantId",
  "domain",
  "companyName",
  "description",
  "isMfaCompliant",
  "number",
  "html_url",
  "body",
  "properties",
  "publicNetworkAccess",
  "subscriptionId",
  "name",
  "appId",
  "displayName",
  "web",
  "spa",
  "publicClient",
  "redirectUris",
  "requiredResourceAccess",
  "resourceAppId",
  "resourceAccess",
  "type",
  "oauth2PermissionScopes",
  "appRoles",
  "allowedMemberTypes",
  "isEnabled",
  "consentType",
  "principalId",
  "resourceId",
  "clientId",
  "signInAudience",
  "identifierUris",
  "passwordCredentials",
  "permissionGrantPolicyIdsAssignedToDefaultUserRole",
  "defaultUserRolePermissions",
  "permissionGrantPoliciesAssigned",
  "roleTemplateId",
  "softDeleteRetentionInDays",
  "metadata",
  "kid",
  "recoveryId",
] as const;
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthIdentifier: "tree" },
    leaf,
    fc.dictionary(fc.constantFrom(...names), tie("tree"), { maxKeys: 6 }),
    fc.array(tie("tree"), { maxLength: 3 }),
  ),
}));
const secrets = {
  id: `${origin}/secrets/x/v`,
  value: "s",
  attributes: { enabled: true, created: 1, exp: 2 },
  tags: { a: "b" },
};
const permission = { resourceAppId: guid, resourceAccess: [{ id: guid, type: "Scope" }] };
const everything = {
  ...secrets,
  appId: guid,
  displayName: "x",
  signInAudience: "AzureADMyOrg",
  identifierUris: [],
  isFallbackPublicClient: null,
  web: { redirectUris: ["urn:y"] },
  spa: { redirectUris: [] },
  publicClient: { redirectUris: [] },
  requiredResourceAccess: [permission],
  passwordCredentials: [],
  appOwnerOrganizationId: null,
  accountEnabled: true,
  oauth2PermissionScopes: [{ id: guid, value: "User.Read", type: "User", isEnabled: true }],
  appRoles: [{ id: guid, value: "x", isEnabled: true, allowedMemberTypes: ["Application"] }],
  clientId: guid,
  resourceId: guid,
  principalId: guid,
  consentType: "Principal",
  scope: "User.Read",
  appRoleId: guid,
  properties: { publicNetworkAccess: "Enabled", softDeleteRetentionInDays: 90 },
  subscriptionId: guid,
  name: "n",
  number: 1,
  html_url: origin,
  body: "x",
  companyProfile: { tenantId: guid, domain: "d", companyName: "c" },
  defaultUserRolePermissions: { permissionGrantPoliciesAssigned: ["x"] },
  roleTemplateId: guid,
  issuer: `${origin}/${guid}/v2.0`,
  token_endpoint: `${origin}/t`,
  authorization_endpoint: `${origin}/a`,
  jwks_uri: `${origin}/k`,
  access_token: "a.e30.c",
  refresh_token: "r",
  token_type: "Bearer",
  expires_in: 3600,
};
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
const body = fc.oneof(
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
const line = text.map((one) => one.replace(/[^\x20-\x7e]/gu, " ").slice(0, 200));
const headers = fc.record(
  {
    "content-type": fc.constantFrom("application/json", "application/json; charset=utf-8", "text/html", ""),
    "retry-after": fc.oneof(
      fc.constantFrom("0", "1", "86400", "-1", "NaN", "1e999", "Thu, 01 Jan 1970 00:00:00 GMT"),
      line,
    ),
    "retry-after-ms": fc.constantFrom("0", "99999999", "x"),
    "www-authenticate": fc.oneof(
      fc.constantFrom(
        `Bearer authorization="${origin}/${guid}", resource="https://vault.azure.net"`,
        "Bearer",
        'Bearer authorization="x", resource="y"',
        'Bearer authorization="https:", resource="https:"',
        "Basic",
      ),
      line,
    ),
    location: fc.oneof(fc.constantFrom("https://elsewhere.example/x", "//", "/x", "http://[", ""), line),
    "x-ms-request-id": line,
    "x-ratelimit-remaining": fc.constantFrom("0", "1"),
    "x-ratelimit-reset": fc.constantFrom("0", "99999999999", "x"),
    ismfacompliant: fc.constantFrom("true", "False", "x"),
    "ms-continuationtoken": line,
    date: line,
  },
  { requiredKeys: ["content-type"] },
);

const hostileAnswer: fc.Arbitrary<HostileAnswer> = fc.record({
  failure: fc.oneof(
    { weight: 400, arbitrary: fc.constant(undefined) },
    {
      weight: 20,
      arbitrary: fc.constantFrom(
        "ECONNRESET",
        "ENOTFOUND",
        "CERT_HAS_EXPIRED",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "\u001b[2J",
      ),
    },
    { weight: 1, arbitrary: fc.constant("hang") },
  ),
  status: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(200, 200, 201, 204) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(301, 302, 307, 400, 401, 401, 403, 404, 407, 408, 409, 412, 429, 500, 501, 503),
    },
    { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
  ),
  headers,
  body,
  cut: fc.integer({ min: 0, max: 49 }).map((one) => one === 0),
});

/** Limits under which a case takes less than a millisecond. @returns what puts the usual ones back */
function hurried(): () => void {
  const usual = { ...limits };
  Object.assign(limits, { attempt: 20, whole: 60, wait: 0, pause: 0, slow: 100_000, body: 20_000, pages: 5 });
  return () => {
    Object.assign(limits, usual);
  };
}

const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u;

/** What is wrong with how a request ended; undefined where it is as it should be. */
async function judged(ask: () => Promise<unknown>, answers: HostileAnswer[]): Promise<string | undefined> {
  answerWith(answers);
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => {
    late.resolve(`did not end, and asked ${timesAsked()} times`);
  }, 10_000);
  const ended = (async () => ask())().then(
    () => undefined,
    (error: unknown) => problemOf(error),
  );
  try {
    return (
      (await Promise.race([ended, late.promise])) ?? (timesAsked() > 200 ? `asked ${timesAsked()} times` : undefined)
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it is a failure in words, and these are harmless. */
function problemOf(error: unknown): string | undefined {
  // MSAL's own, whose reason is our failure: a vault's client would take that one for its answer.
  const told = error instanceof Failure ? error : (error as { cause?: unknown }).cause;
  if (!(told instanceof Failure)) {
    const { name, message, stack = "" } = error as Error;
    // What MSAL says of Entra's answer becomes words where the credential's user tells it.
    if ("errorCode" in (error as Error)) return undefined;
    return `raw ${name}: ${message}\n${stack.split("\n").slice(1, 8).join("\n")}`;
  }
  const words = textOf(partsOf(told));
  if (control.test(words)) return `control characters: ${JSON.stringify(words)}`;
  if (words.length > 10_000) return `${words.length} characters`;
  return words.includes("canary-") ? `a token: ${words}` : undefined;
}

/** One test a kind of request. @param runs cases of each */
export function askHostile(runs: number): void {
  let usual: () => void;
  beforeAll(() => {
    usual = hurried();
    jest.spyOn(process.stderr, "write").mockReturnValue(true);
  });
  afterAll(() => {
    usual();
    jest.restoreAllMocks();
  });
  test.each(Object.entries(requests))("%s", async (_, ask) => {
    const property = fc.asyncProperty(fc.array(hostileAnswer, { minLength: 1, maxLength: 4 }), async (answers) => {
      expect(await judged(ask, answers)).toBeUndefined();
    });
    await fc.assert(property, { numRuns: runs });
  });
  test.each(Object.entries(redirects))("%s, in a browser's address", (_, check) => {
    const parameters = fc.dictionary(
      fc.constantFrom("code", "error", "error_description", "tenant", "admin_consent"),
      text,
    );
    const property = fc.property(parameters, (some) => {
      try {
        check(new URLSearchParams({ ...some, state: "s" }));
      } catch (error) {
        expect(problemOf(error)).toBeUndefined();
      }
    });
    fc.assert(property, { numRuns: runs });
  });
}
