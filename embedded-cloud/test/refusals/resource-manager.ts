import { seeds } from "../../emulator/seeds";
import { groupPath, roleIds } from "../../testing/azure";
import { tokenFor } from "../../testing/callers";
import { type Refusal, refused, type Send } from "./refusal";
import { diagnosticRefusals } from "./resource-manager-diagnostics";
import { aGroup, get, group, manager, nobody, type Step, subscription, vault } from "./resource-manager-requests";
import { storageRefusals } from "./resource-manager-storage";
import { vaultRefusals } from "./resource-manager-vaults";

const ownVersions = "https://github.com/Azure/azure-cli/issues/27109";
const typeVersions = "https://github.com/Azure/acs-engine/issues/4037";
const mediaType = "https://github.com/Azure/azure-cli/issues/10143";
const groupNames = "https://github.com/Azure/azure-cli/issues/14481";
const unknownMember = "https://github.com/Azure/azure-sdk-for-net/issues/2542";
const ended = "https://github.com/microsoft/foundry-dev-tools/issues/461";
const resourcesList = "https://learn.microsoft.com/rest/api/resources/resources/list";
const tags = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources";
const assigning = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";

const groupCreation = "PUT /subscriptions/{id}/resourceGroups/{name}";
const assignment = "PUT {scope}/providers/Microsoft.Authorization/roleAssignments/{name}";
const unserved = "501 NotImplemented";
const invalid = "400 InvalidRequestContent";

const west = { location: "westeurope" };
const putGroup = (body: unknown): Send => manager([[`PUT ${group}`, body]]);
const tagged = (...names: string[]): Send =>
  putGroup({ ...west, tags: Object.fromEntries(names.map((name) => [name, "x"])) });

const definitions = `${subscription}/providers/Microsoft.Authorization/roleDefinitions`;
const account = seeds.users.serviceAccount.id;
const step = (changes: object = {}, name = nobody, scope = group): Step => [
  `PUT ${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
  { properties: { roleDefinitionId: `${definitions}/${roleIds.vaultReader}`, principalId: account, ...changes } },
];
const assign = (changes: object = {}, name = nobody, before: Step[] = []): Send =>
  manager([aGroup, ...before, step(changes, name)]);
const other = nobody.replaceAll("1", "2");

const authorization = "/providers/Microsoft.Authorization";

/** Requests of any kind, resource groups, lists and roles. */
const generalRefusals: Refusal[] = [
  ...refused("any", "unverified", {
    "no api-version, before a token is missed": [
      "400 MissingApiVersionParameter",
      (cloud) => fetch(`${cloud.origins.resourceManager}/subscriptions`),
    ],
    "no token": ["401 AuthenticationFailed", manager([["GET /subscriptions"]], { caller: "nobody" })],
  }),
  ...refused("any of /subscriptions, /resourceGroups, /resources", ownVersions, {
    "an api-version that there is not": [
      "400 InvalidApiVersionParameter",
      get("/subscriptions?api-version=2023-02-01"),
      "The supported versions are '",
    ],
  }),
  ...refused("any of Microsoft.Authorization, and lists of Microsoft.KeyVault", typeVersions, {
    "an api-version that the type does not have": [
      "404 InvalidResourceType",
      get(`${subscription}/providers/Microsoft.Authorization/roleAssignments?api-version=2024-11-01`),
      "The supported api-versions are '",
    ],
  }),
  ...refused("any", ended, {
    "a token that has ended": [
      "401 ExpiredAuthenticationToken",
      async (cloud) => {
        const audience = cloud.origins.resourceManager;
        const headers = { authorization: `Bearer ${await tokenFor(cloud, audience, {}, -1)}` };
        return await fetch(`${audience}/subscriptions?api-version=2022-12-01`, { headers });
      },
      "is earlier than current UTC time",
    ],
  }),
  ...refused("any", "emulator", {
    "an option that the request does not take": [unserved, get(`${subscription}?$expand=x`)],
  }),
  ...refused("any with a body", mediaType, {
    "a body that is not sent as JSON": [
      "415 UnsupportedMediaType",
      manager([[`PUT ${group}`, {}]], { headers: { "content-type": "text/plain" } }),
    ],
  }),
  ...refused("lists that take $top", "unverified", {
    "what is no number, or 0": ["400 InvalidTopInQueryString", get(`${subscription}/resourceGroups?$top=0`)],
  }),
  ...[
    ...["/resources flavour eq 'mint'", "/resources name gt 'a'", "/resources name", "/resources "],
    ...["/resourceGroups name eq 'rg-model'", "/resourceGroups tagName eq 'stage"],
    ...[`${authorization}/roleDefinitions roleName eq 1`, `${authorization}/roleAssignments somewhere()`],
    `${authorization}/roleAssignments atscope(`,
  ].flatMap((asked) => {
    const [path = "", filter = ""] = asked.split(/ (.*)/u);
    return refused("lists that take $filter", resourcesList, {
      [`what is no filter, or on a property that there is not: ${asked}`]: [
        "400 InvalidFilterInQueryString",
        get(`${subscription}${path}?$filter=${encodeURIComponent(filter)}`),
      ],
    });
  }),
  ...refused("GET /subscriptions/{id}/resources", "emulator", {
    "a filter on identity or plan": [unserved, get(`${subscription}/resources?$filter=plan eq 'x'`), "$filter on plan"],
    "a filter on tags": [unserved, get(`${subscription}/resources?$filter=tagName eq 'x'`), "$filter on tagName"],
    "a filter with substringof": [
      unserved,
      get(`${subscription}/resources?$filter=substringof('kv', name)`),
      "with substringof in $filter",
    ],
  }),
  ...refused("any below /resourceGroups/{name}", groupNames, {
    "a name with signs that names do not have, or a period at its end": [
      "400 InvalidResourceGroup",
      manager([[`PUT ${groupPath({ seeds }, "ends.")}`, west]]),
      "has these invalid characters",
    ],
    "a name of more than 90 characters": [
      "400 InvalidResourceGroup",
      manager([[`PUT ${groupPath({ seeds }, "n".repeat(91))}`, west]]),
    ],
  }),
  ...refused(groupCreation, unknownMember, {
    "a property that there is not, or a value of another type": [invalid, putGroup({ ...west, flavour: "mint" })],
  }),
  ...refused(groupCreation, tags, {
    "more than 50 tags": [invalid, tagged(...Array.from({ length: 51 }, (_, index) => `t${index}`))],
    "a tag's name over 512 characters": [invalid, tagged("n".repeat(513))],
    "a tag's name with <, >, %, &, \\, ? or /": [invalid, tagged("a/b")],
    "a tag's value over 256 characters": [invalid, putGroup({ ...west, tags: { a: "x".repeat(257) } })],
  }),
  ...refused(groupCreation, "unverified", {
    "another location than it has": [
      "409 InvalidResourceGroupLocation",
      manager([aGroup, [`PUT ${group}`, { location: "northeurope" }]]),
    ],
    "no location": [invalid, putGroup({})],
    "another group's name": [invalid, putGroup({ ...west, name: "rg-other" })],
    "another type": [invalid, putGroup({ ...west, type: "Microsoft.KeyVault/vaults" })],
    "a list": [invalid, putGroup([])],
    "no body": [invalid, putGroup(undefined)],
  }),
  ...refused(groupCreation, "emulator", {
    "managedBy, which is not served": [unserved, putGroup({ ...west, managedBy: "/subscriptions/x" })],
  }),
  ...refused(assignment, unknownMember, {
    "a property that there is not, or a value of another type": [invalid, assign({ flavour: "mint" })],
  }),
  ...refused(assignment, assigning, {
    "a principal that there is not": ["400 PrincipalNotFound", assign({ principalId: nobody })],
    "a principal that there is not, with its type": [
      "400 PrincipalNotFound",
      assign({ principalId: nobody, principalType: "ServicePrincipal" }),
    ],
    "what another assignment gives": ["409 RoleAssignmentExists", assign({}, nobody, [step({}, other)])],
    "another role than it has": [
      "400 RoleAssignmentUpdateNotPermitted",
      assign({ roleDefinitionId: `${definitions}/${roleIds.secretsUser}` }, nobody, [step()]),
    ],
  }),
  ...refused(assignment, "unverified", {
    "a name that is no GUID": ["400 InvalidRoleAssignmentId", assign({}, "no-guid")],
    "another type than the principal's": ["400 UnmatchedPrincipalType", assign({ principalType: "Group" })],
    "a scope that is not there": ["404 ResourceNotFound", manager([aGroup, step({}, nobody, vault)])],
    "a role that is not there": [
      "404 RoleDefinitionDoesNotExist",
      assign({ roleDefinitionId: `${definitions}/${nobody}` }),
    ],
    "a role that is none": ["404 RoleDefinitionDoesNotExist", assign({ roleDefinitionId: "x" })],
    "an empty role": ["404 RoleDefinitionDoesNotExist", assign({ roleDefinitionId: "" })],
    "a role by a part of its id": [
      "404 RoleDefinitionDoesNotExist",
      assign({ roleDefinitionId: `/roleDefinitions/${roleIds.vaultReader}` }),
    ],
    "a role that is no text": [invalid, assign({ roleDefinitionId: 1 })],
  }),
  ...["condition", "conditionVersion", "delegatedManagedIdentityResourceId"].flatMap((name) =>
    refused(assignment, "emulator", {
      [`${name}, which is not served`]: [unserved, assign({ [name]: "x" }), `${nobody} with ${name}.`],
    }),
  ),
];

/** Refusals of Resource Manager and its providers, in the emulator as well. */
export const resourceManagerRefusals: Refusal[] = [
  ...generalRefusals,
  ...vaultRefusals,
  ...storageRefusals,
  ...diagnosticRefusals,
];
