/** The health of the stored token, from the list of its versions: a disabled one's value cannot be read. */
import type { SecretVersion, Vault } from "../vault/secrets";
import { onReason, VaultError } from "../vault/vault-error";
import { type Health, lifetimeOf } from "./lifetime";
import { type Ours, timeIn, type TokenTags, tokenTags, type Versions } from "./tags";

export interface TokenState {
  health: Health;
  /** The version that the health applies to; undefined when there is none. */
  version: SecretVersion | undefined;
}

/** When a person signed in for it, in milliseconds; 0 for a time that decides nothing. */
export const consentedAt = (one: SecretVersion): number => timeIn(one, "consented-at") ?? 0;

/** The version that stands for a token: the newest enabled one of the latest sign-in that has one. @param versions newest first */
export function currentOf(versions: Versions, ours: Ours): SecretVersion | undefined {
  const usable = versions.filter((one) => one.enabled && ours(one.tags));
  return usable.toSorted((one, other) => consentedAt(other) - consentedAt(one))[0];
}

/** @param versions newest first */
export function judgeVersions(versions: Versions, ours: Ours, warnBeforeDays: number): TokenState {
  // Times are in whole seconds, so two versions may tie: an enabled one then represents both.
  const isNewest = ({ createdOn }: SecretVersion) => createdOn.getTime() === versions[0]?.createdOn.getTime();
  const version = versions.find((one) => one.enabled && isNewest(one)) ?? versions[0];
  if (version === undefined) return { health: "missing", version };
  if (!version.enabled) return { health: "disabled", version };
  if (!ours(version.tags)) return { health: "foreign", version };
  return { health: lifetimeOf(version.expiresOn, warnBeforeDays), version };
}

/** As {@link judgeVersions}; one that is not listed may be soft-deleted, and an unread one is never ok. */
export async function lookAtVersions(
  vault: Vault,
  name: string,
  ours: Ours,
  warnBeforeDays: number,
  listed: Versions | VaultError,
): Promise<TokenState> {
  if (listed instanceof VaultError) return { health: "unreadable", version: undefined };
  const state = judgeVersions(listed, ours, warnBeforeDays);
  // Not every reader may list deleted secrets; then it counts as missing.
  const isDeleted = state.health === "missing" && (await refusedOr(vault.isDeleted(name))) === true;
  return isDeleted ? { ...state, health: "deleted" } : state;
}

/** The vault's response, or its refusal as a value. */
export async function refusedOr<T>(answer: Promise<T>): Promise<T | VaultError> {
  return await answer.catch((error: unknown) => {
    if (error instanceof VaultError) return error;
    throw error;
  });
}

/** A version's value; undefined if another writer, which replaced it, or a person has disabled it by now. */
export async function unlessDisabled<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch(onReason(undefined, "disabled"));
}

/** For outputs and tables: empty texts if there is no value. */
export interface TokenFacts {
  health: Health;
  version: string;
  account: string;
  accountName: string;
  consentedOn: string;
  expiresOn: string;
}

export function factsOf({ health, version }: TokenState): TokenFacts {
  const tags: Partial<TokenTags> = (version && tokenTags(version.tags)) ?? {};
  const { account = "", "account-name": accountName = "", "consented-at": consentedOn = "" } = tags;
  const expiresOn = version?.expiresOn?.toISOString() ?? "";
  return { health, version: version?.version ?? "", account, accountName, consentedOn, expiresOn };
}
