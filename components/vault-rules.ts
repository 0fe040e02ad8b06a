import type * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../config/clouds";
import { DynamicResource } from "./dynamic-resource";

interface VaultRulesArgs extends CloudChoice {
  /** Resource id. */
  vaultId: pulumi.Input<string>;
  networkAcls: object;
  enableRbacAuthorization: boolean;
  /** Days: fixed since the vault was first made. */
  softDeleteRetentionInDays: number;
}

/**
 * Gives a vault that was just recovered the rules of the stack: Azure takes nothing else from a request that recovers (decision 2).
 * Declared in the run that recovers alone; the next one takes it out of the state, and nothing out of Azure.
 */
export class VaultRules extends DynamicResource {
  constructor(name: string, args: VaultRulesArgs, opts?: pulumi.CustomResourceOptions) {
    super("VaultRules", "vault-rules-provider", name, { ...args, endpoints: args.endpoints ?? {} }, [], opts);
  }
}
