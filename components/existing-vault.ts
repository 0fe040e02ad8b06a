import * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../lib/config/clouds";
import { requireValidPart } from "./checked-args";
import { type Certificates, createCertificates } from "./client-certificates";
import type { CredentialsArgs } from "./client-secrets";

/** Certificates need Key Vault Certificates Officer on the vault, and Key Vault Crypto User on each key. */
export interface ExistingVaultArgs extends CloudChoice, CredentialsArgs {
  /** https://<name>.<suffix>/ */
  uri: string;
}

/**
 * A Key Vault whose roles and rules its owner manages. The deployer needs Key Vault Secrets Officer on it.
 * Destroy disables what was put there, and keeps the vault.
 */
export class ExistingVault extends pulumi.ComponentResource {
  /** https://<name>.<suffix>/ */
  readonly uri: pulumi.Output<string>;
  /** Not registered as outputs. */
  readonly certificates: Certificates;

  constructor(name: string, args: ExistingVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    requireValidPart("ExistingVault", name, { ...args }, { names: ["cloud", "endpoints"], below: "vault" });
    super("secure-application-model:index:ExistingVault", name, {}, opts);
    const { cloud, endpoints } = args;
    // Normalized: a different spelling of the same vault would count as a different consent.
    const vaultUri = `${new URL(args.uri).origin}/`;
    this.certificates = createCertificates(name, { cloud, endpoints, vaultUri }, args, { parent: this });
    this.uri = pulumi.output(vaultUri);
    this.registerOutputs({ uri: this.uri });
  }
}
