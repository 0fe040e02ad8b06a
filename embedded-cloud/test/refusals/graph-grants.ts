/** Grants of delegated permissions and of application permissions that Microsoft Graph refuses. */
import { randomUUID } from "node:crypto";
import { azureAdGraph, microsoftGraph, partnerCenter } from "../../emulator/first-party";
import { firstPartyPrincipalId } from "../../emulator/first-party-principals";
import type { Emulator } from "../../emulator/emulator";
import type { Caller } from "../../testing/callers";
import { deployerPrincipal, graph, seeded } from "./graph-requests";
import { type Refusal, refused } from "./refusal";

const grantDoc = "https://learn.microsoft.com/graph/api/oauth2permissiongrant-post";
const grantType = "https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant";
const assignmentDoc = "https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto";

const grants = "POST /v1.0/oauth2PermissionGrants";
const partnerCenterPrincipal = firstPartyPrincipalId(seeded.partner.id, partnerCenter.appId);
const graphPrincipal = firstPartyPrincipalId(seeded.partner.id, microsoftGraph.appId);
const account = seeded.users.serviceAccount.id;

const grant = {
  clientId: deployerPrincipal,
  resourceId: partnerCenterPrincipal,
  consentType: "Principal",
  principalId: account,
  scope: "user_impersonation",
};

const refuse = (
  request: string,
  refused: string,
  source: Refusal["source"],
  body: unknown,
  answer = "400 Request_BadRequest",
  caller?: Caller,
): Refusal => ({
  request: request.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}"),
  refused,
  answer,
  source,
  send: graph(request, { body, ...(caller && { caller }) }),
});

const denied = "403 Authorization_RequestDenied";
const ofPerson: Caller = {
  idtyp: "user",
  oid: account,
  scp: "DelegatedPermissionGrant.ReadWrite.All AppRoleAssignment.ReadWrite.All Application.Read.All",
};

/** Creates the grant, and then requests more. */
const afterGrant =
  (request: (id: string) => string, body: object) =>
  async (cloud: Emulator): Promise<Response> => {
    const made = await graph(grants, { body: grant })(cloud);
    const { id } = (await made.json()) as { id: string };
    return graph(request(id), { body })(cloud);
  };

const assigned = `POST /v1.0/servicePrincipals/${graphPrincipal}/appRoleAssignedTo`;
const assignment = {
  appRoleId: microsoftGraph.appRoles[0].id,
  principalId: deployerPrincipal,
  resourceId: graphPrincipal,
};

export const graphGrantRefusals: Refusal[] = [
  refuse(grants, "a deployer with Application.ReadWrite.All alone", grantDoc, grant, denied, {
    roles: ["Application.ReadWrite.All", "Directory.Read.All"],
  }),
  refuse(grants, "an account with the permission and no role of an administrator", grantDoc, grant, denied, ofPerson),
  refuse(grants, "no scope", grantType, { ...grant, scope: undefined }),
  refuse(grants, "a property that the type does not have", "unverified", { ...grant, flavour: "mint" }),
  refuse(grants, "a type of consent that there is not", grantType, { ...grant, consentType: "Somebody" }),
  refuse(grants, "one user's consent without the user", grantType, { ...grant, principalId: undefined }),
  refuse(grants, "everybody's consent with a user", grantType, { ...grant, consentType: "AllPrincipals" }),
  refuse(
    grants,
    "a user that there is not",
    grantType,
    { ...grant, principalId: randomUUID() },
    "404 Request_ResourceNotFound",
  ),
  refuse(
    grants,
    "a client that there is not",
    grantType,
    { ...grant, clientId: randomUUID() },
    "404 Request_ResourceNotFound",
  ),
  refuse(grants, "an id that is no GUID", grantType, { ...grant, clientId: "nobody" }),
  refuse(grants, "scopes of more than 3850 characters", grantType, { ...grant, scope: "x".repeat(3851) }),
  refuse(assigned, "a deployer with Application.ReadWrite.All alone", assignmentDoc, assignment, denied, {
    roles: ["Application.ReadWrite.All", "Directory.Read.All"],
  }),
  refuse(
    assigned,
    "AppRoleAssignment.ReadWrite.All without a right to read applications",
    assignmentDoc,
    assignment,
    denied,
    {
      roles: ["AppRoleAssignment.ReadWrite.All"],
    },
  ),
  refuse(
    assigned,
    "an account with the permission and no role of an administrator",
    assignmentDoc,
    assignment,
    denied,
    ofPerson,
  ),
  refuse(assigned, "another resource than the address names", assignmentDoc, {
    ...assignment,
    resourceId: firstPartyPrincipalId(seeded.partner.id, azureAdGraph.appId),
  }),
  refuse(assigned, "a role that the resource does not have", assignmentDoc, { ...assignment, appRoleId: randomUUID() }),
  refuse(
    assigned,
    "a principal that there is not",
    assignmentDoc,
    { ...assignment, principalId: randomUUID() },
    "404 Request_ResourceNotFound",
  ),
  refuse(assigned, "an application instead of its service principal", assignmentDoc, {
    ...assignment,
    principalId: seeded.deployer.objectId,
  }),
  refuse(assigned, "a property that the type does not have", "unverified", { ...assignment, flavour: "mint" }),
  ...refused(grants, "https://github.com/hashicorp/terraform-provider-azuread/issues/690", [
    [
      "409 Request_MultipleObjectsWithSameKeyValue",
      "a second grant for the same client, resource and user",
      afterGrant(() => grants, grant),
      "Permission entry already exists.",
    ],
  ]),
  ...refused(
    "PATCH /v1.0/oauth2PermissionGrants/{id}",
    "https://learn.microsoft.com/graph/api/oauth2permissiongrant-update",
    [
      [
        "400 Request_BadRequest",
        "another property than the scope",
        afterGrant((id) => `PATCH /v1.0/oauth2PermissionGrants/${id}`, { consentType: "AllPrincipals" }),
      ],
    ],
  ),
  ...refused("POST /v1.0/servicePrincipals/{id}/appRoleAssignedTo", "unverified", [
    [
      "400 Request_BadRequest",
      "the same role once more",
      async (cloud: Emulator): Promise<Response> => {
        await graph(assigned, { body: assignment })(cloud);
        return graph(assigned, { body: assignment })(cloud);
      },
      "Permission being assigned already exists on the object",
    ],
  ]),
];
