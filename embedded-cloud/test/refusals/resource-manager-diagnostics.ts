/** Refusals of Azure Monitor for diagnostic settings of a vault. */
import type { Emulator } from "../../emulator/emulator";
import { askResourceManager, createVault, groupPath, vaultPath } from "../../testing/azure";
import { type Refusal, refused, type Send } from "./refusal";
import { inGroup, manager } from "./resource-manager-requests";

const page = "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings";
const creation = "PUT …/vaults/{name}/providers/Microsoft.Insights/diagnosticSettings/{name}";
const settingPath = (cloud: Emulator, name: string) =>
  `${vaultPath(cloud)}/providers/Microsoft.Insights/diagnosticSettings/${name}?api-version=2021-05-01-preview`;
const placed = (cloud: Emulator, type: string, name: string) => `${groupPath(cloud)}/providers/${type}/${name}`;
const workspace = (cloud: Emulator, name = "audit") => placed(cloud, "Microsoft.OperationalInsights/workspaces", name);
const account = (cloud: Emulator) => placed(cloud, "Microsoft.Storage/storageAccounts", "contosonorth");

type Properties = (cloud: Emulator) => object;
const logs = [{ categoryGroup: "audit", enabled: true }];
const toWorkspace =
  (properties: object = { logs }): Properties =>
  (cloud) => ({ workspaceId: workspace(cloud), ...properties });

const put = (properties: Properties, name = "audit"): Send => {
  return (cloud) => manager("PUT", (at) => settingPath(at, name), { body: { properties: properties(cloud) } })(cloud);
};

/** Where the vault, a workspace and an account in another region are. */
const there =
  (...requests: readonly Send[]): Send =>
  async (cloud) => {
    const ask = await askResourceManager(cloud);
    await createVault(cloud, ask);
    await ask("PUT", workspace(cloud), { location: "westeurope" });
    const elsewhere = { location: "northeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } };
    await ask("PUT", account(cloud), elsewhere);
    const answers: Response[] = [];
    for (const request of requests) answers.push(await request(cloud));
    return answers.at(-1) ?? new Response();
  };

const refusedBody = (
  refused: string,
  { source, message }: Pick<Refusal, "source" | "message">,
  properties: Properties,
): Refusal => ({
  ...{ request: creation, refused, answer: "400 BadRequest", source },
  ...(message !== undefined && { message }),
  send: there(put(properties)),
});

export const diagnosticRefusals: Refusal[] = [
  refusedBody(
    "no destination",
    { source: "unverified", message: "At least one data sink needs to be specified." },
    () => ({ logs }),
  ),
  refusedBody(
    "categories and groups of them together",
    {
      source: "https://github.com/Azure/azure-rest-api-specs/issues/22719",
      message: "Diagnostic setting does not support mix of log category and log category group.",
    },
    toWorkspace({ logs: [...logs, { category: "AuditEvent", enabled: true }] }),
  ),
  refusedBody(
    "a category that a vault does not have",
    {
      source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/2985",
      message: "Category 'WorkflowRuntime' is not supported.",
    },
    toWorkspace({ logs: [{ category: "WorkflowRuntime", enabled: true }] }),
  ),
  refusedBody(
    "a group of categories that there is not",
    { source: "unverified" },
    toWorkspace({ logs: [{ categoryGroup: "security", enabled: true }] }),
  ),
  refusedBody("a storage account in another region", { source: page }, (cloud) => ({
    storageAccountId: account(cloud),
    logs,
  })),
  ...refused(creation, "https://github.com/Azure/azure-powershell/issues/4465", [
    [
      "400 LinkedInvalidPropertyId",
      "an id of a destination that is none",
      there(put(() => ({ workspaceId: "audit", logs }))),
      "Property id 'audit' at path 'properties.workspaceId' is invalid.",
    ],
  ]),
  ...refused(creation, "https://github.com/Azure/azure-cli/issues/8570", [
    [
      "404 ResourceNotFound",
      "a destination that is not there",
      there(put((cloud) => ({ workspaceId: workspace(cloud, "nowhere"), logs }))),
      "The Resource 'Microsoft.OperationalInsights/workspaces/nowhere' under resource group",
    ],
  ]),
  ...refused(creation, "https://github.com/Azure/bicep-registry-modules/issues/3407", [
    [
      "409 Conflict",
      "another setting's category and destination",
      there(put(toWorkspace()), put(toWorkspace({ logs: [{ category: "AuditEvent", enabled: true }] }), "policy")),
      "is already used in diagnostic setting 'audit' for category 'AuditEvent'.",
    ],
  ]),
  ...refused(creation, page, [
    [
      "409 Conflict",
      "a sixth setting of one vault",
      there(...["a", "b", "c", "d", "e", "f"].map((name) => put(toWorkspace({ logs: [] }), name))),
      "The limit of 5 diagnostic settings was reached.",
    ],
  ]),
  ...refused(creation, "emulator", [
    [
      "501 NotImplemented",
      "an event hub, or a partner's service",
      there(put(() => ({ eventHubAuthorizationRuleId: "/subscriptions/x", logs }))),
    ],
  ]),
  ...refused(creation.replace("PUT", "GET, DELETE"), "unverified", [
    [
      "404 ResourceNotFound",
      "a setting of a vault that is not there",
      inGroup(manager("GET", (cloud) => settingPath(cloud, "audit"))),
    ],
  ]),
];
