import * as pulumi from "@pulumi/pulumi";
import type { CreatedSecret } from "./client-secrets";
import { DynamicResource } from "./dynamic-resource";

/**
 * A client secret in a vault, stored over the data plane with the role that the consent needs. azure-native's
 * own resource has an API version that Azure stops serving (docs/decisions/0022-one-version-of-key-vault.md).
 */
export class VaultSecret extends DynamicResource {
  /** With the key id's beginning: tokens keep naming their secret, and a recovered one does not conflict. */
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
