import type { CredentialRestriction } from "../../emulator/context";
import { azureAdGraph, microsoftGraph, partnerCenter } from "../../emulator/first-party";
import { firstPartyPrincipalId } from "../../emulator/first-party-principals";
import { seeds } from "../../emulator/seeds";
import { partnerTenant } from "../../testing/applications";
import { directoryRoles } from "../../testing/callers";
import { foreignCertificate } from "../../testing/certificates";
import { refusalsOf, type Send } from "./refusal";
import { send, type Sent } from "./send";

/** As the deployer, with every permission that the rows need. */
const graph =
  (request: string, sent: Sent = {}): Send =>
  (cloud) =>
    send(cloud, "microsoftGraph", request, { caller: { roles: directoryRoles }, ...sent });

const principalOf = ({ appId }: { appId: string }): string => firstPartyPrincipalId(seeds.partner.id, appId);
const permission = { id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d", type: "Scope" };
const audiences = ["api://AzureADTokenExchange"];
const credential = { name: "ci", issuer: "https://ci.example", subject: "main", audiences };
const appRole = { id: "{new}", value: "Read", displayName: "x", description: "x", isEnabled: true };

const words = {
  ...{ "partnerCenter's": principalOf(partnerCenter), "microsoftGraph's": principalOf(microsoftGraph) },
  ...{ "azureAdGraph's": principalOf(azureAdGraph), role: microsoftGraph.appRoles[0].id },
  ...{
    permission,
    scope: permission.id,
    resource: { resourceAppId: partnerCenter.appId, resourceAccess: [permission] },
  },
  certificate: Buffer.from(foreignCertificate().pem).toString("base64"),
  directoryObjects: "https://graph.microsoft.com/v1.0/directoryObjects/",
  allScopes: "DelegatedPermissionGrant.ReadWrite.All AppRoleAssignment.ReadWrite.All Application.Read.All",
  ...{ credential, appRole: { ...appRole, allowedMemberTypes: ["User"] } },
  grant: {
    ...{ clientId: "{principal}", resourceId: "{partnerCenter's}", consentType: "Principal", principalId: "{account}" },
    scope: "user_impersonation",
  },
  assignment: { appRoleId: "{role}", principalId: "{principal}", resourceId: "{microsoftGraph's}" },
};

const key = { type: "AsymmetricX509Cert", usage: "Verify" };
/** Certificates of a body with what all of them have. */
const withKeys = (body: object): object => {
  const { keyCredentials } = body as { keyCredentials?: object[] };
  return keyCredentials === undefined
    ? body
    : { ...body, keyCredentials: keyCredentials.map((one) => ({ ...key, ...one })) };
};

/** Microsoft Graph's refusals, in the emulator as well. */
export const graphRefusals = refusalsOf(
  "graph",
  {
    graph: (_, request: string, sent?: Sent) => graph(request, sent),
    unserved: (filter) => graph(`GET /v1.0/applications?$filter=${filter}`),
    body: (request, body: object = {}, sent?: Sent) => graph(request, { body: withKeys(body), ...sent }),
    raw: (request, body = "", type = "application/json") => graph(request, { body, headers: { "content-type": type } }),
    twice: (request, body: object) => async (cloud) => {
      await graph(request, { body })(cloud);
      return await graph(request, { body })(cloud);
    },
    afterGrant: (_, grant: object, changes: object) => async (cloud) => {
      const made = await graph("POST /v1.0/oauth2PermissionGrants", { body: grant })(cloud);
      const { id } = (await made.json()) as { id: string };
      return await graph(`PATCH /v1.0/oauth2PermissionGrants/${id}`, { body: changes })(cloud);
    },
    /** Adds credentials first, and then the one that is refused. */
    federatedAfter: (request, body: object, before: object[]) => async (cloud) => {
      for (const one of before) await graph(request, { body: { ...credential, ...one } })(cloud);
      return await graph(request, { body })(cloud);
    },
    /** The deployer requests a client secret of two years although a policy restricts it. */
    underPolicy: (request, restriction: CredentialRestriction) => async (cloud) => {
      partnerTenant(cloud).credentialPolicy = { passwordCredentials: [restriction] };
      return await graph(request, { body: {} })(cloud);
    },
  },
  words,
);
