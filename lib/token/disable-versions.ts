/** Disables every version of a removed consent that is this stack's, whoever stored it last. */
import { az, byPerson, type Command, type Fix, partsOf, pulumi, run } from "../errors/failure";
import type { SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { StillEnabledError } from "./errors";
import { isKeptBy, isOurs, revokedTag } from "./tags";
import type { ConsentTarget } from "./target";
import type { Client } from "../credential/client-credential";

/** How often versions are listed while some are enabled. A renewal that stores later disables its own version. */
const mostLooks = 10;

/** @throws StillEnabledError with the commands that disable the remaining versions; CredentialError */
export async function disableTokens(target: ConsentTarget, vault: Vault): Promise<void> {
  const { refreshTokenName: name, stack } = target;
  await disableAll(vault, name, {
    list: async () =>
      await vault.listVersions(name).catch((error: unknown) => {
        throw error instanceof VaultError && error.reason !== "unresolved" ? unlisted(vault, name, error) : error;
      }),
    isDue: ({ tags }) => isOurs(target, tags) && isKeptBy(stack, tags["stack"] ?? ""),
    fix: (...disable) =>
      run("Disable them with an account that may, then destroy again", ...disable, pulumi("destroy")),
  });
}

export interface Revoked {
  /** Versions of the application. */
  versions: readonly SecretVersion[];
  /** Enabled versions of another application by their tags, which everyone who writes secrets can change. */
  strange: readonly SecretVersion[];
  disabled: number;
}

/**
 * Disables all versions of a stolen token, whichever stack stored them. A writer that redeemed one disables its own
 * version: lib/token/reconcile.ts. @throws StillEnabledError with commands for the rest; VaultError, CredentialError
 */
export async function revokeStored(
  target: Client & Pick<ConsentTarget, "refreshTokenName">,
  vault: Vault,
  stack: string,
): Promise<Revoked> {
  const { refreshTokenName: name } = target;
  let versions: SecretVersion[] = [];
  const isDue = ({ tags }: SecretVersion) => isOurs(target, tags);
  const disabled = await disableAll(vault, name, {
    list: async () => (versions = await vault.listVersions(name)),
    isDue,
    tagsOf: ({ tags }) => ({ ...tags, [revokedTag]: stack }),
    fix: (...disable) => byPerson("Disable them with an account that may", ...disable),
  });
  return { versions: versions.filter(isDue), strange: versions.filter((one) => one.enabled && !isDue(one)), disabled };
}

/** Disables versions redeemed from a token that was disabled meanwhile. @throws StillEnabledError, VaultError */
export async function disableRevoked(vault: Vault, name: string, isDue: Disabling["isDue"]): Promise<void> {
  await disableAll(vault, name, {
    list: async () => await vault.listVersions(name),
    isDue,
    still: `Somebody disabled the token ${name} in ${vault.uri} while it was being stored, and the new version is still enabled.`,
    fix: (...disable) => byPerson("Disable it with an account that may", ...disable),
  });
}

interface Disabling {
  list: () => Promise<readonly SecretVersion[]>;
  isDue: (version: SecretVersion) => boolean;
  /** Tags to replace a version's own; default: its own. */
  tagsOf?: (version: SecretVersion) => Record<string, string>;
  /** The problem if some stay enabled, as a sentence; default: how many they are. */
  still?: string;
  fix: (...disable: readonly Command[]) => Fix;
}

/** Lists again after disabling some, as others may have stored meanwhile. @returns how many it disabled */
async function disableAll(vault: Vault, name: string, { list, isDue, tagsOf, still, fix }: Disabling): Promise<number> {
  const disabled = new Set<string>();
  let refusal: unknown;
  for (let look = 1; ; look++) {
    const left = (await list()).filter((one) => one.enabled && isDue(one));
    if (left.length === 0) return disabled.size;
    if (look > mostLooks) {
      const { what, why } = refusal === undefined ? { what: "" } : partsOf(refusal);
      const problem =
        still ?? `${left.length} of this stack's refresh tokens ${name} in ${vault.uri} are still enabled.`;
      const disable = left.map(({ version }) => disableCommand(`${vault.uri}/secrets/${name}/${version}`));
      throw new StillEnabledError({ what: `${problem} ${what}`.trimEnd(), why, fixes: [fix(...disable)] });
    }
    for (const one of left) {
      try {
        await vault.disable(name, one.version, tagsOf && { tags: tagsOf(one) });
        disabled.add(one.version);
      } catch (error) {
        refusal = error;
      }
    }
  }
}

/** The error if this machine cannot list the versions, with commands for a machine that can. */
function unlisted({ uri }: Vault, name: string, { what, why, fixes }: VaultError): StillEnabledError {
  const list = ["--id", `${uri}/secrets/${name}`, "--query", "[?attributes.enabled].id", "--output", "tsv"];
  return new StillEnabledError({
    what: `This stack's refresh tokens ${name} in ${uri} may still be enabled. ${what}`,
    why,
    fixes: [
      ...fixes,
      run("Once the vault answers this machine, destroy again", pulumi("destroy")),
      run(
        "If it never will, disable them on a machine that it answers; then remove the consent from the state, and destroy the rest",
        az("keyvault", "secret", "list-versions", ...list),
        disableCommand("<id>"),
        pulumi("stack", "--show-urns"),
        // The resource that depends on it, the stack's protection, is removed with it.
        pulumi("state", "delete", "<urn of the Consent>", "--target-dependents", "--force"),
        pulumi("destroy"),
      ),
    ],
  });
}

export const disableCommand = (id: string): Command =>
  az("keyvault", "secret", "set-attributes", "--id", id, "--enabled", "false");
