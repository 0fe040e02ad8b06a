/** Passwords, federated credentials, service principals and references that Microsoft Graph refuses. */
import { randomUUID } from "node:crypto";
import type { CredentialRestriction } from "../../emulator/context";
import { seeds } from "../../emulator/seeds";
import { partnerTenant } from "../../testing/applications";
import {
  adminAgents,
  deployerApplication,
  deployerPrincipal,
  graph,
  invalid,
  named,
  notFound,
  refusedBodies,
  taken,
} from "./graph-requests";
import { type Refusal, refused, type Send } from "./refusal";

const doc = (name: string) => `https://learn.microsoft.com/graph/api/${name}` as const;
const policies = doc("resources/applicationauthenticationmethodpolicy");
const lifetimes = "https://github.com/OfficeDev/microsoft-365-agents-toolkit/issues/10998";
const considerations = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";

const text = (length: number): string => "x".repeat(length);
const application = `/v1.0/applications/${deployerApplication}`;
const addPassword = `POST ${application}/addPassword`;
const removePassword = `POST ${application}/removePassword`;
const federated = `POST ${application}/federatedIdentityCredentials`;

/** The deployer requests a client secret of two years although a policy restricts it. */
const underPolicy =
  (restriction: CredentialRestriction): Send =>
  async (cloud) => {
    partnerTenant(cloud).credentialPolicy = { passwordCredentials: [restriction] };
    return await graph(addPassword, { body: {} })(cloud);
  };

const credential = {
  name: "ci",
  issuer: "https://ci.example",
  subject: "main",
  audiences: ["api://AzureADTokenExchange"],
};
/** Adds credentials first, and then the one that is refused. */
const federatedAfter =
  (before: object[], body: object): Send =>
  async (cloud) => {
    for (const one of before) await graph(federated, { body: one })(cloud);
    return graph(federated, { body })(cloud);
  };
const twenty = Array.from({ length: 20 }, (_, index) => ({ ...credential, name: `ci-${index}`, subject: `${index}` }));

const principals = "POST /v1.0/servicePrincipals";
const principal = `PATCH /v1.0/servicePrincipals/${deployerPrincipal}`;
const [nobody, { clientId }] = [randomUUID(), seeds.deployer];
const noApplication = `The appId '${nobody}' of the service principal does not reference a valid application object.`;
const inUse = `The service principal cannot be created, updated, or restored because the service principal name ${clientId} is already in use.`;

const members = `POST /v1.0/groups/${adminAgents}/members/$ref`;
const owners = `POST ${application}/owners/$ref`;
const reference = (id: string) => ({ "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${id}` });
const alreadyMember = "One or more added object references already exist";

export const graphObjectRefusals: Refusal[] = [
  ...refusedBodies(addPassword, doc("application-addpassword"), [
    ["a parameter that there is not", { password: {} }],
    ["a secret of one's own", { passwordCredential: { secretText: "mine" } }],
    ["an end that is no instant", { passwordCredential: { endDateTime: "2099-01-01" } }],
  ]),
  ...refusedBodies(addPassword, "unverified", [
    ["an end before the start", { passwordCredential: { endDateTime: "2001-01-01T00:00:00Z" } }],
  ]),
  ...refused(named(addPassword), policies, {
    "a client secret, where a policy of the tenant forbids them": [
      "400 CredentialTypeNotAllowedAsPerAppPolicy",
      underPolicy({ restrictionType: "passwordAddition" }),
    ],
  }),
  ...refused(named(addPassword), lifetimes, {
    "a client secret for longer than a policy of the tenant lets it last": [
      "400 CredentialInvalidLifetimeAsPerAppPolicy",
      underPolicy({ restrictionType: "passwordLifetime", maxLifetime: "P90D" }),
      "Credential lifetime exceeds the max value allowed as per assigned policy",
    ],
  }),
  ...refusedBodies(removePassword, doc("application-removepassword"), [
    ["a key that the application does not have", { keyId: randomUUID() }],
    ["no key", {}],
  ]),
  ...refusedBodies(federated, doc("resources/federatedidentitycredential"), [
    ["no name", { ...credential, name: undefined }],
    ["no issuer", { ...credential, issuer: undefined }],
    ["no subject", { ...credential, subject: undefined }],
    ["no audiences", { ...credential, audiences: undefined }],
    ["a name that does not fit into a URL", { ...credential, name: "a/b" }],
    ["a name of more than 120 characters", { ...credential, name: text(121) }],
    ["an issuer that is no https URL", { ...credential, issuer: "http://ci.example" }],
    ["a subject of more than 600 characters", { ...credential, subject: text(601) }],
    ["an empty list of audiences", { ...credential, audiences: [] }],
    ["two audiences", { ...credential, audiences: ["a", "b"] }],
    ["a description of more than 600 characters", { ...credential, description: text(601) }],
  ]),
  ...refused(named(federated), "https://github.com/Azure/azure-workload-identity", {
    "a name that is taken": [
      taken,
      federatedAfter([credential], { ...credential, subject: "other" }),
      "FederatedIdentityCredential with name ci already exists.",
    ],
  }),
  ...refused(named(federated), doc("resources/federatedidentitycredential"), {
    "an issuer and subject that another one has": [
      taken,
      federatedAfter([credential], { ...credential, name: "other" }),
    ],
  }),
  ...refused(named(federated), considerations, { "a twenty-first one": [invalid, federatedAfter(twenty, credential)] }),
  ...refusedBodies(principals, doc("serviceprincipal-post-serviceprincipals"), [["no appId", {}]]),
  ...refusedBodies(principals, "recordings", [
    ["an application that there is not", { appId: nobody }, noApplication],
    ["an application that has one", { appId: clientId }, inUse, taken],
  ]),
  ...refusedBodies(principal, "unverified", [["a property that the type does not have", { flavour: "mint" }]]),
  ...refusedBodies(principal, doc("resources/serviceprincipal"), [
    ["a value of another type", { accountEnabled: "yes" }],
    ["a way to sign in that there is not", { preferredSingleSignOnMode: "magic" }],
    ["notes of more than 1024 characters", { notes: text(1025) }],
    ["a property that is read-only", { appOwnerOrganizationId: randomUUID() }],
  ]),
  ...refusedBodies(principal, "emulator", [
    ["a property whose change is not served", { replyUrls: [] }, "", "501 NotImplemented"],
  ]),
  ...refusedBodies(members, doc("group-post-members"), [
    ["no reference", {}],
    ["a reference that is no address of an object", { "@odata.id": "nobody" }],
    ["an object that there is not", reference(randomUUID()), "", notFound],
    ["a member that is one", reference(seeds.users.serviceAccount.id), alreadyMember],
    ["an application as a member", reference(deployerApplication)],
  ]),
  ...refusedBodies(owners, doc("application-post-owners"), [
    ["a group as an owner", reference(adminAgents)],
    ["more than the reference", { ...reference(deployerPrincipal), flavour: "mint" }],
  ]),
];
