import type * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../lib/config/clouds";
import { certificateMonths, type Credential } from "../lib/config/limits";
import { certificateNameOf } from "../lib/consent/credential-reference";
import { ClientCertificate } from "./client-certificate";
import type { CreatedCredential } from "./client-secrets";
import { thisStack } from "./partner-consent";
import { VaultSecret } from "./vault-secret";

export interface VaultCredentialsArgs extends CloudChoice {
  /** An application's, the current one first: its secrets are stored, certificates created. Default none. */
  credentials?: readonly CreatedCredential[];
  /** Months that a new certificate is valid, 1 to 24; default 12. */
  validityMonths?: number | undefined;
}

export interface KeptCredential extends Credential {
  /** Its name in a token's tag: of a client secret the name of its vault secret. */
  reference: pulumi.Output<string>;
  certificate?: ClientCertificate;
}

/**
 * The certificates are versions of one, oldest first: one name has one key, and a rotation needs no new role.
 * Two stacks with one vault have separate certificates, and a renamed stack keeps the name of its own.
 */
export function keepCredentials(
  name: string,
  place: pulumi.Inputs,
  { credentials = [], validityMonths = certificateMonths.default }: VaultCredentialsArgs,
  opts: Record<"secret" | "certificate", pulumi.CustomResourceOptions> & { awaitsRole?: true },
): KeptCredential[] {
  const stack = thisStack();
  let certificateName: pulumi.Input<string> = certificateNameOf(stack, name);
  const { awaitsRole } = opts;
  const keep = ({ secret, ...one }: CreatedCredential): KeptCredential => {
    const { label } = one;
    if (secret !== undefined) {
      const { secretName } = new VaultSecret(name, { ...place, label, secret, awaitsRole }, opts.secret);
      return { ...one, reference: secretName };
    }
    const inputs = { ...place, certificateName, label, validityMonths, stack, awaitsRole };
    const certificate = new ClientCertificate(`${name}-${label}`, inputs, opts.certificate);
    ({ certificateName } = certificate);
    return { ...one, reference: certificate.reference, certificate };
  };
  return credentials.toReversed().map(keep).toReversed();
}
