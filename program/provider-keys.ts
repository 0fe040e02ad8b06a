/** Keys of the stack's configuration that a provider does not have: the engine takes each name without a word. */
import * as azureNative from "@pulumi/azure-native/config/vars";
import * as azuread from "@pulumi/azuread/config/vars";
import { meant } from "../lib/errors/text";
import type { Configuration } from "../lib/config/settings";
import { byPerson, type Parts, pulumi } from "../lib/errors/failure";

/** The names are the installed packages' own: a newer package brings its own. */
const known = Object.entries({ azuread, "azure-native": azureNative }).map(([space, all]) => ({
  space,
  names: Object.keys(all),
}));

/**
 * Warnings, unlike the own namespace's errors: a provider's plugin may be newer than its package (`plugins` in
 * Pulumi.yaml), and have a key that this list does not. A value is never repeated: it may be a secret.
 */
export function strangeKeys(configuration: Configuration): Parts[] {
  return Object.keys(configuration).flatMap((key) => {
    const [, space, name = ""] = /^([^:]*):(.*)$/su.exec(key) ?? [];
    const names = known.find((one) => one.space === space)?.names;
    if (space === undefined || names === undefined || names.includes(name)) return [];
    const near = meant(name, names);
    return {
      what: `${key} is no setting of the provider ${space}${near === undefined ? "." : `: did you mean ${space}:${near}?`}`,
      why: "Nothing reads it, and a secret in it is in the stack's file.",
      fixes: [byPerson("If it is for nothing else, remove it", pulumi("config", "rm", key))],
    };
  });
}
