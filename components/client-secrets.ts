import * as azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";

/** One client secret. Every change replaces it, so its dates are fixed in the configuration and nothing is computed. */
export interface ClientSecretArgs {
  /** 1 to 32 lower-case letters, digits, dashes: shown in Entra as the secret's description. */
  label: string;
  /** UTC, ISO 8601; default: Entra's two years. */
  endDate?: string;
}

/** The current secret, and those that are rotated out: all stay valid until they are removed from the configuration. */
export type ClientSecretsArgs = ClientSecretArgs & {
  previous?: ClientSecretArgs;
  /** Earlier ones that tokens still name; default none. */
  older?: readonly ClientSecretArgs[];
};

/** A client secret that somebody put into the vault before: none is created. */
export interface StoredClientSecretArgs {
  /** Name of the vault secret that contains it. */
  vaultSecretName: string;
}

/** A secret as it was created; its value is a Pulumi secret. */
export type CreatedSecret = Pick<azuread.ApplicationPassword, "keyId" | "endDate" | "value">;

/** Adds client secrets to an application, beside the existing ones. @param secrets undefined: none @returns by label, the current one first */
export function createClientSecrets(
  name: string,
  applicationId: pulumi.Input<string>,
  secrets: ClientSecretsArgs | undefined,
  opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, CreatedSecret> {
  if (secrets === undefined) return new Map();
  const { previous, older = [], label: current, endDate: end } = secrets;
  const create = ({ label, endDate }: ClientSecretArgs): [string, CreatedSecret] => {
    const args = { applicationId, displayName: label, ...(endDate === undefined ? {} : { endDate }) };
    return [label, new azuread.ApplicationPassword(`${name}-${label}`, args, opts)];
  };
  const first = { label: current, ...(end === undefined ? {} : { endDate: end }) };
  return new Map([first, ...(previous === undefined ? [] : [previous]), ...older].map(create));
}
