/** Refusals of Resource Manager's provider for vaults and their secrets. */
import { seeds } from "../../emulator/seeds";
import { vaultBody } from "../../testing/azure";
import { type Refusal, refused, type Send } from "./refusal";
import { aGroup, aVault, get, manager, nobody, type Step, subscription, vault } from "./resource-manager-requests";

const versions = "https://github.com/Azure/azure-sdk-for-net/issues/23760";
const types = "https://github.com/Azure/AKS-Construction/issues/147";
const policies = "https://github.com/Azure/azure-libraries-for-net/issues/361";
const noPolicies = "https://github.com/Azure/azure-sdk-for-net/issues/28677";
const privateAddresses = "https://github.com/Azure/azure-powershell/issues/11471";
const firewall = "https://learn.microsoft.com/azure/key-vault/general/network-security";
const template = "https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults";
const softDelete = "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview";

const creation = "PUT …/Microsoft.KeyVault/vaults/{name}";
const change = "PATCH …/Microsoft.KeyVault/vaults/{name}";
const secret = "PUT …/vaults/{name}/secrets/{secret}";
const bad = "400 BadRequest";
const unserved = "501 NotImplemented";

/** Making a vault with properties that differ. */
const make = (properties: object, more?: object): Send => manager([aGroup, aVault(properties, more)]);
const put = (body: unknown): Send => manager([aGroup, [`PUT ${vault}`, body]]);
/** After the vault is created, with properties that differ. */
const afterwards = (step: Step, properties?: object): Send => manager([aGroup, aVault(properties), step]);
const patch = (body: unknown): Send => afterwards([`PATCH ${vault}`, body]);
const putSecret = (properties: object, name = "token"): Send =>
  afterwards([`PUT ${vault}/secrets/${name}`, { properties }]);

const policy = { tenantId: seeds.partner.id, objectId: nobody, permissions: { secrets: ["get"] } };
const numbered = (n: number) => ({ ...policy, objectId: `11111111-2222-4333-8444-${String(n).padStart(12, "0")}` });
const withPolicies = (...accessPolicies: object[]): Send => make({ accessPolicies });
const wrongPolicies = "An invalid value was provided for 'accessPolicies'.";

const rules = (...values: string[]): Send => make({ networkAcls: { ipRules: values.map((value) => ({ value })) } });
const ruleAt = "Invalid value found at properties.networkAcls.ipRules[0].value: ";
const notAddress = `${ruleAt}an IPv4 address or CIDR range is expected`;
const forbidden = (value: string, range: string): string =>
  `${ruleAt}${value} belongs to forbidden range ${range} (private IP addresses)`;
const networks = (id: string): Send => make({ networkAcls: { virtualNetworkRules: [{ id }] } });
const subnet = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/default";

const moved =
  "The resource 'kv-model' already exists in location 'westeurope' in resource group 'rg-model'. A resource with the same " +
  "name cannot be created in location 'northeurope'. Please select a new resource name.";

export const vaultRefusals: Refusal[] = [
  ...refused("any of one vault", versions, {
    "an api-version that the type does not have": [
      "400 NoRegisteredProviderFound",
      manager([aGroup, [`PUT ${vault}?api-version=2024-13-01`, vaultBody({ seeds })]]),
      "No registered resource provider found for location 'westeurope'",
    ],
  }),
  ...refused("GET …/locations/{location}/deletedVaults/{name}", versions, {
    "a region that the cloud does not have": [
      "400 NoRegisteredProviderFound",
      get(`${subscription}/providers/Microsoft.KeyVault/locations/westeurop/deletedVaults/kv-gone`),
      "No registered resource provider found for location 'westeurop'",
    ],
  }),
  ...refused(creation, types, {
    "a value of another type": [bad, make({ networkAcls: { ipRules: ["203.0.113.1"] } })],
  }),
  ...refused(creation, softDelete, {
    "a retention of fewer than 7 days": [bad, make({ softDeleteRetentionInDays: 6 })],
    "a retention of more than 90 days": [bad, make({ softDeleteRetentionInDays: 91 })],
  }),
  ...refused(creation, template, {
    "another tenant's id": [bad, make({ tenantId: nobody })],
    "no tenant's id": [bad, make({ tenantId: undefined })],
    "no tier": [bad, make({ sku: undefined })],
    "a tier that there is not": [bad, make({ sku: { family: "A", name: "gold" } })],
    "an access policy of another tenant": [bad, withPolicies({ ...policy, tenantId: nobody }), wrongPolicies],
    "two access policies of one principal": [bad, withPolicies(policy, policy), wrongPolicies],
    "more than 1024 access policies": [
      bad,
      withPolicies(...Array.from({ length: 1025 }, (_, n) => numbered(n))),
      wrongPolicies,
    ],
  }),
  ...refused(creation, policies, {
    "an access policy with an unknown permission": [
      bad,
      withPolicies({ ...policy, permissions: { secrets: ["update"] } }),
      wrongPolicies,
    ],
    "an access policy with a permission and a blank": [
      bad,
      withPolicies({ ...policy, permissions: { secrets: [" list"] } }),
      wrongPolicies,
    ],
  }),
  ...refused(creation, noPolicies, {
    "no access policies, where no roles decide": [
      bad,
      make({ enableRbacAuthorization: false }),
      "The parameter accessPolicies is not specified.",
    ],
  }),
  ...refused(creation, privateAddresses, {
    "a rule for private addresses": [bad, rules("10.0.0.0/8"), forbidden("10.0.0.0/8", "10.0.0.0–10.255.255.255")],
    "a rule for a private address": [bad, rules("172.31.0.1"), forbidden("172.31.0.1", "172.16.0.0–172.31.255.255")],
    "a rule for a private range": [
      bad,
      rules("192.168.1.0/24"),
      forbidden("192.168.1.0/24", "192.168.0.0–192.168.255.255"),
    ],
  }),
  ...refused(creation, firewall, {
    "more than 1000 rules for addresses": [bad, rules(...Array.from({ length: 1001 }, () => "203.0.113.1"))],
  }),
  ...["2001:db8::1", "203.0.113.1/33", "203.0.113.1/", "203.0.113", "203.0.113.1 ", "300.0.0.1/99"].flatMap((value) =>
    refused(creation, firewall, {
      [`a rule for what is no IPv4 address or range: "${value}"`]: [bad, rules(value), notAddress],
    }),
  ),
  ...refused(creation, "emulator", {
    "rules for virtual networks, which are not there": [unserved, networks(subnet), "virtual network"],
  }),
  ...refused(creation, "unverified", {
    "a property that there is not": [bad, make({ flavour: "mint" })],
    "a rule for a network that is none": [bad, networks("x")],
    "no location": [bad, make({}, { location: undefined })],
    "another vault's name": [bad, make({}, { name: "kv-other" })],
    "a list": [bad, put([])],
    "no body": [bad, put(undefined)],
    "another location than it has": [
      "409 InvalidResourceLocation",
      afterwards(aVault({}, { location: "northeurope" })),
      moved,
    ],
  }),
  ...refused(`PUT, ${change}`, softDelete, {
    "another retention than it has": [bad, afterwards(aVault({ softDeleteRetentionInDays: 8 }))],
    "purge protection or soft delete disabled": [
      bad,
      afterwards(aVault({ enablePurgeProtection: false }), { enablePurgeProtection: true }),
    ],
  }),
  ...refused(change, "unverified", {
    "a location": [bad, patch({ location: "westeurope" })],
    "a list": [bad, patch([])],
    "no body": [bad, patch(undefined)],
  }),
  ...refused(change, "emulator", {
    "a recovery, for which a vault is made": [unserved, patch({ properties: { createMode: "recover" } })],
  }),
  ...refused("POST …/Microsoft.KeyVault/checkNameAvailability", "unverified", {
    "another type than Microsoft.KeyVault/vaults": [
      bad,
      manager([
        [
          `POST ${subscription}/providers/Microsoft.KeyVault/checkNameAvailability`,
          { name: "kv", type: "Microsoft.KeyVault/managedHSMs" },
        ],
      ]),
    ],
  }),
  ...refused(secret, "unverified", {
    "a property that there is not, or a value of another type": [bad, putSecret({ value: 1 })],
    "a value that is too long, which is not repeated": [bad, putSecret({ value: "x".repeat(30_000) })],
  }),
  ...refused(secret, template, {
    "a name with other than letters, digits and hyphens": [
      "400 BadParameter",
      putSecret({ value: "x" }, "under_score"),
    ],
  }),
  ...refused("every other request of Microsoft.KeyVault, and of every other provider", "emulator", {
    any: [unserved, get(`${subscription}/providers/Microsoft.Compute/virtualMachines`)],
  }),
];
