import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../config/clouds";
import { certificateMonths, type CredentialKind } from "../config/limits";
import type { ClientSecretArgs, ClientSecretsArgs, StoredClientSecretArgs } from "./client-secrets";
import { DynamicResource } from "./dynamic-resource";
import { vaultCertificateNameOf } from "./naming";
import { thisStack } from "./partner-consent";

/** What is rotated out: it stays valid until it is taken out of the configuration. `endDate` is a client secret's alone. */
export type PreviousCredentialArgs = ClientSecretArgs & { kind: CredentialKind };

/** A certificate that the vault makes and signs with; beside it the credential that it follows. */
export interface CertificateCredentialArgs {
  kind: "certificate";
  /** 1 to 32 lower-case letters, digits, dashes. Another one makes another certificate. */
  label: string;
  /** Months that a new one is valid, 1 to 24; default 12. One that is there stays as it is. */
  validityMonths?: number;
  previous?: PreviousCredentialArgs;
}

/** A client secret that follows a certificate; `clientSecret` describes it. */
export interface SecretCredentialArgs {
  kind: "secret";
  previous?: PreviousCredentialArgs;
}

/** Which credential is which. */
interface Named {
  kind: CredentialKind;
  label: string;
}

/** What is made for an application. */
export interface CredentialPlan {
  /** Client secrets; or one that is in the vault already, and none is made; undefined: none at all. */
  secrets: ClientSecretsArgs | StoredClientSecretArgs | undefined;
  /** Labels of certificates, the current one first. */
  certificates: readonly string[];
  /** Undefined: a client secret that is in the vault already. */
  current: Named | undefined;
  previous: Named | undefined;
}

/** From arguments to what is made. */
export function declaredCredentials(args: {
  clientSecret?: ClientSecretsArgs | StoredClientSecretArgs;
  credential?: CertificateCredentialArgs | SecretCredentialArgs;
}): CredentialPlan {
  const { clientSecret, credential } = args;
  const previous = credential?.previous;
  const outSecret = previous?.kind === "secret" ? withoutKind(previous) : undefined;
  const outCertificate = previous?.kind === "certificate" ? [previous.label] : [];
  if (credential?.kind === "certificate") {
    const { kind, label } = credential;
    return { secrets: outSecret, certificates: [label, ...outCertificate], current: { kind, label }, previous };
  }
  const isStored = clientSecret === undefined || "vaultSecretName" in clientSecret;
  return {
    secrets: clientSecret,
    certificates: outCertificate,
    current: isStored ? undefined : { kind: "secret", label: clientSecret.label },
    previous:
      previous ??
      (isStored || clientSecret.previous === undefined ? undefined : { kind: "secret", ...clientSecret.previous }),
  };
}

const withoutKind = ({ label, endDate }: PreviousCredentialArgs): ClientSecretArgs => ({
  label,
  ...(endDate === undefined ? {} : { endDate }),
});

export interface ClientCertificatesArgs extends CloudChoice {
  vaultUri: pulumi.Input<string>;
  labels: readonly string[];
  validityMonths?: number;
}

/** Has a vault make certificates. @returns by label */
export function createClientCertificates(
  name: string,
  { cloud, endpoints = {}, vaultUri, labels, validityMonths = certificateMonths.default }: ClientCertificatesArgs,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, ClientCertificate> {
  const create = (label: string): [string, ClientCertificate] => {
    const stack = thisStack();
    const certificateName = vaultCertificateNameOf(name, stack, label);
    const inputs = { cloud, endpoints, vaultUri, certificateName, validityMonths, stack };
    return [label, new ClientCertificate(`${name}-${label}`, inputs, opts)];
  };
  return new Map(labels.map(create));
}

/**
 * Puts the public parts of certificates on an application, beside what it has. Unlike client secrets they are taken off it before anything
 * else goes: nothing of a destroyed stack may still be trusted, even if the application stays.
 */
export function trustCertificates(
  name: string,
  objectId: pulumi.Input<string>,
  certificates: ReadonlyMap<string, ClientCertificate>,
  opts: pulumi.CustomResourceOptions,
): azuread.ApplicationCertificate[] {
  return [...certificates].map(
    ([label, { cer, notBefore, notAfter }]) =>
      new azuread.ApplicationCertificate(
        `${name}-${label}`,
        {
          applicationId: pulumi.interpolate`/applications/${objectId}`,
          type: "AsymmetricX509Cert",
          encoding: "base64",
          value: cer,
          startDate: notBefore,
          endDate: notAfter,
        },
        opts,
      ),
  );
}

/** Makes a change of the provider's behaviour visible to the engine: raise it with every change that existing stacks must run. */
const providerVersion = "1";

/**
 * A self-signed certificate in a vault, made over the vault's data plane: its key is made there, cannot be exported, and signs there. Its dates
 * are outputs: the vault counts months from when it makes it. Destroy disables it, so that its key signs nothing; nothing in a vault is deleted.
 */
export class ClientCertificate extends DynamicResource {
  /** As it was when it was made: the stack may have another name since. */
  declare readonly certificateName: pulumi.Output<string>;
  /** Of the certificate and of its key. */
  declare readonly version: pulumi.Output<string>;
  /** How a token's tag names it. */
  declare readonly reference: pulumi.Output<string>;
  /** The certificate, DER in Base64: public. */
  declare readonly cer: pulumi.Output<string>;
  /** ISO 8601, full seconds. */
  declare readonly notBefore: pulumi.Output<string>;
  /** ISO 8601, full seconds. */
  declare readonly notAfter: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    const options = {
      replaceOnChanges: ["vaultUri"],
      // One that is there stays as it is: months count for the next, and a renamed stack keeps its own.
      ignoreChanges: ["certificateName", "stack", "validityMonths"],
    };
    const wanted = { ...inputs, enabled: true, providerVersion };
    const outputs = ["version", "reference", "cer", "notBefore", "notAfter"];
    const all = pulumi.mergeOptions(options, opts);
    super("ClientCertificate", "client-certificate-provider", name, wanted, outputs, all);
  }
}
