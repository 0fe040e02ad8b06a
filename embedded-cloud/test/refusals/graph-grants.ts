/** Grants of delegated permissions and of application permissions that Microsoft Graph refuses. */
import { randomUUID } from "node:crypto";
import { azureAdGraph, microsoftGraph, partnerCenter } from "../../emulator/first-party";
import { firstPartyPrincipalId } from "../../emulator/first-party-principals";
import { seeds } from "../../emulator/seeds";
import type { Caller } from "../../testing/callers";
import { denied, deployerPrincipal, graph, invalid, notFound, refusedBodies, taken } from "./graph-requests";
import { type Refusal, refused, type Send } from "./refusal";

const doc = (name: string) => `https://learn.microsoft.com/graph/api/${name}` as const;
const grantDoc = doc("oauth2permissiongrant-post");
const grantType = doc("resources/oauth2permissiongrant");
const assignmentDoc = doc("serviceprincipal-post-approleassignedto");
const secondGrant = "https://github.com/hashicorp/terraform-provider-azuread/issues/690";

const principalOf = ({ appId }: { appId: string }): string => firstPartyPrincipalId(seeds.partner.id, appId);
const account = seeds.users.serviceAccount.id;

const grants = "POST /v1.0/oauth2PermissionGrants";
const grant = {
  clientId: deployerPrincipal,
  resourceId: principalOf(partnerCenter),
  consentType: "Principal",
  principalId: account,
  scope: "user_impersonation",
};
const assigned = `POST /v1.0/servicePrincipals/${principalOf(microsoftGraph)}/appRoleAssignedTo`;
const assignment = {
  appRoleId: microsoftGraph.appRoles[0].id,
  principalId: deployerPrincipal,
  resourceId: principalOf(microsoftGraph),
};

/** Creates the grant, and then requests more. */
const afterGrant =
  (request: (id: string) => string, body: object): Send =>
  async (cloud) => {
    const made = await graph(grants, { body: grant })(cloud);
    const { id } = (await made.json()) as { id: string };
    return graph(request(id), { body })(cloud);
  };
const assignedTwice: Send = async (cloud) => {
  await graph(assigned, { body: assignment })(cloud);
  return graph(assigned, { body: assignment })(cloud);
};

/** Refused to a caller, though the body is right. */
const toCaller = (mistake: string, caller: Caller): Refusal[] => [
  ...refusedBodies(grants, grantDoc, [[mistake, grant, "", denied]], caller),
  ...refusedBodies(assigned, assignmentDoc, [[mistake, assignment, "", denied]], caller),
];
const scp = "DelegatedPermissionGrant.ReadWrite.All AppRoleAssignment.ReadWrite.All Application.Read.All";
const withoutReading = "AppRoleAssignment.ReadWrite.All without a right to read applications";

export const graphGrantRefusals: Refusal[] = [
  ...toCaller("a deployer with Application.ReadWrite.All alone", {
    roles: ["Application.ReadWrite.All", "Directory.Read.All"],
  }),
  ...toCaller("an account with the permission and no role of an administrator", { idtyp: "user", oid: account, scp }),
  ...refusedBodies(assigned, assignmentDoc, [[withoutReading, assignment, "", denied]], {
    roles: ["AppRoleAssignment.ReadWrite.All"],
  }),
  ...refusedBodies(grants, "unverified", [["a property that the type does not have", { ...grant, flavour: "mint" }]]),
  ...refusedBodies(grants, grantType, [
    ["no scope", { ...grant, scope: undefined }],
    ["a type of consent that there is not", { ...grant, consentType: "Somebody" }],
    ["one user's consent without the user", { ...grant, principalId: undefined }],
    ["everybody's consent with a user", { ...grant, consentType: "AllPrincipals" }],
    ["a user that there is not", { ...grant, principalId: randomUUID() }, "", notFound],
    ["a client that there is not", { ...grant, clientId: randomUUID() }, "", notFound],
    ["an id that is no GUID", { ...grant, clientId: "nobody" }],
    ["scopes of more than 3850 characters", { ...grant, scope: "x".repeat(3851) }],
  ]),
  ...refused(grants, secondGrant, {
    "a second grant for the same client, resource and user": [
      taken,
      afterGrant(() => grants, grant),
      "Permission entry already exists.",
    ],
  }),
  ...refused("PATCH /v1.0/oauth2PermissionGrants/{id}", doc("oauth2permissiongrant-update"), {
    "another property than the scope": [
      invalid,
      afterGrant((id) => `PATCH /v1.0/oauth2PermissionGrants/${id}`, { consentType: "AllPrincipals" }),
    ],
  }),
  ...refusedBodies(assigned, assignmentDoc, [
    ["another resource than the address names", { ...assignment, resourceId: principalOf(azureAdGraph) }],
    ["a role that the resource does not have", { ...assignment, appRoleId: randomUUID() }],
    ["a principal that there is not", { ...assignment, principalId: randomUUID() }, "", notFound],
    ["an application instead of its service principal", { ...assignment, principalId: seeds.deployer.objectId }],
  ]),
  ...refusedBodies(assigned, "unverified", [
    ["a property that the type does not have", { ...assignment, flavour: "mint" }],
  ]),
  ...refused("POST /v1.0/servicePrincipals/{id}/appRoleAssignedTo", "unverified", {
    "the same role once more": [invalid, assignedTwice, "Permission being assigned already exists on the object"],
  }),
];
