/** The tokens and credentials in a vault and their expiry, from secrets' metadata, page by page: no value is read. */
import { inOrder } from "../azure/in-order";
import type { Cloud } from "../config/clouds";
import { concurrency, type CredentialKind } from "../config/limits";
import { Failure, type Parts, present } from "../errors/failure";
import type { ListedSecret, SecretVersion, Vault } from "../vault/secrets";
import { refusedOr, VaultError } from "../vault/vault-error";
import { isRecordName, keyOf, credentialKindOf } from "../credential/credential-record";
import { ForeignTokenError, revokedBy } from "./errors";
import { factsOf, lookAtVersions, type TokenFacts } from "./health";
import { type Health, lifetimeOf } from "../credential/lifetime";
import { areOwn, ownTags, tenantInName } from "./stored-token";
import { refreshTokenNameOf, refreshTokenPrefix } from "./target";

export interface TokenEntry extends Omit<TokenFacts, "version"> {
  name: string;
  tenantId: string;
  /** When its newest version was stored: at the consent, or when it was last renewed. */
  createdOn: string;
  /** The vault secret with the credential for it; "" if its tags are not this project's, or it was revoked. */
  credential: string;
  /** The problem, if the health does not describe it. */
  problem: Parts | undefined;
}

export interface CredentialEntry {
  name: string;
  kind: CredentialKind;
  health: Extract<Health, "ok" | "missing" | "disabled" | "expired" | "unreadable">;
  createdOn: string;
  /** "" when it has no expiry in the vault. */
  expiresOn: string;
  /** The end of the previous credential; "" if there is none. */
  previousExpiresOn: string;
  /** Whether a token names it. */
  inUse: boolean;
  problem: Parts | undefined;
}

export interface Inventory {
  tokens: TokenEntry[];
  credentials: CredentialEntry[];
}

export type Entry = { token: TokenEntry } | { credential: CredentialEntry };

type ListedToken = Pick<ListedSecret, "name"> & Partial<ListedSecret>;

/**
 * The tokens in the vault's order, then the credentials by name; it keeps no entry.
 * @param tenantId reads only this tenant's token, by its versions: a reader may have a role on that secret alone
 * @param atOnce how many secrets' versions are listed concurrently
 * @throws VaultError when nothing can be listed; a single unreadable secret has the health `unreadable`
 */
export async function* lookThrough(
  cloud: Cloud,
  vault: Vault,
  tenantId: string | undefined,
  atOnce = concurrency.default,
): AsyncGenerator<Entry> {
  const inUse = new Set<string>();
  const names = new Set<string>();
  const tokens = tenantId === undefined ? tokensIn(vault, names) : [{ name: refreshTokenNameOf(tenantId) }];
  for await (const token of inOrder(tokens, atOnce, async (one) => tokenEntry(cloud, vault, one))) {
    if (token.credential !== "") inUse.add(token.credential);
    yield { token };
  }
  const all = [...new Set([...inUse, ...names])].sort();
  for await (const credential of inOrder(all, atOnce, async (name) => credentialEntry(vault, name, inUse.has(name))))
    // A credential that no token names, disabled or expired, needs no attention.
    if (credential.inUse || !["disabled", "expired"].includes(credential.health)) yield { credential };
}

/** @param records takes the names of the credentials on the same pages */
async function* tokensIn(vault: Vault, records: Set<string>): AsyncGenerator<ListedToken> {
  for await (const page of vault.secrets(refreshTokenPrefix))
    for (const one of page) {
      if (tenantInName(one.name) !== undefined) yield one;
      else if (isRecordName(one.name)) records.add(one.name);
    }
}

async function tokenEntry(cloud: Cloud, vault: Vault, listed: ListedToken): Promise<TokenEntry> {
  const { name } = listed;
  const tenantId = present(tenantInName(name), `The name ${name} holds no tenant.`);
  // The list does not contain the id of the newest version.
  const versions = isUsable(cloud, listed) ? [{ ...listed, version: "" }] : await refusedOr(vault.listVersions(name));
  const state = await lookAtVersions(vault, name, areOwn(cloud, name), 0, versions);
  const { version: _, ...facts } = factsOf(state);
  const entry = { name, tenantId, ...facts, createdOn: state.version?.createdOn.toISOString() ?? "" };
  if (versions instanceof VaultError) return { ...entry, credential: "", problem: versions };
  const own = state.version && ownTags(cloud, name, state.version.tags);
  if (own === undefined || own instanceof Failure) return { ...entry, credential: "", problem: own };
  const revoked = state.health === "disabled" ? revokedBy(own) : undefined;
  return { ...entry, credential: revoked === undefined ? own.credential : "", problem: revoked };
}

/** Whether the listed version is in use: a disabled or foreign version may hide another of the same second. */
const isUsable = (cloud: Cloud, listed: ListedToken): listed is ListedSecret =>
  listed.enabled === true && !(ownTags(cloud, listed.name, listed.tags ?? {}) instanceof ForeignTokenError);

async function credentialEntry(vault: Vault, name: string, inUse: boolean): Promise<CredentialEntry> {
  const versions = await refusedOr(vault.listVersions(name));
  const [all, problem] = versions instanceof VaultError ? [[], versions] : [versions, undefined];
  const [newest] = all;
  const previous = newest && all.find((one) => one.enabled && keyOf(one) !== keyOf(newest));
  return {
    name,
    kind: newest === undefined ? "secret" : credentialKindOf(newest),
    health: problem === undefined ? healthOf(newest) : "unreadable",
    createdOn: newest?.createdOn.toISOString() ?? "",
    expiresOn: newest?.expiresOn?.toISOString() ?? "",
    previousExpiresOn: previous?.expiresOn?.toISOString() ?? "",
    inUse,
    problem,
  };
}

function healthOf(newest: SecretVersion | undefined): CredentialEntry["health"] {
  if (newest === undefined) return "missing";
  if (!newest.enabled) return "disabled";
  return lifetimeOf(newest.expiresOn, 0) === "expired" ? "expired" : "ok";
}
