import * as pulumi from "@pulumi/pulumi";
import { formerType } from "../lib/azure/key-vault";
import type { CloudChoice } from "../lib/config/clouds";
import { DynamicResource } from "./dynamic-resource";

export interface VaultKeyArgs extends CloudChoice {
  subscriptionId: string;
  resourceGroupName: pulumi.Input<string>;
  vaultName: pulumi.Input<string>;
  keyName: string;
  /** In Resource Manager's form; they do not change once the key exists. */
  properties: { kty: "RSA"; keySize: number; keyOps: readonly string[] };
}

/**
 * A key in a vault, created through Resource Manager. It is never deleted. azure-native's own resource creates a key with an API version that
 * Azure stops serving (docs/decisions/0022-one-version-of-key-vault.md). Its id is the key's resource id.
 */
export class VaultKey extends DynamicResource {
  constructor(name: string, args: VaultKeyArgs, opts: pulumi.CustomResourceOptions) {
    const own = {
      aliases: [{ type: formerType("Key") }],
      replaceOnChanges: ["resourceGroupName", "vaultName", "keyName"],
      retainOnDelete: true,
    };
    const inputs = { ...args, endpoints: args.endpoints ?? {} };
    super("VaultKey", "vault-key-provider", name, inputs, [], pulumi.mergeOptions(own, opts));
  }
}
