import { BlockList, isIP } from "node:net";
import * as v from "valibot";
import type { Tenant } from "../context";
import { badRequest } from "./errors";

const flag = v.optional(v.nullable(v.boolean()));
const permissionNames = v.optional(v.array(v.string()), []);

const addressRule = v.pipe(
  v.object({ value: v.pipe(v.string(), v.check(isAddressRange, "an IPv4 address or CIDR range is expected")) }),
  v.transform(({ value }) => ({ value: value.includes("/") ? value : `${value}/32` })),
);

/** `properties` of a vault as requests give them; what is not named here is refused. */
export const vaultPropertyValues = v.strictObject({
  tenantId: v.optional(v.string()),
  sku: v.optional(v.object({ family: v.literal("A"), name: v.picklist(["standard", "premium"]) })),
  accessPolicies: v.optional(
    v.array(
      v.looseObject({
        tenantId: v.string(),
        objectId: v.string(),
        permissions: v.looseObject({ secrets: permissionNames }),
      }),
    ),
  ),
  enabledForDeployment: flag,
  enabledForDiskEncryption: flag,
  enabledForTemplateDeployment: flag,
  enableSoftDelete: flag,
  softDeleteRetentionInDays: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(7), v.maxValue(90)))),
  enableRbacAuthorization: flag,
  enablePurgeProtection: flag,
  networkAcls: v.optional(
    v.nullable(
      v.object({
        bypass: v.optional(v.picklist(["AzureServices", "None"]), "AzureServices"),
        defaultAction: v.optional(v.picklist(["Allow", "Deny"]), "Allow"),
        ipRules: v.optional(v.array(addressRule), []),
        virtualNetworkRules: v.optional(v.array(v.looseObject({ id: v.string() })), []),
      }),
    ),
  ),
  publicNetworkAccess: v.optional(v.picklist(["Enabled", "Disabled", "enabled", "disabled"])),
  createMode: v.optional(v.picklist(["default", "recover"])),
  // Clients send documents back as they read them.
  vaultUri: v.optional(v.string()),
  provisioningState: v.optional(v.string()),
});

export type VaultPropertyValues = v.InferOutput<typeof vaultPropertyValues>;
type Properties = Record<string, unknown>;

/** Said in requests, but not theirs to set. */
const notForRequests = new Set(["createMode", "vaultUri", "provisioningState"]);

const defaults: Properties = {
  accessPolicies: [],
  enabledForDeployment: false,
  enableSoftDelete: true,
  softDeleteRetentionInDays: 90,
  enableRbacAuthorization: false,
  publicNetworkAccess: "Enabled",
};

/** Properties of a new vault. */
export function newProperties(tenant: Tenant, given: VaultPropertyValues): Properties {
  if (given.sku === undefined || given.tenantId === undefined) {
    throw badRequest("The properties sku and tenantId of a new vault are required.");
  }
  return withProvided(tenant, defaults, given);
}

/** Properties of a vault after a PATCH: what is not given stays. */
export function patchedProperties(tenant: Tenant, current: Properties, given: VaultPropertyValues): Properties {
  checkIrreversible(current, given);
  return withProvided(tenant, current, given);
}

/** Properties of a vault after another PUT: what is not given returns to its default, unless it is there for good. */
export function replacedProperties(tenant: Tenant, current: Properties, given: VaultPropertyValues): Properties {
  checkIrreversible(current, given);
  const { sku, tenantId, softDeleteRetentionInDays, enablePurgeProtection } = current;
  const lasting = enablePurgeProtection === true ? { enablePurgeProtection } : {};
  return withProvided(tenant, { ...defaults, sku, tenantId, softDeleteRetentionInDays, ...lasting }, given);
}

function withProvided(tenant: Tenant, base: Properties, given: VaultPropertyValues): Properties {
  if (given.tenantId !== undefined && given.tenantId !== tenant.id) {
    throw badRequest(`The tenant ID '${given.tenantId}' of the vault is not the subscription's.`);
  }
  if (given.enablePurgeProtection === false) {
    throw badRequest(
      'The property "enablePurgeProtection" cannot be set to false. ' +
        "Enabling the purge protection for a vault is an irreversible action.",
    );
  }
  if (given.enableSoftDelete === false) {
    throw badRequest('The property "enableSoftDelete" cannot be set to false: soft delete cannot be turned off.');
  }
  const provided = Object.entries(given).filter(
    ([name, value]) => !notForRequests.has(name) && value !== undefined && value !== null,
  );
  return { ...base, ...Object.fromEntries(provided), provisioningState: "Succeeded" };
}

function checkIrreversible(current: Properties, given: VaultPropertyValues): void {
  const days = given.softDeleteRetentionInDays ?? current["softDeleteRetentionInDays"];
  if (days !== current["softDeleteRetentionInDays"]) {
    throw badRequest('The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.');
  }
}

function isAddressRange(value: string): boolean {
  const [address = "", bits = "32"] = value.split("/");
  try {
    new BlockList().addSubnet(address, Number(bits), "ipv4");
    return isIP(address) === 4;
  } catch {
    return false;
  }
}
