import * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../lib/config/clouds";
import type { CreatedSecret } from "./client-secrets";
import { DynamicResource } from "./dynamic-resource";
import { clientSecretContentType, vaultSecretNameOf } from "./naming";

export interface VaultSecretArgs extends CloudChoice {
  /** https://<name>.<suffix>/ */
  vaultUri: pulumi.Input<string>;
  label: string;
  secret: CreatedSecret;
  /** Whether the stack assigns the role that this needs, so that it is waited for. Default: it is there, or refused at once. */
  awaitsRole?: true;
}

/**
 * A client secret in a vault, put there over the vault's data plane, with the role that the consent needs anyway. azure-native's own
 * resource creates a secret with an API version that Azure stops serving (docs/decisions/0022-one-version-of-key-vault.md).
 */
export class VaultSecret extends DynamicResource {
  declare readonly secretName: pulumi.Output<string>;

  constructor(
    name: string,
    { label, secret, endpoints = {}, ...others }: VaultSecretArgs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const inputs = {
      ...others,
      endpoints,
      secretName: vaultSecretNameOf(label, secret),
      value: pulumi.secret(secret.value),
      contentType: clientSecretContentType,
      expiresOn: secret.endDate,
    };
    const options = pulumi.mergeOptions({ replaceOnChanges: ["secretName"] }, opts);
    super("VaultSecret", "vault-secret-provider", `${name}-${label}`, inputs, ["version"], options);
  }
}
