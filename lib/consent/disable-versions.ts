/** What a removed consent leaves behind must not work any more: every version that is this stack's is disabled, whoever stored it last. */
import { az, byPerson, type Command, type Fix, partsOf, pulumi, run } from "../errors/failure";
import type { SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { StillEnabledError } from "./errors";
import { isKeptBy, isOurs, retiredTag } from "./tags";
import type { ConsentTarget } from "./target";

/** How many lists are made while each shows something to disable. A renewal that stores later finds what was disabled, and disables what it stored itself. */
const mostLooks = 10;

/** @throws StillEnabledError with the commands that disable the remaining versions; CredentialError */
export async function disableTokens(target: ConsentTarget, vault: Vault): Promise<void> {
  const { refreshTokenName: name } = target;
  const list = async () =>
    await vault.listVersions(name).catch((error: unknown) => {
      throw error instanceof VaultError && error.reason !== "unresolved" ? unlisted(vault, name, error) : error;
    });
  const { left, refusal } = await disableUntilNone(vault, name, list, {
    isDue: ({ tags }) => isOurs(target, tags) && isKept(target, tags),
    tagsOf: ({ tags }) => ({ ...tags, [retiredTag]: target.stack }),
  });
  if (left.length === 0) return;
  throw stillEnabled({ vault, name, left, refusal }, (disable) =>
    run("Disable them with an account that may, then destroy again", ...disable, pulumi("destroy")),
  );
}

/**
 * Disables every enabled version of an application's token, whichever stack stored it: it is known to be stolen. A writer that redeemed one of
 * them before finds it disabled once it has stored, and disables what it stored (lib/consent/overtaken.ts).
 * @returns all versions, the newest first
 * @throws StillEnabledError with the commands that disable the remaining versions; VaultError, CredentialError
 */
export async function revokeStored(
  target: Pick<ConsentTarget, "clientId" | "tenantId" | "cloud" | "refreshTokenName">,
  vault: Vault,
): Promise<Revoked> {
  const { refreshTokenName: name } = target;
  let versions: SecretVersion[] = [];
  const isDue = ({ tags }: SecretVersion) => isOurs(target, tags);
  const list = async () => (versions = await vault.listVersions(name));
  const { left, refusal, disabled } = await disableUntilNone(vault, name, list, { isDue });
  const strange = versions.filter((one) => one.enabled && !isDue(one));
  if (left.length === 0) return { versions: versions.filter(isDue), strange, disabled };
  throw stillEnabled({ vault, name, left, refusal }, (disable) =>
    byPerson("Disable them with an account that may", ...disable),
  );
}

export interface Revoked {
  /** Of the application. */
  versions: readonly SecretVersion[];
  /** Enabled, and not of the application by their tags, which whoever writes secrets can change. */
  strange: readonly SecretVersion[];
  /** How many of them were still enabled. */
  disabled: number;
}

/** Lists again after it has disabled something, because others may have stored meanwhile. */
async function disableUntilNone(
  vault: Vault,
  name: string,
  list: () => Promise<readonly SecretVersion[]>,
  which: {
    isDue: (version: SecretVersion) => boolean;
    /** Tags to replace its own; default: its own. */
    tagsOf?: (version: SecretVersion) => Record<string, string>;
  },
): Promise<{ left: readonly SecretVersion[]; refusal: unknown; disabled: number }> {
  let refusal: unknown;
  const disabled = new Set<string>();
  for (let look = 1; ; look++) {
    const left = (await list()).filter((one) => one.enabled && which.isDue(one));
    if (left.length === 0 || look > mostLooks) return { left, refusal, disabled: disabled.size };
    for (const one of left) {
      try {
        await vault.disable(name, one.version, which.tagsOf && { tags: which.tagsOf(one) });
        disabled.add(one.version);
      } catch (error) {
        refusal = error;
      }
    }
  }
}

/**
 * Disables what was made of a token that somebody disabled meanwhile, and of the same sign-in.
 * @throws StillEnabledError with the commands that disable it; VaultError
 */
export async function disableRevoked(
  vault: Vault,
  name: string,
  isDue: (version: SecretVersion) => boolean,
): Promise<void> {
  const { left, refusal } = await disableUntilNone(vault, name, async () => await vault.listVersions(name), { isDue });
  if (left.length === 0) return;
  const still = `Somebody disabled the token ${name} in ${vault.uri} while it was being stored, and what came of that is still enabled.`;
  throw stillEnabled({ vault, name, left, refusal, still }, (disable) =>
    byPerson("Disable it with an account that may", ...disable),
  );
}

const isKept = ({ stack }: ConsentTarget, tags: SecretVersion["tags"]): boolean => isKeptBy(stack, tags["stack"] ?? "");

interface Left {
  vault: Vault;
  name: string;
  left: readonly SecretVersion[];
  /** The vault's last one. */
  refusal: unknown;
  /** What is the matter, as a sentence; default: how many they are. */
  still?: string;
}

function stillEnabled(
  { vault: { uri }, name, left, refusal, still }: Left,
  fixWith: (disable: readonly Command[]) => Fix,
): StillEnabledError {
  const { what, why } = refusal === undefined ? { what: "" } : partsOf(refusal);
  const disable = left.map(({ version }) => disableCommand(`${uri}/secrets/${name}/${version}`));
  return new StillEnabledError({
    what: `${still ?? `${left.length} of this stack's refresh tokens ${name} in ${uri} are still enabled.`} ${what}`.trimEnd(),
    why,
    fixes: [fixWith(disable)],
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

export const disableCommand = (id: string): Command =>
  az("keyvault", "secret", "set-attributes", "--id", id, "--enabled", "false");
