import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "./dynamic-resource";

/**
 * Applies the stack's rules to a vault that was just recovered: Azure ignores them in the request that recovers (decision 2).
 * Declared only in the run that recovers; the next run removes it from the state, and changes nothing in Azure.
 */
export class VaultRules extends DynamicResource {
  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super("VaultRules", "vault-rules-provider", name, inputs, [], opts);
  }
}
