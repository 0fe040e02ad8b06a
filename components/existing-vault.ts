import * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../lib/config/clouds";
import type { Credential } from "../lib/config/limits";
import { type ClientCertificate, createClientCertificates } from "./client-certificates";
import type { CreatedSecret } from "./client-secrets";
import { VaultSecret } from "./vault-secret";

export interface ExistingVaultArgs extends CloudChoice {
  /** https://<name>.<suffix>/ */
  uri: string;
  /** The client secrets to store, by label. */
  clientSecrets: ReadonlyMap<string, CreatedSecret>;
  /**
   * The certificates among these are created in it; default none. They need Key Vault Certificates Officer on the vault, and Key Vault Crypto
   * User on each key.
   */
  credentials?: readonly Credential[];
  /** Months that a new certificate is valid, 1 to 24; default 12. */
  validityMonths?: number | undefined;
}

/**
 * A Key Vault that its owner manages: secrets are put into it; the vault itself, its roles and its network rules do not change.
 * The deployer needs Key Vault Secrets Officer on it. Destroy disables what was put there, and keeps the vault.
 */
export class ExistingVault extends pulumi.ComponentResource {
  /** https://<name>.<suffix>/ */
  readonly uri: pulumi.Output<string>;
  /** Names of the client secrets' vault secrets, by label. */
  readonly clientSecretNames: ReadonlyMap<string, pulumi.Output<string>>;
  /** By label. */
  readonly certificates: ReadonlyMap<string, ClientCertificate>;

  constructor(name: string, args: ExistingVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:ExistingVault", name, {}, opts);
    const { cloud, endpoints = {}, clientSecrets } = args;
    // Normalized: a different spelling of the same vault would count as a different consent.
    const vaultUri = `${new URL(args.uri).origin}/`;
    const keep = (label: string, secret: CreatedSecret) =>
      new VaultSecret(
        name,
        { cloud, endpoints, vaultUri, label, secret },
        // In another vault the former one has to be disabled.
        { parent: this, replaceOnChanges: ["vaultUri"] },
      ).secretName;
    this.clientSecretNames = new Map([...clientSecrets].map(([label, secret]) => [label, keep(label, secret)]));
    const { credentials = [], validityMonths } = args;
    const made = { cloud, endpoints, vaultUri, credentials, validityMonths };
    this.certificates = createClientCertificates(name, made, { parent: this });
    this.uri = pulumi.output(vaultUri);
    this.registerOutputs({ uri: this.uri });
  }
}
