import * as pulumi from "@pulumi/pulumi";
import type { CreatedSecret } from "./client-secrets";
import { DynamicResource } from "./dynamic-resource";

/**
 * A client secret in a vault, put there over the vault's data plane, with the role that the consent needs anyway. azure-native's own
 * resource creates a secret with an API version that Azure stops serving (docs/decisions/0022-one-version-of-key-vault.md).
 */
export class VaultSecret extends DynamicResource {
  /** With the beginning of the key id: a stored token keeps naming the secret that redeems it, and a recovered vault's old one does not conflict. */
  declare readonly secretName: pulumi.Output<string>;

  constructor(
    name: string,
    { label, secret, ...others }: pulumi.Inputs & { label: string; secret: CreatedSecret },
    opts?: pulumi.CustomResourceOptions,
  ) {
    const inputs = {
      ...others,
      secretName: secret.keyId.apply((id) => `client-secret-${label}-${id.slice(0, 8)}`),
      value: pulumi.secret(secret.value),
      contentType: "application/x-oauth-client-secret",
      expiresOn: secret.endDate,
    };
    const own = { replaceOnChanges: ["secretName"] };
    super("VaultSecret", "vault-secret-provider", `${name}-${label}`, inputs, ["version"], opts, own);
  }
}
