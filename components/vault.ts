/**
 * A vault with a fixed API version, by azure-native's versioned type: Azure stops serving the version of its class
 * (docs/decisions/0022-one-version-of-key-vault.md).
 * Relies on: the azure-native plugin takes a type's token with a version, and inputs that its SDK has not checked.
 * Without it: the plugin refuses the type, and no vault is made. Not verified with the real plugin.
 * Tested by: test/e2e/deploy.test.ts
 */
import type { input } from "@pulumi/azure-native/types";
import { getVersion } from "@pulumi/azure-native/utilities";
import * as pulumi from "@pulumi/pulumi";
import { vaultType } from "../lib/azure/key-vault";

export interface VaultArgs {
  vaultName: string;
  resourceGroupName: pulumi.Input<string>;
  location: string;
  tenantId: pulumi.Input<string>;
  /** Fixed once the vault exists. */
  softDeleteRetentionInDays: number;
  networkAcls?: input.keyvault.NetworkRuleSetArgs;
  createMode?: pulumi.Input<"default" | "recover">;
}

/** Role-based access, soft delete and purge protection. */
export class Vault extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly properties: pulumi.Output<{ vaultUri: string }>;

  constructor(
    name: string,
    { vaultName, resourceGroupName, location, ...rules }: VaultArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    const properties = {
      sku: { family: "A", name: "standard" },
      enableSoftDelete: true,
      enablePurgeProtection: true,
      enableRbacAuthorization: true,
      // Defaults of azure-native's class, which the plugin does not fill in.
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      publicNetworkAccess: "enabled",
      ...rules,
    };
    const inputs = { vaultName, resourceGroupName, location, properties, name: undefined };
    super(vaultType, name, inputs, pulumi.mergeOptions({ version: getVersion() }, opts));
  }
}
