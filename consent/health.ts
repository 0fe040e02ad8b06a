/** How the stored token is, from the list of its versions alone: a get of a disabled newest version is refused. */
import { now } from "../startup/clock";
import type { SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { lifetimeOf } from "./lifetime";
import { isOurs, tokenTags } from "./tags";
import type { ConsentTarget } from "./target";

export type Health =
  | "ok"
  /** No such secret. */
  | "missing"
  /** The newest version is disabled. */
  | "disabled"
  /** Soft-deleted. */
  | "deleted"
  /** Ends within the warning period. */
  | "expiring"
  | "expired"
  /** The newest version is another application's, or was not stored by this project. */
  | "foreign"
  /** A consent was begun and could not be finished. */
  | "unfinished"
  /** Could not look; never reported as ok. */
  | "unreadable";

export interface TokenState {
  health: Health;
  /** The version the health is about; undefined when there is none. */
  version: SecretVersion | undefined;
}

/** Judges a secret's versions, newest first. */
export function judge(
  target: ConsentTarget,
  versions: readonly SecretVersion[],
  warnBeforeDays: number,
  at = now(),
): TokenState {
  return judgeVersions(versions, (tags) => isOurs(target, tags), warnBeforeDays, at);
}

/** As {@link judge}, where whose the token should be is known in another way. */
export function judgeVersions(
  versions: readonly SecretVersion[],
  ours: (tags: Readonly<Record<string, string>>) => boolean,
  warnBeforeDays: number,
  at = now(),
): TokenState {
  const newest = newestOf(versions);
  const health = ((): Health => {
    if (newest === undefined) return "missing";
    if (!newest.enabled) return "disabled";
    if (!ours(newest.tags)) return "foreign";
    return lifetimeOf(newest.expiresOn, warnBeforeDays, at);
  })();
  return { health, version: newest };
}

/**
 * Looks at the vault. Whatever keeps it from being read, a refusal or an outage (a deleted vault has no name in DNS), is a health
 * of its own: nothing that was not seen is called ok.
 */
export async function lookAtToken(target: ConsentTarget, vault: Vault, warnBeforeDays: number): Promise<TokenState> {
  try {
    const state = judge(target, await vault.listVersions(target.refreshTokenName), warnBeforeDays);
    if (state.health !== "missing") return state;
    return (await isDeleted(vault, target.refreshTokenName)) ? { ...state, health: "deleted" } : state;
  } catch (error) {
    if (error instanceof VaultError) return { health: "unreadable", version: undefined };
    throw error;
  }
}

/** Not every reader may look at deleted secrets; then it is just missing. */
export async function isDeleted(vault: Vault, name: string): Promise<boolean> {
  try {
    return await vault.isDeleted(name);
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

/** Times are of one second, so two versions may tie: the one that is enabled stands for both. */
function newestOf(versions: readonly SecretVersion[]): SecretVersion | undefined {
  const newest = versions[0];
  if (newest === undefined) return undefined;
  return versions.find((one) => one.enabled && one.createdOn.getTime() === newest.createdOn.getTime()) ?? newest;
}

/** What a state tells people, as outputs and tables show it. Empty texts where there is nothing to tell. */
export interface TokenFacts {
  health: Health;
  version: string;
  account: string;
  accountName: string;
  consentedOn: string;
  expiresOn: string;
}

export function factsOf({ health, version }: TokenState): TokenFacts {
  const tags = version && tokenTags(version.tags);
  return {
    health,
    version: version?.version ?? "",
    account: tags?.account ?? "",
    accountName: tags?.["account-name"] ?? "",
    consentedOn: tags?.["consented-at"] ?? "",
    expiresOn: version?.expiresOn?.toISOString() ?? "",
  };
}
