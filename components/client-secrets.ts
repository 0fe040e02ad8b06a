import * as azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";
import type { Credential } from "../lib/config/limits";

/** A secret as it was created; its value is a Pulumi secret. */
export type CreatedSecret = Pick<azuread.ApplicationPassword, "keyId" | "endDate" | "value">;

/** A certificate is created in a vault, a client secret on the application. */
export type CreatedCredential = Credential &
  ({ kind: "certificate"; secret?: never } | { kind: "secret"; secret: CreatedSecret });

/** Adds the client secrets to an application, beside its own. Every change replaces a secret. */
export function createClientSecrets(
  name: string,
  applicationId: pulumi.Input<string>,
  credentials: readonly Credential[] = [],
  opts: pulumi.CustomResourceOptions,
): CreatedCredential[] {
  return credentials.map(({ kind, ...one }) => {
    if (kind === "certificate") return { kind, ...one };
    const { label, endDate } = one;
    const args = { applicationId, displayName: label, ...(endDate !== undefined && { endDate }) };
    return { kind, ...one, secret: new azuread.ApplicationPassword(`${name}-${label}`, args, opts) };
  });
}
