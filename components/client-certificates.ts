import type * as pulumi from "@pulumi/pulumi";
import { validityMonths as months } from "../lib/config/limits";
import { certificateNameOf } from "../lib/credential/credential-record";
import { labelOf } from "../lib/credential/generations";
import { ClientCertificate } from "./client-certificate";
import type { CredentialsArgs } from "./client-secrets";
import { thisStack } from "./partner-consent";

/** In a vault, by the number of its generation. */
export type Certificates = ReadonlyMap<number, ClientCertificate>;

/**
 * The generations are versions of one certificate, oldest first: with one key name, a rotation needs no new role.
 * Two stacks with one vault have separate certificates, and a renamed stack keeps its certificate's name.
 */
export function createCertificates(
  name: string,
  place: pulumi.Inputs,
  { generations = [], validityMonths = months.default }: CredentialsArgs,
  opts: pulumi.CustomResourceOptions,
): Certificates {
  const stack = thisStack();
  const made = new Map<number, ClientCertificate>();
  let certificateName: pulumi.Input<string> = certificateNameOf(stack, name);
  for (const { kind, number } of generations.toReversed()) {
    if (kind === "secret") continue;
    const inputs: pulumi.Inputs = { ...place, certificateName, generation: number, validityMonths, stack };
    const certificate: ClientCertificate = new ClientCertificate(`${name}-${labelOf({ number })}`, inputs, opts);
    ({ certificateName } = certificate);
    made.set(number, certificate);
  }
  return made;
}
