import type * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../lib/config/clouds";
import { DynamicResource } from "./dynamic-resource";

interface VaultRulesArgs extends CloudChoice {
  /** Resource id. */
  vaultId: pulumi.Input<string>;
  networkAcls: object;
  enableRbacAuthorization: boolean;
  /** Set: takes away the stack's own diagnostic setting, which comes back with the vault and which azure-native would refuse to make. */
  removesDiagnostics?: true;
}

/**
 * Applies the stack's rules to a vault that was just recovered: Azure ignores them in the request that recovers (decision 2).
 * Declared only in the run that recovers; the next run removes it from the state, and changes nothing in Azure.
 */
export class VaultRules extends DynamicResource {
  constructor(name: string, args: VaultRulesArgs, opts?: pulumi.CustomResourceOptions) {
    super("VaultRules", "vault-rules-provider", name, { ...args, endpoints: args.endpoints ?? {} }, [], opts);
  }
}
