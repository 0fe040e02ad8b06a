/** Bodies that Microsoft Graph refuses. */
import { randomUUID } from "node:crypto";
import { partnerCenter } from "../../emulator/first-party";
import type { CredentialRestriction } from "../../emulator/context";
import type { Emulator } from "../../emulator/emulator";
import { defaultPolicy } from "../../emulator/graph/credential-policies";
import { partnerTenant } from "../../testing/applications";
import { foreignCertificate } from "../../testing/certificates";
import { adminAgents, deployerApplication, deployerPrincipal, graph, seeded } from "./graph-requests";
import { type Refusal, refused } from "./refusal";

const creation = "POST /v1.0/applications";
const change = "PATCH /v1.0/applications/{id}";
const doc = (name: string) => `https://learn.microsoft.com/graph/api/${name}` as const;
const replyUrls = "https://learn.microsoft.com/entra/identity-platform/reply-url";
const audiences = "https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation";
const contentType = "https://github.com/microsoftgraph/msgraph-sample-pythondjangoapp/issues/22";
const payload = "https://github.com/microsoftgraph/msgraph-sdk-go/issues/203";

const text = (length: number): string => "x".repeat(length);
const list = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));

/** A creation with these properties in addition to its name. */
const made = (
  refused: string,
  properties: object,
  source: Refusal["source"],
  more: Partial<Refusal> = {},
): Refusal => ({
  request: creation,
  refused,
  answer: "400 Request_BadRequest",
  source,
  send: graph(creation, { body: { displayName: "One", ...properties } }),
  ...more,
});

const raw = (refused: string, body: string, type: string | undefined, answer: string, message: string): Refusal => ({
  request: creation,
  refused,
  answer,
  source: type === "application/json" ? payload : contentType,
  message,
  send: graph(creation, { body, headers: type === undefined ? {} : { "content-type": type } }),
});

const web = (uri: string) => ({ web: { redirectUris: [uri] } });
const scope = { id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d", type: "Scope" };
const resource = (resourceAppId: string, resourceAccess: object[] = [scope]) => ({ resourceAppId, resourceAccess });

const foreignKey = (): object => ({
  type: "AsymmetricX509Cert",
  usage: "Verify",
  key: Buffer.from(foreignCertificate().pem).toString("base64"),
});

const applicationRows: Refusal[] = [
  raw("a body that is no JSON", "{", "application/json", "400 BadRequest", "Unable to read JSON request payload."),
  raw("a list as the body", "[]", "application/json", "400 BadRequest", "Unable to read JSON request payload."),
  raw("no body", "", "application/json", "400 BadRequest", "Empty Payload. JSON content expected."),
  raw(
    "a body of another type",
    "displayName=One",
    "application/x-www-form-urlencoded",
    "400 BadRequest",
    "Content-Type",
  ),
  { ...made("no name", {}, doc("application-post-applications")), send: graph(creation, { body: { tags: [] } }) },
  made("a name of more than 256 characters", { displayName: text(257) }, doc("resources/application")),
  made("a property that the type does not have", { flavour: "mint" }, "unverified", { message: "'flavour'" }),
  made("the same inside of another one", { web: { flavour: "mint" } }, "unverified", { message: "'flavour'" }),
  made("a value of another type", { isFallbackPublicClient: "yes" }, doc("resources/application")),
  made("null where there has to be a list", { tags: null }, doc("resources/application")),
  made("a property that is read-only", { appId: randomUUID() }, doc("resources/application"), { message: "read-only" }),
  made("another type of object", { "@odata.type": "#microsoft.graph.group" }, "unverified"),
  made("an audience that there is not", { signInAudience: "Everybody" }, doc("resources/application")),
  made(
    "a token version that there is not",
    { api: { requestedAccessTokenVersion: 3 } },
    doc("resources/apiapplication"),
  ),
  made("personal accounts with tokens of version 1", { signInAudience: "PersonalMicrosoftAccount" }, audiences),
  made("a tag of more than 256 characters", { tags: [text(257)] }, doc("resources/application")),
  made("notes of more than 1024 characters", { notes: text(1025) }, doc("resources/application")),
  made("a redirect URI that is not absolute", web("/consent"), replyUrls),
  made("`http` elsewhere than at localhost", web("http://a.example/"), replyUrls),
  made("a loopback address of IPv6", web("http://[::1]:8400/"), replyUrls),
  made("a redirect URI of a scheme that a web application has not", web("msal-one://auth"), replyUrls),
  made("a redirect URI with a fragment", web("https://a.example/#x"), replyUrls),
  made("a redirect URI with a sign that none may have", web("https://a.example/(x)"), replyUrls),
  made("a redirect URI of more than 256 characters", web(`https://a.example/${text(256)}`), replyUrls),
  made(
    "more than 256 redirect URIs",
    { web: { redirectUris: list(257, (index) => `https://a.example/${index}`) } },
    replyUrls,
  ),
  made(
    "a redirect URI with a wildcard, for personal accounts",
    {
      ...web("https://*.a.example/"),
      signInAudience: "AzureADandPersonalMicrosoftAccount",
      api: { requestedAccessTokenVersion: 2 },
    },
    replyUrls,
  ),
  made(
    "the out-of-band URN for a single-page application",
    { spa: { redirectUris: ["urn:ietf:wg:oauth:2.0:oob"] } },
    replyUrls,
  ),
  made(
    "an identifier URI on a domain that is not verified",
    { identifierUris: ["https://else.example/"] },
    "recordings",
    { answer: "400 HostNameNotOnVerifiedDomain", message: "must use a verified domain of the organization" },
  ),
  made("an identifier URI twice", { identifierUris: list(2, () => "https://partner.example/x") }, "unverified"),
  made(
    "a resource twice",
    { requiredResourceAccess: list(2, () => resource(partnerCenter.appId)) },
    doc("resources/requiredresourceaccess"),
  ),
  made("a permission twice", { requiredResourceAccess: [resource(partnerCenter.appId, [scope, scope])] }, "unverified"),
  made(
    "a permission that is neither Role nor Scope",
    { requiredResourceAccess: [resource(partnerCenter.appId, [{ ...scope, type: "Right" }])] },
    doc("resources/resourceaccess"),
  ),
  made("more than 50 resources", { requiredResourceAccess: list(51, () => resource(randomUUID())) }, audiences),
  made(
    "more than 400 permissions",
    {
      requiredResourceAccess: [
        resource(
          partnerCenter.appId,
          list(401, () => ({ ...scope, id: randomUUID() })),
        ),
      ],
    },
    audiences,
  ),
  made("a password", { passwordCredentials: [{ displayName: "mine" }] }, doc("application-addpassword"), {
    message: "New password credentials must be generated with service actions.",
  }),
  made(
    "a key of no known type",
    { keyCredentials: [{ type: "Symmetric", usage: "Verify", key: "AAAA" }] },
    doc("resources/keycredential"),
  ),
  made(
    "a key that is not base64",
    { keyCredentials: [{ type: "AsymmetricX509Cert", usage: "Verify", key: "?" }] },
    doc("resources/keycredential"),
  ),
  made(
    "a key that is no certificate",
    { keyCredentials: [{ type: "AsymmetricX509Cert", usage: "Verify", key: "AAAA" }] },
    "unverified",
  ),
  made(
    "neither a key nor the id of one that is there",
    { keyCredentials: [{ type: "AsymmetricX509Cert", usage: "Verify" }] },
    "unverified",
  ),
  made(
    "an end after the certificate's own",
    { keyCredentials: [{ ...foreignKey(), endDateTime: "2100-06-01T00:00:00Z" }] },
    "https://github.com/Azure/azure-cli/issues/11146",
    { answer: "400 KeyCredentialsInvalidEndDate", message: "Key credential end date is invalid." },
  ),
  made(
    "a beginning before the certificate's own",
    { keyCredentials: [{ ...foreignKey(), startDateTime: "1999-06-01T00:00:00Z" }] },
    "unverified",
    { answer: "400 KeyCredentialsInvalidStartDate" },
  ),
  made(
    "two roles of one value",
    {
      appRoles: list(2, () => ({
        id: randomUUID(),
        value: "Read",
        displayName: "x",
        description: "x",
        isEnabled: true,
        allowedMemberTypes: ["User"],
      })),
    },
    doc("resources/approle"),
  ),
  ...refused(change, doc("resources/application"), [
    [
      "400 Request_BadRequest",
      "another id",
      graph(`PATCH /v1.0/applications/${deployerApplication}`, { body: { id: randomUUID() } }),
      "read-only",
    ],
  ]),
];

const refuse = (
  request: string,
  refused: string,
  source: Refusal["source"],
  body: unknown,
  more: Partial<Refusal> = {},
) => ({
  request: request.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}"),
  refused,
  answer: "400 Request_BadRequest",
  source,
  send: graph(request, { body }),
  ...more,
});

const application = `/v1.0/applications/${deployerApplication}`;
const addPassword = `POST ${application}/addPassword`;
const removePassword = `POST ${application}/removePassword`;
const passwords = doc("application-addpassword");

const passwordRows: Refusal[] = [
  refuse(addPassword, "a parameter that there is not", passwords, { password: {} }),
  refuse(addPassword, "a secret of one's own", passwords, { passwordCredential: { secretText: "mine" } }),
  refuse(addPassword, "an end that is no instant", passwords, { passwordCredential: { endDateTime: "2099-01-01" } }),
  refuse(addPassword, "an end before the start", "unverified", {
    passwordCredential: { endDateTime: "2001-01-01T00:00:00Z" },
  }),
  refuse(removePassword, "a key that the application does not have", doc("application-removepassword"), {
    keyId: randomUUID(),
  }),
  refuse(removePassword, "no key", doc("application-removepassword"), {}),
  ...refused(addPassword, "https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy", [
    [
      "400 CredentialTypeNotAllowedAsPerAppPolicy",
      "a client secret, where a policy of the tenant forbids them",
      underPolicy({ restrictionType: "passwordAddition" }),
    ],
  ]),
  ...refused(addPassword, "https://github.com/OfficeDev/microsoft-365-agents-toolkit/issues/10998", [
    [
      "400 CredentialInvalidLifetimeAsPerAppPolicy",
      "a client secret for longer than a policy of the tenant lets it last",
      underPolicy({ restrictionType: "passwordLifetime", maxLifetime: "P90D" }),
      "Credential lifetime exceeds the max value allowed as per assigned policy",
    ],
  ]),
];

const federated = `POST ${application}/federatedIdentityCredentials`;
const credentials = doc("resources/federatedidentitycredential");
const credential = {
  name: "ci",
  issuer: "https://ci.example",
  subject: "main",
  audiences: ["api://AzureADTokenExchange"],
};
/** Adds credentials first, and then the one that is refused. */
const federatedAfter =
  (before: object[], body: object) =>
  async (cloud: Emulator): Promise<Response> => {
    for (const one of before) await graph(federated, { body: one })(cloud);
    return graph(federated, { body })(cloud);
  };
const taken = "409 Request_MultipleObjectsWithSameKeyValue";

const federatedRows: Refusal[] = [
  ...Object.keys(credential).map((name) =>
    refuse(federated, `no ${name}`, credentials, { ...credential, [name]: undefined }),
  ),
  refuse(federated, "a name that does not fit into a URL", credentials, { ...credential, name: "a/b" }),
  refuse(federated, "a name of more than 120 characters", credentials, { ...credential, name: text(121) }),
  refuse(federated, "an issuer that is no https URL", credentials, { ...credential, issuer: "http://ci.example" }),
  refuse(federated, "a subject of more than 600 characters", credentials, { ...credential, subject: text(601) }),
  refuse(federated, "two audiences", credentials, { ...credential, audiences: ["a", "b"] }),
  refuse(federated, "a description of more than 600 characters", credentials, {
    ...credential,
    description: text(601),
  }),
  refuse(federated, "a name that is taken", "https://github.com/Azure/azure-workload-identity", undefined, {
    answer: taken,
    message: "FederatedIdentityCredential with name ci already exists.",
    send: federatedAfter([credential], { ...credential, subject: "other" }),
  }),
  refuse(federated, "an issuer and subject that another one has", credentials, undefined, {
    answer: taken,
    send: federatedAfter([credential], { ...credential, name: "other" }),
  }),
  refuse(
    federated,
    "a twenty-first one",
    "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations",
    undefined,
    {
      send: federatedAfter(
        list(20, (index) => ({ ...credential, name: `ci-${index}`, subject: String(index) })),
        credential,
      ),
    },
  ),
];

const principals = "POST /v1.0/servicePrincipals";
const principal = `PATCH /v1.0/servicePrincipals/${deployerPrincipal}`;
const principalDoc = doc("resources/serviceprincipal");

const principalRows: Refusal[] = [
  refuse(principals, "no appId", doc("serviceprincipal-post-serviceprincipals"), {}),
  refuse(principals, "an application that there is not", "recordings", { appId: randomUUID() }),
  refuse(
    principals,
    "an application that has one",
    "recordings",
    { appId: seeded.deployer.clientId },
    { answer: taken },
  ),
  refuse(principal, "a property that the type does not have", "unverified", { flavour: "mint" }),
  refuse(principal, "a value of another type", principalDoc, { accountEnabled: "yes" }),
  refuse(principal, "a way to sign in that there is not", principalDoc, { preferredSingleSignOnMode: "magic" }),
  refuse(principal, "notes of more than 1024 characters", principalDoc, { notes: text(1025) }),
  refuse(principal, "a property that is read-only", principalDoc, { appOwnerOrganizationId: randomUUID() }),
  refuse(
    principal,
    "a property whose change is not served",
    "emulator",
    { replyUrls: [] },
    { answer: "501 NotImplemented" },
  ),
];

const members = `POST /v1.0/groups/${adminAgents}/members/$ref`;
const owners = `POST ${application}/owners/$ref`;
const reference = (id: string) => ({ "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${id}` });
const memberDoc = doc("group-post-members");
const ownerDoc = doc("application-post-owners");

const referenceRows: Refusal[] = [
  refuse(members, "no reference", memberDoc, {}),
  refuse(members, "a reference that is no address of an object", memberDoc, { "@odata.id": "nobody" }),
  refuse(members, "an object that there is not", memberDoc, reference(randomUUID()), {
    answer: "404 Request_ResourceNotFound",
  }),
  refuse(members, "a member that is one", memberDoc, reference(seeded.users.serviceAccount.id), {
    message: "One or more added object references already exist",
  }),
  refuse(members, "an application as a member", memberDoc, reference(deployerApplication)),
  refuse(owners, "a group as an owner", ownerDoc, reference(adminAgents)),
  refuse(owners, "more than the reference", ownerDoc, { ...reference(deployerPrincipal), flavour: "mint" }),
];

export const graphBodyRefusals: Refusal[] = [
  ...applicationRows,
  ...passwordRows,
  ...federatedRows,
  ...principalRows,
  ...referenceRows,
];

/** The deployer requests a client secret of two years although a policy restricts it. */
function underPolicy(restriction: CredentialRestriction) {
  return async (cloud: Emulator): Promise<Response> => {
    const tenant = partnerTenant(cloud);
    const restrictions = { passwordCredentials: [restriction], keyCredentials: [] };
    tenant.credentialPolicies = { default: { ...defaultPolicy(tenant), isEnabled: true, restrictions }, own: [] };
    return await graph(`POST /v1.0/applications/${deployerApplication}/addPassword`, { body: {} })(cloud);
  };
}
