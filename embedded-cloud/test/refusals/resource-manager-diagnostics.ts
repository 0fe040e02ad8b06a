/** Refusals of Azure Monitor for diagnostic settings of a vault. */
import { type Refusal, refused, type Send } from "./refusal";
import { aGroup, aVault, group, manager, type Step, vault } from "./resource-manager-requests";

const page = "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings";
const mixes = "https://github.com/Azure/azure-rest-api-specs/issues/22719";
const categories = "https://github.com/hashicorp/terraform-provider-azurerm/issues/2985";
const ids = "https://github.com/Azure/azure-powershell/issues/4465";
const missing = "https://github.com/Azure/azure-cli/issues/8570";
const conflicts = "https://github.com/Azure/bicep-registry-modules/issues/3407";

const setting = (name: string) => `${vault}/providers/Microsoft.Insights/diagnosticSettings/${name}`;
const workspaces = `${group}/providers/Microsoft.OperationalInsights/workspaces`;
const workspaceId = `${workspaces}/audit`;
const storageAccountId = `${group}/providers/Microsoft.Storage/storageAccounts/contosonorth`;
const logs = [{ categoryGroup: "audit", enabled: true }];
const ofCategory = (category: string) => [{ category, enabled: true }];

const put = (properties: object, name = "audit"): Step => [`PUT ${setting(name)}`, { properties }];
/** Where the vault, a workspace and an account in another region are. */
const there = (...steps: Step[]): Send => {
  const elsewhere = { location: "northeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } };
  const destinations: Step[] = [
    [`PUT ${workspaceId}`, { location: "westeurope" }],
    [`PUT ${storageAccountId}`, elsewhere],
  ];
  return manager([aGroup, aVault(), ...destinations, ...steps]);
};
const toWorkspace = (asked: object[]): Send => there(put({ workspaceId, logs: asked }));

const creation = "PUT …/vaults/{name}/providers/Microsoft.Insights/diagnosticSettings/{name}";
const bad = "400 BadRequest";
const mixed = "Diagnostic setting does not support mix of log category and log category group.";
const noSink = "At least one data sink needs to be specified.";

export const diagnosticRefusals: Refusal[] = [
  ...refused(creation, "unverified", {
    "no destination": [bad, there(put({ logs })), noSink],
    "a group of categories that there is not": [bad, toWorkspace([{ categoryGroup: "security", enabled: true }])],
  }),
  ...refused(creation, mixes, {
    "categories and groups of them together": [bad, toWorkspace([...logs, ...ofCategory("AuditEvent")]), mixed],
  }),
  ...refused(creation, categories, {
    "a category that a vault does not have": [
      bad,
      toWorkspace(ofCategory("WorkflowRuntime")),
      "Category 'WorkflowRuntime' is not supported.",
    ],
  }),
  ...refused(creation, ids, {
    "an id of a destination that is none": [
      "400 LinkedInvalidPropertyId",
      there(put({ workspaceId: "audit", logs })),
      "Property id 'audit' at path 'properties.workspaceId' is invalid.",
    ],
  }),
  ...refused(creation, missing, {
    "a destination that is not there": [
      "404 ResourceNotFound",
      there(put({ workspaceId: `${workspaces}/nowhere`, logs })),
      "The Resource 'Microsoft.OperationalInsights/workspaces/nowhere' under resource group",
    ],
  }),
  ...refused(creation, conflicts, {
    "another setting's category and destination": [
      "409 Conflict",
      there(put({ workspaceId, logs }), put({ workspaceId, logs: ofCategory("AuditEvent") }, "policy")),
      "is already used in diagnostic setting 'audit' for category 'AuditEvent'.",
    ],
  }),
  ...refused(creation, page, {
    "a storage account in another region": [bad, there(put({ storageAccountId, logs }))],
    "a sixth setting of one vault": [
      "409 Conflict",
      there(...["a", "b", "c", "d", "e", "f"].map((name) => put({ workspaceId, logs: [] }, name))),
      "The limit of 5 diagnostic settings was reached.",
    ],
  }),
  ...refused(creation, "emulator", {
    "an event hub, or a partner's service": [
      "501 NotImplemented",
      there(put({ eventHubAuthorizationRuleId: "/subscriptions/x", logs })),
    ],
  }),
  ...refused(creation.replace("PUT", "GET, DELETE"), "unverified", {
    "a setting of a vault that is not there": ["404 ResourceNotFound", manager([aGroup, [`GET ${setting("audit")}`]])],
  }),
];
