import type * as pulumi from "@pulumi/pulumi";
import type { CloudName, Endpoints } from "../config/clouds";
import { DynamicResource } from "./dynamic-resource";

export interface VaultCreateModeArgs {
  cloud: CloudName;
  /** Overrides of the cloud's row; {} for none. */
  endpoints: Partial<Endpoints>;
  subscriptionId: pulumi.Input<string>;
  location: pulumi.Input<string>;
  vaultName: pulumi.Input<string>;
}

/**
 * Finds out how the vault must be made: `pulumi destroy` soft-deletes it and its name stays taken, so the next `pulumi up` has to
 * recover it. No provider says whether it is there; this asks when the stack has no vault, and with each refresh.
 */
export class VaultCreateMode extends DynamicResource {
  declare readonly createMode: pulumi.Output<"default" | "recover">;

  constructor(name: string, args: VaultCreateModeArgs, opts?: pulumi.CustomResourceOptions) {
    super("VaultCreateMode", "vault-create-mode-provider", name, { ...args, createMode: undefined }, opts);
  }
}
