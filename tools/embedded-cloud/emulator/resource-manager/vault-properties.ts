import * as v from "valibot";
import type { Tenant } from "../context";
import { strictObject } from "../strict-json";
import { accessPolicyValues, areOneVaults } from "./access-policy-values";
import { invalidPolicies } from "./body";
import { badRequest, ResourceError } from "./errors";
import { networkValues } from "./network-values";

const flag = v.nullish(v.boolean());

/** `properties` of a vault in requests; unknown ones are refused. Source: the published specification. */
export const vaultPropertyValues = strictObject({
  tenantId: v.optional(v.pipe(v.string(), v.uuid())),
  sku: v.optional(strictObject({ family: v.literal("A"), name: v.picklist(["standard", "premium"]) })),
  accessPolicies: accessPolicyValues,
  enabledForDeployment: flag,
  enabledForDiskEncryption: flag,
  enabledForTemplateDeployment: flag,
  enableSoftDelete: flag,
  softDeleteRetentionInDays: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(7), v.maxValue(90))),
  enableRbacAuthorization: flag,
  enablePurgeProtection: flag,
  networkAcls: v.nullish(networkValues),
  publicNetworkAccess: v.nullish(v.picklist(["Enabled", "Disabled", "enabled", "disabled"])),
  createMode: v.nullish(v.picklist(["default", "recover"])),
  // Clients send documents back as they read them.
  vaultUri: v.optional(v.string()),
  provisioningState: v.optional(v.string()),
});

export type VaultPropertyValues = v.InferOutput<typeof vaultPropertyValues>;
type Properties = Record<string, unknown>;

/** Accepted in requests, but set only by the service. */
const notForRequests = new Set(["createMode", "vaultUri", "provisioningState"]);

const defaults: Properties = {
  accessPolicies: [],
  enabledForDeployment: false,
  enableSoftDelete: true,
  softDeleteRetentionInDays: 90,
  enableRbacAuthorization: false,
  publicNetworkAccess: "Enabled",
};

/** Properties of a new vault. @param byRoles whether it uses roles if nothing is specified */
export function newProperties(tenant: Tenant, given: VaultPropertyValues, byRoles: boolean): Properties {
  requireWhole(given, given.enableRbacAuthorization ?? byRoles);
  return withProvided(tenant, { ...defaults, enableRbacAuthorization: byRoles }, given);
}

/** Properties of a vault after a PATCH: what is not given stays. */
export function patchedProperties(tenant: Tenant, current: Properties, given: VaultPropertyValues): Properties {
  checkIrreversible(current, given);
  return withProvided(tenant, current, given);
}

/** Omitted properties return to their defaults, unless they are permanent; with `keepsRoles`, roles stay. */
export function replacedProperties(
  tenant: Tenant,
  current: Properties,
  given: VaultPropertyValues,
  keepsRoles: boolean,
): Properties {
  checkIrreversible(current, given);
  const { softDeleteRetentionInDays, enablePurgeProtection } = current;
  const enableRbacAuthorization = keepsRoles ? current["enableRbacAuthorization"] : false;
  requireWhole(given, given.enableRbacAuthorization ?? enableRbacAuthorization === true);
  const lasting = enablePurgeProtection === true ? { enablePurgeProtection } : {};
  return withProvided(tenant, { ...defaults, softDeleteRetentionInDays, enableRbacAuthorization, ...lasting }, given);
}

function requireWhole({ sku, tenantId, accessPolicies }: VaultPropertyValues, isByRoles: boolean): void {
  if (sku === undefined || tenantId === undefined) {
    throw badRequest(`The parameter ${sku === undefined ? "sku" : "tenantId"} is not specified.`);
  }
  if (!isByRoles && !accessPolicies) throw badRequest("The parameter accessPolicies is not specified.");
}

function withProvided(tenant: Tenant, base: Properties, given: VaultPropertyValues): Properties {
  if (given.tenantId !== undefined && given.tenantId.toLowerCase() !== tenant.id) {
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
  if (!areOneVaults(given.accessPolicies ?? [], tenant.id)) throw invalidPolicies();
  if ((given.networkAcls?.virtualNetworkRules.length ?? 0) > 0) {
    throw new ResourceError(
      501,
      "NotImplemented",
      "The emulator's Resource Manager has no virtual networks to make rules for.",
    );
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
