import * as pulumi from "@pulumi/pulumi";
import type { Generation } from "../lib/config/limits";
import { recordNameOf } from "../lib/credential/credential-record";
import { present } from "../lib/errors/failure";
import type { ClientCertificate } from "./client-certificate";
import type { CreatedCredential } from "./client-secrets";
import type { ApplicationCertificate } from "./application-certificate";
import { DynamicResource } from "./dynamic-resource";
import { thisStack } from "./partner-consent";

export interface Trusted {
  certificate: ClientCertificate;
  /** On the application. */
  entry: ApplicationCertificate;
}

interface CredentialRecordArgs {
  /** The current one first. */
  credentials: readonly [CreatedCredential, ...CreatedCredential[]];
  /** The certificates among them, by their numbers. */
  trusted: ReadonlyMap<number, Trusted>;
}

/**
 * The vault secret with the credential: a version for each generation, stored once Entra accepts it
 * (docs/decisions/0014). Tokens, scripts and roles refer to its name, which a rotation does not change.
 */
export class CredentialRecord extends DynamicResource {
  /** The name from its creation: the stack may have been renamed since. */
  declare readonly recordName: pulumi.Output<string>;
  /** The record's generations, the current one first. */
  declare readonly generations: pulumi.Output<readonly Generation[]>;

  constructor(
    name: string,
    place: pulumi.Inputs,
    { credentials, trusted }: CredentialRecordArgs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const [current, previous] = credentials;
    const inputs = {
      ...place,
      recordName: recordNameOf(thisStack(), name),
      // Separate inputs: the engine would encrypt a list as a whole.
      current: recorded(current, trusted),
      previous: previous && recorded(previous, trusted),
      stack: thisStack(),
    };
    const own = { replaceOnChanges: ["vaultUri"], ignoreChanges: ["recordName"] };
    super("CredentialRecord", name, { inputs, outputs: ["version", "generations"], own }, opts);
  }
}

/** The key id of a certificate comes from its entry on the application: the record is stored after that entry. */
function recorded({ secret, ...one }: CreatedCredential, trusted: CredentialRecordArgs["trusted"]) {
  if (secret !== undefined)
    return { ...one, keyId: secret.keyId, value: pulumi.secret(secret.value), expiresOn: secret.endDate };
  const { certificate, entry } = present(trusted.get(one.number), "A certificate is trusted before it is recorded.");
  return { ...one, keyId: entry.keyId, value: certificate.reference, expiresOn: certificate.notAfter };
}
