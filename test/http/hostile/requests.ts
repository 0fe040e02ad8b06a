/** Every kind of request that the product makes, and what a browser brings back: whom the answers of answers.ts meet. */
import { askAuthority } from "../../../cli/doctor/authority";
import { GitHub } from "../../../cli/report/github";
import { lookOf } from "../../../cli/drift/look";
import { keepIssue } from "../../../cli/report/issue";
import { addGrants, principalOf, takeBackGrants } from "../../../lib/application/delegated-grants";
import { declaredIn } from "../../../lib/application/declared";
import { Directory, findAccount } from "../../../lib/application/directory";
import { findApplicationNamed, findServicePrincipal, isMember } from "../../../lib/application/applications";
import { findExtra } from "../../../lib/application/find-permissions";
import { lookAtApplication } from "../../../lib/application/adoption/look";
import { addToApplication, findOrMakeServicePrincipal, joinGroups } from "../../../lib/application/adoption/steps";
import { grantedPart } from "../../../lib/application/grants";
import { accessTo } from "../../../lib/application/who-may-act";
import { heldAt } from "../../../lib/azure/held-permissions";
import { factsOf, judgeVersions } from "../../../lib/token/health";
import { consentPrecheck } from "../../../lib/application/who-may-consent";
import { anything, AzureApi } from "../../../lib/azure/api";
import { ClientCredential } from "../../../lib/azure/client-credential";
import { findDeleted } from "../../../lib/azure/deleted-vaults";
import { auditDestinations, requireDestination } from "../../../lib/azure/audit-log";
import { findVault } from "../../../lib/azure/find-vault";
import { oidcToken } from "../../../lib/azure/oidc-token";
import { requireFreeAccount, isVaultToRecover } from "../../../lib/ci-identities/look-state";
import { keepComment } from "../../../cli/report/comment";
import { postTo } from "../../../cli/report/webhook";
import { Certificates } from "../../../lib/vault/certificates";
import { DataPlane } from "../../../lib/vault/data-plane";
import { cloudOf } from "../../../lib/config/clouds";
import { checkAdminConsent } from "../../../lib/oauth/admin-consent";
import { checkRedirect, redeemCode, requestAuthorization } from "../../../lib/oauth/authorization-code";
import { discoverTenant } from "../../../lib/oauth/discovery";
import { redeemRefreshToken } from "../../../lib/oauth/refresh-token";
import { HttpFailure } from "../../../lib/http/http-failure";
import { PartnerCenter } from "../../../lib/partner-center/api";
import { addConsent, removeConsent } from "../../../lib/partner-center/application-consents";
import { customerPages } from "../../../lib/partner-center/customers";
import { askMfaCompliance } from "../../../lib/partner-center/mfa";
import { requireVault } from "../../../lib/vault/challenge";
import { requireExistingVault } from "../../../lib/vault/existing";
import { Vault } from "../../../lib/vault/secrets";
import * as v from "valibot";
import { giveTokens, guid, origin } from "./network";
import { ownEndpoints } from "../../support/own-endpoints";

const cloud = cloudOf("AzureCloud", {
  ...ownEndpoints({ authority: origin, partnerCenter: origin, microsoftGraph: origin, resourceManager: origin }),
});
const application = { tenantId: guid, clientId: guid, clientSecret: "canary-client-secret" };
const token = "canary-access-token";
const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
const graph = () => new AzureApi("Microsoft Graph", origin, credential);
const vault = () => new Vault(cloud, origin, credential);
const partnerCenter = () => new PartnerCenter(cloud, token);
const place = {
  ...{ subscriptionId: guid, resourceGroupName: "g", location: "westeurope", name: "n" },
  ...{ retentionDays: 90, groupExists: true },
};
const secret = { value: "canary-refresh-token", contentType: "text/plain", tags: {} };
const wantedApplication = {
  replyUrls: { x: "urn:x" },
  permissions: { x: { resourceAppId: guid, id: guid, type: "Role" } },
  signInAudience: "AzureADMultipleOrgs",
  servicePrincipal: "wanted",
  groups: [guid],
};
const gitHub = {
  ...{ GITHUB_API_URL: origin, GITHUB_REPOSITORY: "a/b", GITHUB_TOKEN: token },
};
const noDrift = { stack: "dev", drift: [], consequences: [], unreadable: [] };
const certificates = () => new Certificates(new DataPlane(origin, credential));
const statePlace = { ...place, account: "a", container: "c", vault: "n", key: "k" };

/** As a deployer who is signed in. */
const signedIn = (ask: () => Promise<unknown>) => async () => {
  giveTokens();
  const ARM_CLIENT_SECRET = application.clientSecret;
  Object.assign(process.env, { ARM_TENANT_ID: guid, ARM_CLIENT_ID: guid, ARM_CLIENT_SECRET });
  return await ask();
};

const noneAdded = () => ({ replyUrls: [], permissions: [], resources: [], servicePrincipal: "", groups: [] });

/** Every kind of request: what asks it. */
export const requests: Record<string, () => Promise<unknown>> = {
  discovery: () => discoverTenant(cloud, "partner.example"),
  "doctor's look at the authority": () =>
    askAuthority(cloud).catch((error: unknown) => {
      throw error instanceof HttpFailure ? error.named("The authority") : error;
    }),
  "a refresh token": () => redeemRefreshToken(cloud, application, "canary-refresh-token", origin),
  "an authorization code": async () => {
    const about = { resource: origin, redirectUri: "http://localhost:8400/consent", loginHint: undefined };
    const request = await requestAuthorization(cloud, application, about);
    const answer = new URLSearchParams({ code: "canary-code", state: request.state });
    return await redeemCode(checkRedirect(request, answer), application);
  },
  "a service principal's token": () => new ClientCredential(cloud, application).getToken("x/.default"),
  "a runner's token": () =>
    oidcToken(cloud, {
      ARM_USE_OIDC: "true",
      ARM_OIDC_REQUEST_URL: `${origin}/t`,
      ARM_OIDC_REQUEST_TOKEN: token,
    })?.() ?? Promise.resolve(),
  "Graph, get": () => graph().get("/v1.0/x", anything),
  "Graph, find": () => graph().find("/v1.0/x", anything),
  "Graph, list": () => graph().list("/v1.0/x", anything),
  "Graph, post": () => graph().post("/v1.0/x", {}, anything),
  "Graph, patch": () => graph().patch("/v1.0/x", {}),
  "Graph, delete": () => graph().delete("/v1.0/x"),
  "an application by its id": () => findApplicationNamed(graph(), guid),
  "a service principal": () => findServicePrincipal(graph(), guid),
  "who may act": () => accessTo(graph(), { set: "servicePrincipals", id: guid, clientId: guid }),
  "held permissions": () => heldAt(graph(), "/x"),
  "a member": () => isMember(graph(), guid, guid),
  "an account": () => findAccount(graph(), "svc@partner.example"),
  "who is granted": () => principalOf(graph(), "svc@partner.example"),
  "what is declared": async () => {
    const found = await findApplicationNamed(graph(), guid);
    return found && (await declaredIn(new Directory(graph()), found));
  },
  "what is not granted": () =>
    grantedPart(new Directory(graph()), guid, [{ resource: "x", resourceAppId: guid, scopes: ["User.Read"] }], guid),
  "who may consent": () => consentPrecheck(new Directory(graph()), guid, "svc@partner.example"),
  "named permissions": () =>
    findExtra(new Directory(graph()), [{ resource: "Microsoft Graph", delegated: ["User.Read"], application: [] }]),
  granting: () =>
    addGrants(
      new Directory(graph()),
      { clientId: guid, principalId: guid },
      [{ resourceAppId: guid, scope: "User.Read" }],
      { added: [] },
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
  "where a vault is": () => findVault(graph(), place),
  "a deleted vault": () => findDeleted(graph(), place),
  "where an audit log goes": () => auditDestinations(graph(), `/x/${guid}`),
  "a place for an audit log": signedIn(() =>
    requireDestination(cloud, "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/x", "x"),
  ),
  "the state of CI, an account": () => requireFreeAccount(graph(), statePlace),
  "the state of CI, a vault": () => isVaultToRecover(graph(), statePlace),
  "Partner Center, customers": () => Array.fromAsync(customerPages(partnerCenter())),
  "Partner Center, consent": () =>
    addConsent(partnerCenter(), guid, { applicationId: guid, displayName: "x", grants: [] }),
  "Partner Center, revoke": () => removeConsent(partnerCenter(), guid, guid),
  "Partner Center, MFA": () => askMfaCompliance(partnerCenter()),
  "GitHub, issues": () => new GitHub(gitHub, "issues: write").ask("GET", "/issues", v.array(v.looseObject({}))),
  "GitHub, an issue that is kept": () => keepIssue(lookOf(noDrift), gitHub),
  "GitHub, a comment that is kept": () => keepComment("1", lookOf(noDrift), gitHub),
  "a webhook": () => postTo(new URL(`${origin}/canary-webhook`), { title: "x", lines: [] }, {}),
  "vault, a challenge": () => requireVault(cloud, origin),
  "vault, one that exists": () => requireExistingVault(cloud, origin, "x"),
  "vault, versions": async () => {
    const versions = await vault().listVersions("x");
    return [versions, factsOf(judgeVersions(versions, () => true, 30))];
  },
  "vault, listed": () => vault().listed("x"),
  "vault, a deleted secret": () => vault().isDeleted("x"),
  "vault, read": () => vault().read("x"),
  "vault, store": () => vault().store("x", secret),
  "vault, disable": () => vault().disable("x", "v"),
  "certificates, versions": () => certificates().listVersions("x"),
  "certificates, names": () => certificates().names("x"),
  "certificates, one": () => certificates().find("x", "v"),
  "certificates, a deleted one": () => certificates().isDeleted("x"),
  "certificates, recover": () => certificates().recover("x"),
  "certificates, create": () => certificates().create("x", { subject: "CN=x", validityMonths: 12, keySize: 2048 }, {}),
  "certificates, its creation": () => certificates().operation("x"),
  "a key that signs": () => certificates().sign("x", "v", Buffer.alloc(32)),
};

export const asker = (name: string): (() => Promise<unknown>) =>
  requests[name] ?? (() => Promise.reject(new Error(`Nobody asks for ${name}.`)));

/** What comes back in the browser's address: no request, and as hostile. */
export const redirects: Record<string, (parameters: URLSearchParams) => unknown> = {
  "an administrator's consent": (parameters) => {
    checkAdminConsent({ url: origin, state: "s" }, guid, parameters);
  },
  "a code": (parameters) => checkRedirect({ state: "s" } as never, parameters),
};
