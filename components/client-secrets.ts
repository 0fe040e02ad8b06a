import * as azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";
import type { Credential } from "../lib/config/limits";

/** A secret as it was created; its value is a Pulumi secret. */
export type CreatedSecret = Pick<azuread.ApplicationPassword, "keyId" | "endDate" | "value">;

/**
 * Adds the client secrets among these credentials to an application, beside the existing ones. Every change replaces one, so nothing about
 * them is computed. @returns by label, in their order
 */
export function createClientSecrets(
  name: string,
  applicationId: pulumi.Input<string>,
  credentials: readonly Credential[],
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, CreatedSecret> {
  const create = ({ label, endDate }: Credential): [string, CreatedSecret] => {
    const args = { applicationId, displayName: label, ...(endDate === undefined ? {} : { endDate }) };
    return [label, new azuread.ApplicationPassword(`${name}-${label}`, args, opts)];
  };
  return new Map(credentials.filter(({ kind }) => kind === "secret").map(create));
}
