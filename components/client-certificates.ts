import * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../lib/config/clouds";
import { certificateMonths, type CredentialKind } from "../lib/config/limits";
import { ApplicationCertificate, type ApplicationCertificateArgs } from "./application-certificate";
import type { ClientSecretArgs, ClientSecretsArgs, StoredClientSecretArgs } from "./client-secrets";
import { DynamicResource } from "./dynamic-resource";
import { vaultCertificateNameOf } from "./naming";
import { thisStack } from "./partner-consent";

/** A credential that is rotated out: it stays valid until it is removed from the configuration. Only a client secret has `endDate`. */
export type PreviousCredentialArgs = ClientSecretArgs & { kind: CredentialKind };

/** The credentials before the current one. */
interface Rotated {
  /** The credential before the current one. */
  previous?: PreviousCredentialArgs;
  /** Earlier ones that tokens still name; default none. */
  older?: readonly PreviousCredentialArgs[];
  /** Whether a rotation publishes all tokens of the vault that name one of these, instead of only the stack's own. Default false. */
  rollTokens?: true;
}

/** A certificate that the vault creates and signs with. */
export interface CertificateCredentialArgs extends Rotated {
  kind: "certificate";
  /** 1 to 32 lower-case letters, digits, dashes. A different label creates a different certificate. */
  label: string;
  /** Months that a new one is valid, 1 to 24; default 12. An existing one does not change. */
  validityMonths?: number;
}

/** A client secret, which `clientSecret` describes. */
export interface SecretCredentialArgs extends Rotated {
  kind: "secret";
}

/** The kind and label of a credential. */
interface Named {
  kind: CredentialKind;
  label: string;
}

/** The credentials to create for an application. */
export interface CredentialPlan {
  /** Client secrets to create, or the name of one that is already in the vault; undefined: no client secret. */
  secrets: ClientSecretsArgs | StoredClientSecretArgs | undefined;
  /** Labels of certificates, the newest first. */
  certificates: readonly string[];
  /** Undefined for a client secret that is already in the vault. */
  current: Named | undefined;
  /** Credentials that are rotated out, the newest first. */
  others: readonly Named[];
}

/** Converts arguments to the credentials to create. */
export function declaredCredentials(args: {
  clientSecret?: ClientSecretsArgs | StoredClientSecretArgs;
  credential?: CertificateCredentialArgs | SecretCredentialArgs;
}): CredentialPlan {
  const { clientSecret, credential } = args;
  const { previous, older = [] } = credential ?? {};
  const out = [...(previous === undefined ? [] : [previous]), ...older];
  const isStored = clientSecret !== undefined && "vaultSecretName" in clientSecret;
  const own = clientSecret === undefined || isStored ? [] : secretsIn(clientSecret);
  const all =
    credential?.kind === "certificate"
      ? [{ kind: credential.kind, label: credential.label }, ...out]
      : [...own, ...out];
  const [first, ...others] = all.filter(({ kind }) => kind === "secret").map(withoutKind);
  const made = first && { ...first, ...(others.length > 0 && { older: others }) };
  const [current, ...replaced] = all.map(({ kind, label }): Named => ({ kind, label }));
  return {
    secrets: isStored ? clientSecret : made,
    certificates: all.filter(({ kind }) => kind === "certificate").map(({ label }) => label),
    ...(isStored
      ? { current: undefined, others: all.map(({ kind, label }) => ({ kind, label })) }
      : { current, others: replaced }),
  };
}

const secretsIn = ({ previous, older = [], ...current }: ClientSecretsArgs): PreviousCredentialArgs[] =>
  [current, ...(previous === undefined ? [] : [previous]), ...older].map((one) => ({ kind: "secret", ...one }));

const withoutKind = ({ label, endDate }: ClientSecretArgs): ClientSecretArgs => ({
  label,
  ...(endDate === undefined ? {} : { endDate }),
});

export interface ClientCertificatesArgs extends CloudChoice {
  vaultUri: pulumi.Input<string>;
  labels: readonly string[];
  validityMonths?: number;
}

/** Creates certificates in a vault: versions of one certificate, each with its label. @returns by label, the newest first */
export function createClientCertificates(
  name: string,
  { cloud, endpoints = {}, vaultUri, labels, validityMonths = certificateMonths.default }: ClientCertificatesArgs,
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
  for (const label of labels.toReversed()) made.unshift([label, create(label, made[0]?.[1])]);
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
