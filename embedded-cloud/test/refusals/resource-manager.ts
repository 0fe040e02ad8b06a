import type { Emulator } from "../../emulator/emulator";
import { groupPath, roleIds, subscriptionPath } from "../../testing/azure";
import { cloudOf } from "../../testing/callers";
import { type Refusal, refused } from "./refusal";
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
  ...refused("any", "unverified", [
    ["400 MissingApiVersionParameter", "no api-version", manager("GET", () => "/subscriptions")],
    [
      "401 AuthenticationFailed",
      "no token",
      (cloud) => send(cloud, "resourceManager", "GET /subscriptions?api-version=2022-12-01", { caller: "nobody" }),
    ],
  ]),
  ...refused("any of /subscriptions, /resourceGroups, /resources", ownVersions, [
    [
      "400 InvalidApiVersionParameter",
      "an api-version that there is not",
      manager("GET", () => "/subscriptions?api-version=2023-02-01"),
      "The supported versions are '",
    ],
  ]),
  ...refused("any of Microsoft.Authorization, and lists of Microsoft.KeyVault", typeVersions, [
    [
      "404 InvalidResourceType",
      "an api-version that the type does not have",
      manager(
        "GET",
        (cloud) =>
          `${subscriptionPath(cloud)}/providers/Microsoft.Authorization/roleAssignments?api-version=2024-11-01`,
      ),
      "The supported api-versions are '",
    ],
  ]),
  ...refused("any", ended, [
    [
      "401 ExpiredAuthenticationToken",
      "a token that has ended",
      async (cloud) => {
        const { partner, deployer } = cloud.seeds;
        const iss = `${cloud.origins.authority}/${partner.id}/v2.0`;
        const claims = { tid: partner.id, oid: deployer.servicePrincipalId, appid: deployer.clientId, idtyp: "app" };
        const aud = cloud.origins.resourceManager;
        const token = await cloudOf(cloud).tokens.sign({ ...claims, iss, aud }, -1);
        const headers = { authorization: `Bearer ${token}` };
        return await fetch(`${aud}/subscriptions?api-version=2022-12-01`, { headers });
      },
      "is earlier than current UTC time",
    ],
  ]),
  ...refused("any", "emulator", [
    [
      "501 NotImplemented",
      "an option that the request does not take",
      manager("GET", (cloud) => `${subscriptionPath(cloud)}?api-version=2022-12-01&$expand=x`),
    ],
  ]),
  ...refused("any with a body", mediaType, [
    [
      "415 UnsupportedMediaType",
      "a body that is not sent as JSON",
      manager("PUT", group, { body: {}, headers: { "content-type": "text/plain" } }),
    ],
  ]),
  ...refused("lists that take $top", "unverified", [
    [
      "400 InvalidTopInQueryString",
      "what is no number, or 0",
      manager("GET", (cloud) => `${subscriptionPath(cloud)}/resourceGroups?api-version=2022-12-01&$top=0`),
    ],
  ]),
  ...refused("lists that take $filter", resourcesList, [
    [
      "400 InvalidFilterInQueryString",
      "what is no filter, or on a property that there is not",
      manager("GET", (cloud) => `${subscriptionPath(cloud)}/resources?api-version=2022-12-01&$filter=flavour eq 'x'`),
    ],
  ]),
  ...refused("GET /subscriptions/{id}/resources", "emulator", [
    [
      "501 NotImplemented",
      "a filter on identity, plan or tags, which is not served",
      manager("GET", (cloud) => `${subscriptionPath(cloud)}/resources?api-version=2022-12-01&$filter=plan eq 'x'`),
    ],
  ]),
  ...refused("any below /resourceGroups/{name}", groupNames, [
    [
      "400 InvalidResourceGroup",
      "a name with signs that names do not have, or a period at its end",
      makeGroup({ location: "westeurope" }, (cloud) => `${groupPath(cloud, "ends.")}?api-version=2024-11-01`),
      "has these invalid characters",
    ],
  ]),
  ...refused("PUT /subscriptions/{id}/resourceGroups/{name}", unknownMember, [
    [
      "400 InvalidRequestContent",
      "a property that there is not, or a value of another type",
      makeGroup({ location: "westeurope", flavour: "mint" }),
    ],
  ]),
  ...refused("PUT /subscriptions/{id}/resourceGroups/{name}", tags, [
    [
      "400 InvalidRequestContent",
      "more than 50 tags, names over 512 characters or with <, >, %, &, \\, ?, /, values over 256",
      makeGroup({ location: "westeurope", tags: { "a/b": "x" } }),
    ],
  ]),
  ...refused("PUT /subscriptions/{id}/resourceGroups/{name}", "unverified", [
    [
      "409 InvalidResourceGroupLocation",
      "another location than it has",
      inGroup(makeGroup({ location: "northeurope" })),
    ],
  ]),
  ...refused("PUT /subscriptions/{id}/resourceGroups/{name}", "emulator", [
    [
      "501 NotImplemented",
      "managedBy, which is not served",
      makeGroup({ location: "westeurope", managedBy: "/subscriptions/x" }),
    ],
  ]),
  ...refused("PUT {scope}/providers/Microsoft.Authorization/roleAssignments/{name}", unknownMember, [
    [
      "400 InvalidRequestContent",
      "a property that there is not, or a value of another type",
      assign({ flavour: "mint" }),
    ],
  ]),
  ...refused("PUT {scope}/providers/Microsoft.Authorization/roleAssignments/{name}", assigning, [
    [
      "400 PrincipalNotFound",
      "a principal that there is not",
      assign({ principalId: "11111111-2222-4333-8444-555555555555" }),
    ],
  ]),
  ...refused("PUT {scope}/providers/Microsoft.Authorization/roleAssignments/{name}", "emulator", [
    ["501 NotImplemented", "a condition or a delegated identity, which are not served", assign({ condition: "x" })],
  ]),
];

/** Refusals of Resource Manager and its providers, in the emulator as well. */
export const resourceManagerRefusals: Refusal[] = [...generalRefusals, ...vaultRefusals, ...diagnosticRefusals];
