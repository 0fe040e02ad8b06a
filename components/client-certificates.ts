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

/** What came before the current credential. */
interface Rotated {
  /** The one that it follows. */
  previous?: PreviousCredentialArgs;
  /** Those before that one that tokens still name; default none. */
  older?: readonly PreviousCredentialArgs[];
  /** Whether a rotation publishes all tokens of the vault that name one of these, not the stack's own alone. Default false. */
  rollTokens?: true;
}

/** A certificate that the vault makes and signs with. */
export interface CertificateCredentialArgs extends Rotated {
  kind: "certificate";
  /** 1 to 32 lower-case letters, digits, dashes. Another one makes another certificate. */
  label: string;
  /** Months that a new one is valid, 1 to 24; default 12. One that is there stays as it is. */
  validityMonths?: number;
}

/** A client secret, which `clientSecret` describes. */
export interface SecretCredentialArgs extends Rotated {
  kind: "secret";
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
  /** Labels of certificates, the newest first. */
  certificates: readonly string[];
  /** Undefined: a client secret that is in the vault already. */
  current: Named | undefined;
  /** What is rotated out, the newest first. */
  others: readonly Named[];
}

/** From arguments to what is made. */
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

/** Has a vault make certificates: versions of one, each with its label. @returns by label, the newest first */
export function createClientCertificates(
  name: string,
  { cloud, endpoints = {}, vaultUri, labels, validityMonths = certificateMonths.default }: ClientCertificatesArgs,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, ClientCertificate> {
  const stack = thisStack();
  const made: [string, ClientCertificate][] = [];
  // The vault makes one version at a time. A stack that was renamed goes on with the name that it has: the roles are on its key.
  const create = (label: string, before: ClientCertificate | undefined): ClientCertificate => {
    const certificateName = before?.certificateName ?? vaultCertificateNameOf(name, stack);
    const inputs = { cloud, endpoints, vaultUri, certificateName, label, validityMonths, stack };
    return new ClientCertificate(`${name}-${label}`, inputs, opts);
  };
  for (const label of labels.toReversed()) made.unshift([label, create(label, made[0]?.[1])]);
  return new Map(made);
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
      ignoreChanges: ["certificateName", "label", "stack", "validityMonths"],
    };
    const wanted = { ...inputs, enabled: true, providerVersion };
    const outputs = ["version", "reference", "cer", "notBefore", "notAfter"];
    const all = pulumi.mergeOptions(options, opts);
    super("ClientCertificate", "client-certificate-provider", name, wanted, outputs, all);
  }
}
