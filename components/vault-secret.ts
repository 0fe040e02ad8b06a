import * as pulumi from "@pulumi/pulumi";
import type { CloudName, Endpoints } from "../config/clouds";
import { DynamicResource } from "./dynamic-resource";

export interface VaultSecretArgs {
  cloud: CloudName;
  /** Overrides of the cloud's row; {} for none. */
  endpoints: Partial<Endpoints>;
  /** Another one replaces the secret. */
  vaultUri: pulumi.Input<string>;
  /** Another one replaces the secret. */
  secretName: pulumi.Input<string>;
  /** A Pulumi secret: state keeps it encrypted, and no output repeats it. */
  value: pulumi.Input<string>;
  contentType: string;
  /** ISO 8601. */
  expiresOn: pulumi.Input<string>;
}

/**
 * A secret in a vault that belongs to somebody else: put there over the vault's data plane, with the role on the vault that the consent
 * needs anyway. azure-native's own resource would need the vault's subscription, its resource group and a role in them.
 */
export class VaultSecret extends DynamicResource {
  declare readonly secretName: pulumi.Output<string>;

  constructor(name: string, args: VaultSecretArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = { ...args, value: pulumi.secret(args.value) };
    const options: pulumi.CustomResourceOptions = { replaceOnChanges: ["vaultUri", "secretName"] };
    super(
      "VaultSecret",
      "vault-secret-provider",
      name,
      { ...inputs, version: undefined },
      pulumi.mergeOptions(options, opts),
    );
  }
}
