/** Every property of every body, wrong: no response may be the same as for a correct request, and none may be a 500. */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { seeds } from "../../emulator/seeds";
import { addPasswordBody, removePasswordBody } from "../../emulator/graph/application-passwords";
import { applicationBody } from "../../emulator/graph/application-body";
import { assignmentBody } from "../../emulator/graph/app-role-assignments";
import { federatedCredentialBody } from "../../emulator/graph/federated-credentials";
import { grantBody } from "../../emulator/graph/permission-grants";
import { graphRouter } from "../../emulator/graph/service";
import { servicePrincipalBody } from "../../emulator/graph/service-principal-body";
import { microsoftGraph } from "../../emulator/first-party";
import { partnerTenant } from "../../testing/applications";
import { askService, cloudOf } from "../../testing/callers";
import { foreignCertificate } from "../../testing/certificates";
import { emulatorForEach } from "../../testing/emulator";
import { mutants, type Properties } from "./mutants";

let made: Awaited<ReturnType<typeof makeOneOfEach>>;

const emulator = emulatorForEach(async () => {
  made = await makeOneOfEach();
});
const ask = askService(emulator, "microsoftGraph", {
  roles: [
    ...["Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"],
    "Directory.ReadWrite.All",
  ],
});

async function makeOneOfEach() {
  const create = async (path: string, body: object): Promise<string> => {
    const answer = await ask("POST", path, body);
    expect([path, answer.body, answer.status < 300]).toEqual([path, answer.body, true]);
    const { id, keyId } = answer.body as { id?: string; keyId?: string };
    return id ?? keyId ?? "";
  };
  const application = await create("/v1.0/applications", { displayName: "One" });
  const principal = seeds.deployer.servicePrincipalId;
  const resource = [...partnerTenant(emulator).servicePrincipals.values()].find(
    ({ appId }) => appId === microsoftGraph.appId,
  );
  const resourceId = resource?.id ?? "";
  const grant = { clientId: principal, resourceId, consentType: "AllPrincipals", scope: "User.Read" };
  return {
    application,
    principal,
    resourceId,
    password: await create(`/v1.0/applications/${application}/addPassword`, {}),
    credential: await create(`/v1.0/applications/${application}/federatedIdentityCredentials`, credential("first")),
    grant: await create("/v1.0/oauth2PermissionGrants", grant),
  };
}

const credential = (name: string) => ({
  name,
  issuer: "https://ci.example",
  subject: name,
  audiences: ["api://AzureADTokenExchange"],
  description: "for builds",
});

/** An existing address for a route. */
function addressOf(path: string): string {
  const ids: Record<string, string> = {
    applications: made.application,
    oauth2PermissionGrants: made.grant,
    servicePrincipals: path.includes("appRoleAssignedTo") ? made.resourceId : made.principal,
  };
  const [, , set = ""] = path.split("/");
  return path.replace(":credential", made.credential).replace(":id", ids[set] ?? "");
}

const person = seeds.users.serviceAccount.id;
const published = (value: string) => ({ id: randomUUID(), isEnabled: true, origin: "Application", value });
const role = (value: string) => ({
  ...published(value),
  ...{ allowedMemberTypes: ["User"], description: "x", displayName: "x" },
});
const scope = (value: string) => ({
  ...published(value),
  ...{ adminConsentDescription: "x", adminConsentDisplayName: "x", type: "User" },
  ...{ userConsentDescription: "x", userConsentDisplayName: "x" },
});
const claim = { name: "email", source: null, essential: false, additionalProperties: [] };

const application: Properties = {
  api: {
    acceptMappedClaims: true,
    knownClientApplications: [randomUUID()],
    oauth2PermissionScopes: [scope("Read"), scope("Write")],
    preAuthorizedApplications: [{ appId: randomUUID(), delegatedPermissionIds: [randomUUID()] }],
    requestedAccessTokenVersion: 2,
  },
  appRoles: [role("Read"), role("Write")],
  description: "x",
  displayName: "One",
  groupMembershipClaims: "SecurityGroup",
  identifierUris: ["https://partner.example/one"],
  info: { marketingUrl: "https://a.example", privacyStatementUrl: "", supportUrl: null, termsOfServiceUrl: "" },
  isDeviceOnlyAuthSupported: false,
  isFallbackPublicClient: false,
  keyCredentials: [
    {
      "@odata.type": "#microsoft.graph.keyCredential",
      ...{ customKeyIdentifier: null, displayName: "x", hasExtendedValue: null, keyId: randomUUID() },
      ...{ startDateTime: "2026-01-01T00:00:00Z", endDateTime: "2099-01-01T00:00:00Z" },
      // az sends the lines of a PEM file.
      key: foreignCertificate().pem.replace(/^-----.*\n/gmu, ""),
      ...{ type: "AsymmetricX509Cert", usage: "Verify" },
    },
  ],
  notes: "x",
  optionalClaims: { accessToken: [claim], idToken: [claim], saml2Token: [claim] },
  publicClient: { redirectUris: ["msal-one://auth"] },
  requiredResourceAccess: [
    { resourceAppId: microsoftGraph.appId, resourceAccess: [{ id: microsoftGraph.scopes[0].id, type: "Scope" }] },
  ],
  serviceManagementReference: "x",
  servicePrincipalLockConfiguration: {
    ...{ allProperties: true, isEnabled: true, tokenEncryptionKeyId: true },
    ...{ credentialsWithUsageSign: true, credentialsWithUsageVerify: true },
  },
  signInAudience: "AzureADMultipleOrgs",
  spa: { redirectUris: ["https://partner.example/spa"] },
  tags: ["one"],
  web: {
    homePageUrl: "https://partner.example",
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
    logoutUrl: "https://partner.example/out",
    redirectUris: ["urn:ietf:wg:oauth:2.0:oob", "http://localhost:8400/consent"],
    redirectUriSettings: [{ index: 1, uri: "https://partner.example/consent" }],
  },
};

/** Passwords of an application are added and removed only by its actions: graph-application-credentials.test.ts. */
const settable = v.omit(applicationBody, ["passwordCredentials"]);

const servicePrincipal = {
  ...{ accountEnabled: true, alternativeNames: ["x"], appRoleAssignmentRequired: false, description: "x" },
  ...{ loginUrl: "https://partner.example", notes: "x", notificationEmailAddresses: ["a@partner.example"] },
  ...{ preferredSingleSignOnMode: "oidc", samlSingleSignOnSettings: { relayState: "x" }, tags: ["one"] },
};
const passwordCredential = {
  displayName: "x",
  startDateTime: "2026-01-01T00:00:00Z",
  endDateTime: "2099-01-01T00:00:00.0000001+01:00",
};
const grant = () => ({
  ...{ clientId: made.principal, resourceId: made.resourceId, consentType: "Principal", principalId: person },
  scope: "User.Read",
});
const assignment = () => ({
  ...{ appRoleId: microsoftGraph.appRoles[0].id, principalId: person },
  resourceId: made.resourceId,
});
const grantScope = v.strictObject({ scope: grantBody.entries.scope });

/** The schema of each body, and a sample that contains every property and is accepted. */
const bodies: Record<string, [schema: v.StrictObjectSchema<v.ObjectEntries, undefined>, sample: () => Properties]> = {
  "POST /v1.0/applications": [settable, () => application],
  "PATCH /v1.0/applications/:id": [settable, () => application],
  "POST /v1.0/applications/:id/addPassword": [addPasswordBody, () => ({ passwordCredential })],
  "POST /v1.0/applications/:id/removePassword": [removePasswordBody, () => ({ keyId: made.password })],
  "POST /v1.0/applications/:id/federatedIdentityCredentials": [federatedCredentialBody, () => credential("second")],
  "PATCH /v1.0/applications/:id/federatedIdentityCredentials/:credential": [
    federatedCredentialBody,
    () => credential("first"),
  ],
  "PATCH /v1.0/servicePrincipals/:id": [servicePrincipalBody, () => servicePrincipal],
  "POST /v1.0/oauth2PermissionGrants": [grantBody, grant],
  "PATCH /v1.0/oauth2PermissionGrants/:id": [grantScope, () => ({ scope: "User.Read openid" })],
  "POST /v1.0/servicePrincipals/:id/appRoleAssignedTo": [assignmentBody, assignment],
};

test.each(Object.entries(bodies))(
  "%s refuses every property that there is not, and every value of another type",
  async (request, [schema, sample]) => {
    const [method = "", path = ""] = request.split(" ");
    const send = (properties: unknown) => ask(method, addressOf(path), properties);
    const kind: string[] = [];
    const wrong = mutants(schema, sample());
    for (const { what, properties } of wrong) {
      const { status } = await send(properties);
      if (status !== 400) kind.push(`${what}: ${status}`);
    }
    expect(kind).toEqual([]);
    expect(wrong.length).toBeGreaterThan(Object.keys(schema.entries).length);
    const { status, body: answer } = await send(sample());
    expect([status < 300, answer]).toEqual([true, answer]);
  },
);

test("every address that takes a body is tried", () => {
  const untried = graphRouter(cloudOf(emulator))
    .routes.map(({ method, path }) => `${method} ${path}`)
    .filter((route) => /^(?:POST|PATCH|PUT) \/v1\.0\//.test(route) && !(route in bodies));
  expect(untried.toSorted()).toEqual([
    // References, actions without parameters, and a service principal, which is PATCH's with an appId: refusals/graph-objects.ts.
    "POST /v1.0/applications/:id/owners/$ref",
    "POST /v1.0/directory/deletedItems/:id/restore",
    "POST /v1.0/groups/:id/members/$ref",
    "POST /v1.0/servicePrincipals",
    "POST /v1.0/servicePrincipals/:id/owners/$ref",
    "POST /v1.0/users/:id/revokeSignInSessions",
  ]);
});
