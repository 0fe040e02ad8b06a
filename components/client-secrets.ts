import * as azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";
import { validityMonths as months, type Generation } from "../lib/config/limits";
import { endOf, labelOf } from "../lib/credential/generations";
import { now } from "../lib/startup/clock";

/** A secret as it was created; its value is a Pulumi secret. */
export type CreatedSecret = Pick<azuread.ApplicationPassword, "keyId" | "endDate" | "value">;

/** A generation on an application: a certificate is created in a vault. */
export type CreatedCredential = Generation & { secret?: CreatedSecret };

export interface CredentialsArgs {
  /** The current one first. */
  generations?: readonly Generation[] | undefined;
  validityMonths?: number | undefined;
}

/** Adds client secrets to an application and keeps those it has. Each is a separate resource that never changes. */
export function createClientSecrets(
  name: string,
  applicationId: pulumi.Input<string>,
  { generations = [], validityMonths = months.default }: CredentialsArgs,
  opts: pulumi.CustomResourceOptions,
): CreatedCredential[] {
  return generations.map((one) => {
    if (one.kind === "certificate") return one;
    const displayName = `${name}-${labelOf(one)}`;
    const args = { applicationId, displayName, endDate: endOf(now(), validityMonths) };
    // A later day or other months apply to the next client secret.
    const own = { ...opts, ignoreChanges: ["displayName", "endDate"] };
    return { ...one, secret: new azuread.ApplicationPassword(displayName, args, own) };
  });
}
