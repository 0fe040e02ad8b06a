/** The health of the stored token, from the list of its versions: a disabled version's value cannot be read. */
import type { SecretVersion, Vault } from "../vault/secrets";
import { refusedOr, VaultError } from "../vault/vault-error";
import { type Health, lifetimeOf } from "../credential/lifetime";
import { type Ours, timeIn, type TokenTags, tokenTags, type Versions } from "./tags";

export interface TokenState {
  health: Health;
  /** The version that the health applies to; undefined when there is none. */
  version: SecretVersion | undefined;
}

/** The time of a version's sign-in, in milliseconds; 0 if the tag has no valid time. */
export const consentedAt = (one: SecretVersion): number => timeIn(one, "consented-at") ?? 0;

/** The current version of a token: the newest enabled version of the latest sign-in. @param versions newest first */
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

/** As {@link judgeVersions}; a token without versions may be soft-deleted, and an unreadable token is never ok. */
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
  const { account = "", "account-name": accountName = "" } = tags;
  const consented = tags["consented-at"] === undefined ? undefined : version && timeIn(version, "consented-at");
  const consentedOn = consented === undefined ? "" : new Date(consented).toISOString();
  const expiresOn = version?.expiresOn?.toISOString() ?? "";
  return { health, version: version?.version ?? "", account, accountName, consentedOn, expiresOn };
}
