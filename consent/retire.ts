/** What a removed consent leaves behind must not work any more: every version that is this stack's is disabled, whoever stored it last. */
import { az, byPerson, type Command, partsOf, pulumi, run } from "../errors/failure";
import type { SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { StillEnabledError } from "./errors";
import { isKeptBy, isOurs, retiredTag } from "./tags";
import type { ConsentTarget } from "./target";

/** How often the list is read. A renewal that stores later finds the tag, and disables what it stored itself. */
const mostLooks = 3;

/** @throws StillEnabledError with the commands that disable the remaining versions; CredentialError */
export async function retireTokens(target: ConsentTarget, vault: Vault): Promise<void> {
  const { refreshTokenName: name } = target;
  let refusal: unknown;
  let left: SecretVersion[] = [];
  for (let look = 1; look <= mostLooks; look++) {
    const versions = await vault.listVersions(name).catch((error: unknown) => {
      throw error instanceof VaultError && error.reason !== "unresolved" ? unlisted(vault, name, error) : error;
    });
    left = versions.filter(({ enabled, tags }) => enabled && isOurs(target, tags) && isKept(target, tags));
    if (left.length === 0) return;
    for (const { version, tags } of left) {
      await vault.disable(name, version, { ...tags, [retiredTag]: target.stack }).catch((error: unknown) => {
        refusal = error;
      });
    }
  }
  throw stillEnabled(vault, name, left, refusal);
}

/**
 * Disables what was made of a token that somebody disabled meanwhile.
 * @throws StillEnabledError with the command that disables it
 */
export async function disableRevoked(vault: Vault, name: string, version: string): Promise<void> {
  await vault.disable(name, version).catch((error: unknown) => {
    const { what, why } = partsOf(error);
    throw new StillEnabledError({
      what: `Somebody disabled the token ${name} in ${vault.uri} while it was being renewed, and what came of that is still enabled. ${what}`,
      why,
      fixes: [
        byPerson("Disable it with an account that may", disableCommand(`${vault.uri}/secrets/${name}/${version}`)),
      ],
    });
  });
}

const isKept = ({ stack }: ConsentTarget, tags: SecretVersion["tags"]): boolean => isKeptBy(stack, tags["stack"] ?? "");

function stillEnabled(
  { uri }: Vault,
  name: string,
  left: readonly SecretVersion[],
  refusal: unknown,
): StillEnabledError {
  const { what, why } = refusal === undefined ? { what: "" } : partsOf(refusal);
  const disable = left.map(({ version }) => disableCommand(`${uri}/secrets/${name}/${version}`));
  return new StillEnabledError({
    what: `${left.length} of this stack's refresh tokens ${name} in ${uri} are still enabled. ${what}`.trimEnd(),
    why,
    fixes: [run("Disable them with an account that may, then destroy again", ...disable, pulumi("destroy"))],
  });
}

/** This machine cannot list the versions, but another may: without this error, the consent would only be recorded in the state. */
function unlisted({ uri }: Vault, name: string, { what, why, fixes }: VaultError): StillEnabledError {
  const list = ["--id", `${uri}/secrets/${name}`, "--query", "[?attributes.enabled].id", "--output", "tsv"];
  return new StillEnabledError({
    what: `This stack's refresh tokens ${name} in ${uri} may still be enabled. ${what}`,
    why,
    fixes: [
      ...fixes,
      run("Once the vault answers this machine, destroy again", pulumi("destroy")),
      run(
        "Where it never will, disable them on a machine that it answers; then leave the consent out of the state, and destroy the rest",
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

const disableCommand = (id: string): Command =>
  az("keyvault", "secret", "set-attributes", "--id", id, "--enabled", "false");
