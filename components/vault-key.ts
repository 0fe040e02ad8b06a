import type * as pulumi from "@pulumi/pulumi";
import { formerType } from "../lib/azure/key-vault";
import { DynamicResource } from "./dynamic-resource";

/**
 * A key in a vault, created through Resource Manager. It is never deleted. azure-native's own resource creates a key with an API version that
 * Azure stops serving (docs/decisions/0022-one-version-of-key-vault.md). Its id is the key's resource id.
 */
export class VaultKey extends DynamicResource {
  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    const own = {
      aliases: [{ type: formerType("Key") }],
      replaceOnChanges: ["resourceGroupName", "vaultName", "keyName"],
      retainOnDelete: true,
    };
    super("VaultKey", "vault-key-provider", name, inputs, [], opts, own);
  }
}
