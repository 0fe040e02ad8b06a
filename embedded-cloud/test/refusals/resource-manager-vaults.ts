/** Refusals of Resource Manager's provider for vaults and their secrets. */
import type { Emulator } from "../../emulator/emulator";
import { vaultBody, vaultPath } from "../../testing/azure";
import { type Refusal, refused, type Send } from "./refusal";
import { inGroup, manager, type Path } from "./resource-manager-requests";

const versions = "https://github.com/Azure/azure-sdk-for-net/issues/23760";
const types = "https://github.com/Azure/AKS-Construction/issues/147";
const policies = "https://github.com/Azure/azure-libraries-for-net/issues/361";
const noPolicies = "https://github.com/Azure/azure-sdk-for-net/issues/28677";
const privateAddresses = "https://github.com/Azure/azure-powershell/issues/11471";
const firewall = "https://learn.microsoft.com/azure/key-vault/general/network-security";
const template = "https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults";
const softDelete = "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview";

const creation = "PUT …/Microsoft.KeyVault/vaults/{name}";
const path: Path = (cloud) => `${vaultPath(cloud)}?api-version=2026-02-01`;

/** Making a vault with properties that differ. */
const make =
  (properties: object = {}, more: object = {}, at = path): Send =>
  (cloud) =>
    inGroup(manager("PUT", at, { body: { ...vaultBody(cloud, properties), ...more } }))(cloud);

/** After the vault is created. */
const afterwards =
  (ask: Send, properties: object = {}): Send =>
  async (cloud) => {
    await make(properties)(cloud);
    return await ask(cloud);
  };

const policyOf = (cloud: Emulator, changes: object = {}) => ({
  tenantId: cloud.seeds.partner.id,
  objectId: "11111111-2222-4333-8444-555555555555",
  permissions: { secrets: ["get"] },
  ...changes,
});

const refusedPolicies = (refused: string, list: (cloud: Emulator) => object[], source: Refusal["source"]): Refusal => ({
  request: creation,
  refused,
  answer: "400 BadRequest",
  source,
  message: "An invalid value was provided for 'accessPolicies'.",
  send: (cloud) => make({ accessPolicies: list(cloud) })(cloud),
});

const refusedRule = (refused: string, value: string, source: Refusal["source"], message: string): Refusal => ({
  request: creation,
  refused,
  answer: "400 BadRequest",
  source,
  message: `Invalid value found at properties.networkAcls.ipRules[0].value: ${message}`,
  send: make({ networkAcls: { ipRules: [{ value }] } }),
});

const secret: Path = (cloud) => `${vaultPath(cloud)}/secrets/token?api-version=2026-02-01`;

export const vaultRefusals: Refusal[] = [
  refusedPolicies(
    "an access policy with an unknown permission",
    (cloud) => [policyOf(cloud, { permissions: { secrets: [" list"] } })],
    policies,
  ),
  refusedPolicies(
    "an access policy of another tenant",
    (cloud) => [policyOf(cloud, { tenantId: "11111111-2222-4333-8444-555555555555" })],
    template,
  ),
  refusedPolicies("two access policies of one principal", (cloud) => [policyOf(cloud), policyOf(cloud)], template),
  refusedPolicies(
    "more than 1024 access policies",
    (cloud) =>
      Array.from({ length: 1025 }, (_, n) =>
        policyOf(cloud, { objectId: `11111111-2222-4333-8444-${String(n).padStart(12, "0")}` }),
      ),
    template,
  ),
  refusedRule(
    "a rule for private addresses",
    "10.0.0.0/8",
    privateAddresses,
    "10.0.0.0/8 belongs to forbidden range 10.0.0.0–10.255.255.255",
  ),
  refusedRule("a rule for what is no IPv4 address or range", "2001:db8::1", firewall, "an IPv4 address"),
  ...refused("any of one vault", versions, [
    [
      "400 NoRegisteredProviderFound",
      "an api-version that the type does not have",
      make({}, {}, (cloud) => `${vaultPath(cloud)}?api-version=2024-13-01`),
      "No registered resource provider found for location 'westeurope'",
    ],
  ]),
  ...refused(creation, types, [
    ["400 BadRequest", "a value of another type", make({ networkAcls: { ipRules: ["203.0.113.1"] } })],
  ]),
  ...refused(creation, "unverified", [
    ["400 BadRequest", "a property that there is not", make({ flavour: "mint" })],
    ["409 InvalidResourceLocation", "another location than it has", afterwards(make({}, { location: "northeurope" }))],
  ]),
  ...refused(creation, softDelete, [
    ["400 BadRequest", "a retention other than 7 to 90 days", make({ softDeleteRetentionInDays: 91 })],
  ]),
  ...refused(creation, template, [
    ["400 BadRequest", "another tenant's id, or none", make({ tenantId: "11111111-2222-4333-8444-555555555555" })],
  ]),
  ...refused(creation, noPolicies, [
    [
      "400 BadRequest",
      "no access policies, where no roles decide",
      make({ enableRbacAuthorization: false }),
      "The parameter accessPolicies is not specified.",
    ],
  ]),
  ...refused(creation, firewall, [
    [
      "400 BadRequest",
      "more than 1000 rules for addresses",
      make({ networkAcls: { ipRules: Array.from({ length: 1001 }, () => ({ value: "203.0.113.1" })) } }),
    ],
  ]),
  ...refused(creation, "emulator", [
    [
      "501 NotImplemented",
      "rules for virtual networks, which are not there",
      make({
        networkAcls: {
          virtualNetworkRules: [
            { id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/default" },
          ],
        },
      }),
    ],
  ]),
  ...refused("PUT, PATCH …/Microsoft.KeyVault/vaults/{name}", softDelete, [
    ["400 BadRequest", "another retention than it has", afterwards(make({ softDeleteRetentionInDays: 8 }))],
    [
      "400 BadRequest",
      "purge protection or soft delete disabled",
      afterwards(make({ enablePurgeProtection: false }), { enablePurgeProtection: true }),
    ],
  ]),
  ...refused("PATCH …/Microsoft.KeyVault/vaults/{name}", "unverified", [
    ["400 BadRequest", "a location", afterwards(manager("PATCH", path, { body: { location: "westeurope" } }))],
  ]),
  ...refused("POST …/Microsoft.KeyVault/checkNameAvailability", "unverified", [
    [
      "400 BadRequest",
      "another type than Microsoft.KeyVault/vaults",
      async (cloud: Emulator): Promise<Response> => {
        const at = `/subscriptions/${cloud.seeds.subscription.id}/providers/Microsoft.KeyVault/checkNameAvailability`;
        const body = { name: "kv", type: "Microsoft.KeyVault/managedHSMs" };
        return await manager("POST", () => `${at}?api-version=2026-02-01`, { body })(cloud);
      },
    ],
  ]),
  ...refused("PUT …/vaults/{name}/secrets/{secret}", "unverified", [
    [
      "400 BadRequest",
      "a property that there is not, or a value of another type; the value is not repeated",
      afterwards(manager("PUT", secret, { body: { properties: { value: 1 } } })),
    ],
  ]),
  ...refused("PUT …/vaults/{name}/secrets/{secret}", template, [
    [
      "400 BadParameter",
      "a name with other than letters, digits and hyphens",
      afterwards(
        manager("PUT", (cloud) => `${vaultPath(cloud)}/secrets/under_score?api-version=2026-02-01`, {
          body: { properties: { value: "x" } },
        }),
      ),
    ],
  ]),
  ...refused("every other request of Microsoft.KeyVault, and of every other provider", "emulator", [
    [
      "501 NotImplemented",
      "any",
      manager("GET", (cloud) => {
        const subscription = `/subscriptions/${cloud.seeds.subscription.id}`;
        return `${subscription}/providers/Microsoft.Compute/virtualMachines?api-version=2024-11-01`;
      }),
    ],
  ]),
];
