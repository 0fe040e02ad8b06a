import type { Emulator } from "../../emulator/emulator";
import { groupPath, roleIds, subscriptionPath } from "../../testing/azure";
import { cloudOf } from "../../testing/callers";
import type { Refusal } from "./refusal";
import { inGroup, manager, type Path } from "./resource-manager-requests";
import { diagnosticRefusals } from "./resource-manager-diagnostics";
import { vaultRefusals } from "./resource-manager-vaults";
import { send } from "./send";

const ownVersions = "https://github.com/Azure/azure-cli/issues/27109";
const typeVersions = "https://github.com/Azure/acs-engine/issues/4037";
const mediaType = "https://github.com/Azure/azure-cli/issues/10143";
const groupNames = "https://github.com/Azure/azure-cli/issues/14481";
const unknownMember = "https://github.com/Azure/azure-sdk-for-net/issues/2542";
const ended = "https://github.com/microsoft/foundry-dev-tools/issues/461";
const resourcesList = "https://learn.microsoft.com/rest/api/resources/resources/list";
const tags = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources";
const assigning = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";

const group: Path = (cloud) => `${groupPath(cloud)}?api-version=2024-11-01`;
const makeGroup = (body: unknown, path = group) => manager("PUT", path, { body });

const assignmentName = "11111111-2222-4333-8444-555555555555";
const assignment: Path = (cloud) =>
  `${groupPath(cloud)}/providers/Microsoft.Authorization/roleAssignments/${assignmentName}?api-version=2022-04-01`;
const assign =
  (changes: object = {}) =>
  async (cloud: Emulator): Promise<Response> => {
    const roleDefinitionId = `${subscriptionPath(cloud)}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.vaultReader}`;
    const properties = { roleDefinitionId, principalId: cloud.seeds.users.serviceAccount.id, ...changes };
    return await inGroup(manager("PUT", assignment, { body: { properties } }))(cloud);
  };

/** Requests of any kind, resource groups, lists and roles. */
const generalRefusals: Refusal[] = [
  {
    request: "any",
    refused: "no api-version",
    answer: "400 MissingApiVersionParameter",
    source: "unverified",
    send: manager("GET", () => "/subscriptions"),
  },
  {
    request: "any of /subscriptions, /resourceGroups, /resources",
    refused: "an api-version that there is not",
    answer: "400 InvalidApiVersionParameter",
    source: ownVersions,
    message: "The supported versions are '",
    send: manager("GET", () => "/subscriptions?api-version=2023-02-01"),
  },
  {
    request: "any of Microsoft.Authorization, and lists of Microsoft.KeyVault",
    refused: "an api-version that the type does not have",
    answer: "404 InvalidResourceType",
    source: typeVersions,
    message: "The supported api-versions are '",
    send: manager(
      "GET",
      (cloud) => `${subscriptionPath(cloud)}/providers/Microsoft.Authorization/roleAssignments?api-version=2024-11-01`,
    ),
  },
  {
    request: "any",
    refused: "no token",
    answer: "401 AuthenticationFailed",
    source: "unverified",
    send: (cloud) => send(cloud, "resourceManager", "GET /subscriptions?api-version=2022-12-01", { caller: "nobody" }),
  },
  {
    request: "any",
    refused: "a token that has ended",
    answer: "401 ExpiredAuthenticationToken",
    source: ended,
    message: "is earlier than current UTC time",
    send: async (cloud) => {
      const { partner, deployer } = cloud.seeds;
      const iss = `${cloud.origins.authority}/${partner.id}/v2.0`;
      const claims = { tid: partner.id, oid: deployer.servicePrincipalId, appid: deployer.clientId, idtyp: "app" };
      const aud = cloud.origins.resourceManager;
      const token = await cloudOf(cloud).tokens.sign({ ...claims, iss, aud }, -1);
      const headers = { authorization: `Bearer ${token}` };
      return await fetch(`${aud}/subscriptions?api-version=2022-12-01`, { headers });
    },
  },
  {
    request: "any",
    refused: "an option that the request does not take",
    answer: "501 NotImplemented",
    source: "emulator",
    send: manager("GET", (cloud) => `${subscriptionPath(cloud)}?api-version=2022-12-01&$expand=x`),
  },
  {
    request: "any with a body",
    refused: "a body that is not sent as JSON",
    answer: "415 UnsupportedMediaType",
    source: mediaType,
    send: manager("PUT", group, { body: {}, headers: { "content-type": "text/plain" } }),
  },
  {
    request: "lists that take $top",
    refused: "what is no number, or 0",
    answer: "400 InvalidTopInQueryString",
    source: "unverified",
    send: manager("GET", (cloud) => `${subscriptionPath(cloud)}/resourceGroups?api-version=2022-12-01&$top=0`),
  },
  {
    request: "lists that take $filter",
    refused: "what is no filter, or on a property that there is not",
    answer: "400 InvalidFilterInQueryString",
    source: resourcesList,
    send: manager(
      "GET",
      (cloud) => `${subscriptionPath(cloud)}/resources?api-version=2022-12-01&$filter=flavour eq 'x'`,
    ),
  },
  {
    request: "GET /subscriptions/{id}/resources",
    refused: "a filter on identity, plan or tags, which is not served",
    answer: "501 NotImplemented",
    source: "emulator",
    send: manager("GET", (cloud) => `${subscriptionPath(cloud)}/resources?api-version=2022-12-01&$filter=plan eq 'x'`),
  },
  {
    request: "any below /resourceGroups/{name}",
    refused: "a name with signs that names do not have, or a period at its end",
    answer: "400 InvalidResourceGroup",
    source: groupNames,
    message: "has these invalid characters",
    send: makeGroup({ location: "westeurope" }, (cloud) => `${groupPath(cloud, "ends.")}?api-version=2024-11-01`),
  },
  {
    request: "PUT /subscriptions/{id}/resourceGroups/{name}",
    refused: "a property that there is not, or a value of another type",
    answer: "400 InvalidRequestContent",
    source: unknownMember,
    send: makeGroup({ location: "westeurope", flavour: "mint" }),
  },
  {
    request: "PUT /subscriptions/{id}/resourceGroups/{name}",
    refused: "more than 50 tags, names over 512 characters or with <, >, %, &, \\, ?, /, values over 256",
    answer: "400 InvalidRequestContent",
    source: tags,
    send: makeGroup({ location: "westeurope", tags: { "a/b": "x" } }),
  },
  {
    request: "PUT /subscriptions/{id}/resourceGroups/{name}",
    refused: "another location than it has",
    answer: "409 InvalidResourceGroupLocation",
    source: "unverified",
    send: inGroup(makeGroup({ location: "northeurope" })),
  },
  {
    request: "PUT /subscriptions/{id}/resourceGroups/{name}",
    refused: "managedBy, which is not served",
    answer: "501 NotImplemented",
    source: "emulator",
    send: makeGroup({ location: "westeurope", managedBy: "/subscriptions/x" }),
  },
  {
    request: "PUT {scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
    refused: "a property that there is not, or a value of another type",
    answer: "400 InvalidRequestContent",
    source: unknownMember,
    send: assign({ flavour: "mint" }),
  },
  {
    request: "PUT {scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
    refused: "a principal that there is not",
    answer: "400 PrincipalNotFound",
    source: assigning,
    send: assign({ principalId: "11111111-2222-4333-8444-555555555555" }),
  },
  {
    request: "PUT {scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
    refused: "a condition or a delegated identity, which are not served",
    answer: "501 NotImplemented",
    source: "emulator",
    send: assign({ condition: "x" }),
  },
];

/** Refusals of Resource Manager and its providers, in the emulator as well. */
export const resourceManagerRefusals: Refusal[] = [...generalRefusals, ...vaultRefusals, ...diagnosticRefusals];
