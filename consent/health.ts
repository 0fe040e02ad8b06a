/** How the stored token is, from the list of its versions alone: a get of a disabled newest version is refused. */
import type { SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { lifetimeOf } from "./lifetime";
import { isOurs, type Ours, tokenTags } from "./tags";
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
  /** Entra refuses to redeem it: metadata does not show that a token was revoked. */
  | "refused"
  /** The token is good, and the directory shows that not all that is declared is granted. */
  | "incomplete"
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
export function judgeVersions(versions: readonly SecretVersion[], ours: Ours, warnBeforeDays: number): TokenState {
  // Times are of one second, so two versions may tie: the one that is enabled stands for both.
  const isNewest = ({ createdOn }: SecretVersion) => createdOn.getTime() === versions[0]?.createdOn.getTime();
  const version = versions.find((one) => one.enabled && isNewest(one)) ?? versions[0];
  if (version === undefined) return { health: "missing", version };
  if (!version.enabled) return { health: "disabled", version };
  if (!ours(version.tags)) return { health: "foreign", version };
  return { health: lifetimeOf(version.expiresOn, warnBeforeDays), version };
}

/**
 * Looks at the vault. Whatever keeps it from being read, a refusal or an outage, is a health of its own: what was not seen is never ok.
 * @param listed the token's versions, or how the vault refused to list them, where that was asked before
 */
export async function lookAtToken(
  target: ConsentTarget,
  vault: Vault,
  warnBeforeDays: number,
  listed?: readonly SecretVersion[] | VaultError,
): Promise<TokenState> {
  if (listed instanceof VaultError) return unreadable;
  const ours: Ours = (tags) => isOurs(target, tags);
  const state = await refusedOr(lookAtVersions(vault, target.refreshTokenName, ours, warnBeforeDays, listed));
  return state instanceof VaultError ? unreadable : state;
}

export const unreadable: TokenState = { health: "unreadable", version: undefined };

/** As {@link judgeVersions}, of what the vault lists; one that is not there may be soft-deleted. */
export async function lookAtVersions(
  vault: Vault,
  name: string,
  ours: Ours,
  warnBeforeDays: number,
  listed?: readonly SecretVersion[],
): Promise<TokenState> {
  const state = judgeVersions(listed ?? (await vault.listVersions(name)), ours, warnBeforeDays);
  // Not every reader may look at deleted secrets; then it is just missing.
  const isDeleted = state.health === "missing" && (await refusedOr(vault.isDeleted(name))) === true;
  return isDeleted ? { ...state, health: "deleted" } : state;
}

/** What a vault answers, or how it refuses to. */
export async function refusedOr<T>(answer: Promise<T>): Promise<T | VaultError> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof VaultError) return error;
    throw error;
  }
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
