import * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../lib/config/clouds";
import { certificateMonths, type Credential } from "../lib/config/limits";
import { ApplicationCertificate, type ApplicationCertificateArgs } from "./application-certificate";
import { DynamicResource } from "./dynamic-resource";
import { vaultCertificateNameOf } from "./naming";
import { thisStack } from "./partner-consent";

export interface ClientCertificatesArgs extends CloudChoice {
  vaultUri: pulumi.Input<string>;
  credentials: readonly Credential[];
  validityMonths?: number | undefined;
}

/** Creates the certificates among these credentials in a vault: versions of one certificate, each with its label. @returns by label, in their order */
export function createClientCertificates(
  name: string,
  { cloud, endpoints = {}, vaultUri, credentials, validityMonths = certificateMonths.default }: ClientCertificatesArgs,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, ClientCertificate> {
  const stack = thisStack();
  const made: [string, ClientCertificate][] = [];
  // The vault creates one version at a time. A renamed stack keeps the certificate's name, because the roles are assigned on its key.
  const create = (label: string, before: ClientCertificate | undefined): ClientCertificate => {
    const certificateName = before?.certificateName ?? vaultCertificateNameOf(name, stack);
    const inputs = { cloud, endpoints, vaultUri, certificateName, label, validityMonths, stack };
    return new ClientCertificate(`${name}-${label}`, inputs, opts);
  };
  for (const { label } of credentials.filter(({ kind }) => kind === "certificate").reverse())
    made.unshift([label, create(label, made[0]?.[1])]);
  return new Map(made);
}

/**
 * Adds the public parts of certificates to an application, beside what it has. Unlike client secrets they are removed from it before anything
 * else is deleted: no credential of a destroyed stack may still be trusted, even if the application stays.
 */
export function trustCertificates(
  name: string,
  objectId: pulumi.Input<string>,
  certificates: ReadonlyMap<string, ClientCertificate>,
  place: Pick<ApplicationCertificateArgs, "cloud" | "endpoints" | "tenantId">,
  opts: pulumi.CustomResourceOptions,
): ApplicationCertificate[] {
  const applicationId = pulumi.interpolate`/applications/${objectId}`;
  return [...certificates].map(([label, { cer: value, notBefore: startDate, notAfter: endDate }]) => {
    const args = { ...place, applicationId, value, startDate, endDate };
    return new ApplicationCertificate(`${name}-${label}`, args, opts);
  });
}

/** Makes a change of the provider's behaviour visible to the engine: increase it with every change that existing stacks must run. */
const providerVersion = "1";

/**
 * A self-signed certificate in a vault, created over the vault's data plane: its key is created there, cannot be exported, and signs there. Its
 * dates are outputs: the vault counts months from the creation. Destroy disables it, so that its key signs nothing; nothing in a vault is deleted.
 */
export class ClientCertificate extends DynamicResource {
  /** The name from its creation: the stack may have been renamed since. */
  declare readonly certificateName: pulumi.Output<string>;
  /** Version of the certificate and of its key. */
  declare readonly version: pulumi.Output<string>;
  /** Its name in a token's tag. */
  declare readonly reference: pulumi.Output<string>;
  /** The certificate, DER in Base64; it is public. */
  declare readonly cer: pulumi.Output<string>;
  /** ISO 8601, full seconds. */
  declare readonly notBefore: pulumi.Output<string>;
  /** ISO 8601, full seconds. */
  declare readonly notAfter: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    const options = {
      replaceOnChanges: ["vaultUri"],
      // An existing one does not change: months count for the next one, and a renamed stack keeps its own.
      ignoreChanges: ["certificateName", "label", "stack", "validityMonths"],
    };
    const wanted = { ...inputs, enabled: true, providerVersion };
    const outputs = ["version", "reference", "cer", "notBefore", "notAfter"];
    const all = pulumi.mergeOptions(options, opts);
    super("ClientCertificate", "client-certificate-provider", name, wanted, outputs, all);
  }
}
