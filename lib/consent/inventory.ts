/** What is in a vault and when it expires, from its secrets' metadata, page by page: no value is read. */
import { inOrder } from "../azure/in-order";
import type { Cloud } from "../config/clouds";
import { concurrency } from "../config/limits";
import { Failure, ownCommand, type Parts, present, run } from "../errors/failure";
import type { ListedSecret, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { factsOf, lookAtVersions, refusedOr, type TokenFacts } from "./health";
import {
  clientCertificatePrefix,
  clientSecretPrefix,
  type CredentialVersion,
  credentialWords,
  parseReference,
  versionInUse,
} from "./credential-reference";
import { ForeignTokenError, revokedBy } from "./errors";
import { type Health, lifetimeOf } from "./lifetime";
import { isChecked } from "./published-credential";
import { areOwn, ownTags, targetOfToken, tenantInName } from "./stored-token";
import { probeName, refreshTokenNameOf, refreshTokenPrefix } from "./target";

export interface TokenEntry extends Omit<TokenFacts, "version"> {
  name: string;
  tenantId: string;
  /** When its newest version was stored: at the consent, or when it was last renewed. */
  createdOn: string;
  /** The client secret it is redeemed with; "" if its tags are not this project's, or it was revoked. */
  clientSecretName: string;
  /** If a delayed writer stored over a later publication: nothing redeems it once its secret is gone. */
  overtaken?: Parts | undefined;
  /** The problem, if the health does not describe it. */
  problem: Parts | undefined;
}

export interface ClientSecretEntry {
  /** Of a certificate `<name>/<version>`: each rotation makes another version. */
  name: string;
  health: Extract<Health, "ok" | "missing" | "disabled" | "expired" | "unreadable">;
  createdOn: string;
  /** "" when it has no expiry in the vault. */
  expiresOn: string;
  /** Whether a token names it; unused ones can be removed. */
  inUse: boolean;
  problem: Parts | undefined;
}

export interface Inventory {
  tokens: TokenEntry[];
  clientSecrets: ClientSecretEntry[];
}

export type Found = { token: TokenEntry } | { clientSecret: ClientSecretEntry };

/**
 * The tokens as {@link TokenList.tokens} gives them, then the client secrets by name; it keeps no entry.
 * @param tenantId reads only this tenant's token, by its versions: a reader may have a role on that alone
 * @param atOnce how many secrets' versions are listed concurrently
 * @throws VaultError when nothing can be listed; a single one is `unreadable`
 */
export async function* lookThrough(
  cloud: Cloud,
  vault: Vault,
  tenantId: string | undefined,
  atOnce = concurrency.default,
): AsyncGenerator<Found> {
  const list = new TokenList(cloud, vault);
  const tokens = tenantId === undefined ? list.tokens() : [{ name: refreshTokenNameOf(tenantId), newest: undefined }];
  const inUse = new Set<string>();
  for await (const token of inOrder(tokens, atOnce, async (one) => tokenEntry(cloud, vault, one))) {
    if (token.clientSecretName !== "") inUse.add(entryName(token.clientSecretName));
    yield { token };
  }
  const listed = new Map<string, CredentialVersion>(list.clientSecrets);
  for (const name of list.certificates) {
    const versions = await refusedOr(vault.certificates.listVersions(name));
    // If they may not be listed, those that tokens name are read one by one.
    if (versions instanceof VaultError) continue;
    for (const one of versions) listed.set(`${name}/${one.version}`, one);
  }
  const names = [...new Set([...inUse, ...listed.keys()])].sort();
  const secretEntry = async (name: string) => await clientSecretEntry(vault, name, inUse.has(name), listed.get(name));
  for await (const clientSecret of inOrder(names, atOnce, secretEntry))
    // A client secret that was rotated out needs nobody once it has ended, or was removed: that disables it.
    if (clientSecret.inUse || !["disabled", "expired"].includes(clientSecret.health)) yield { clientSecret };
}

async function tokenEntry(cloud: Cloud, vault: Vault, { name, newest }: ListedToken): Promise<TokenEntry> {
  const tenantId = present(tenantInName(name), `The name ${name} holds no tenant.`);
  // The list does not contain the id of the newest version.
  const versions = newest === undefined ? await refusedOr(vault.listVersions(name)) : [{ ...newest, version: "" }];
  const state = await lookAtVersions(vault, name, areOwn(cloud, name), 0, versions);
  const { version: _, ...facts } = factsOf(state);
  const entry = { name, tenantId, ...facts, createdOn: state.version?.createdOn.toISOString() ?? "" };
  if (versions instanceof VaultError) return { ...entry, clientSecretName: "", problem: versions };
  const own = state.version && ownTags(cloud, name, state.version.tags);
  if (own === undefined || own instanceof Failure) return { ...entry, clientSecretName: "", problem: own };
  const revoked = state.health === "disabled" ? revokedBy(state.version?.tags ?? {}) : undefined;
  if (revoked !== undefined) return { ...entry, clientSecretName: "", problem: revoked };
  const clientSecretName = own["client-secret"];
  const published = targetOfToken(cloud, vault.uri, name, own, versions).clientSecretName;
  const overtaken = published === clientSecretName ? undefined : overtakenBy(published, clientSecretName, tenantId);
  return { ...entry, clientSecretName, overtaken, problem: undefined };
}

const overtakenBy = (published: string, named: string, tenantId: string): Parts => ({
  what: `It uses ${credentialWords(named)}, but ${credentialWords(published)} is the current one.`,
  why: "It was stored during a rotation, and its run ended before it could switch.",
  fixes: [run("Switch it", ownCommand("renew", "--partner-tenant", tenantId))],
});

/** The name of an entry, from the reference in a token's tag. */
function entryName(reference: string): string {
  const found = parseReference(reference);
  return found?.kind === "certificate" ? `${found.name}/${found.version}` : reference;
}

/** @param listed if it was in a list: consumers use the newest version, whatever the state of those before */
async function clientSecretEntry(
  vault: Vault,
  entry: string,
  inUse: boolean,
  listed: CredentialVersion | undefined,
): Promise<ClientSecretEntry> {
  const [name = "", version] = entry.split("/");
  const found = listed ?? (await refusedOr(versionInUse(vault, name, version)));
  const [held, problem] = found instanceof VaultError ? [undefined, found] : [found, undefined];
  return {
    name: entry,
    health: problem === undefined ? healthOf(held) : "unreadable",
    createdOn: held?.createdOn.toISOString() ?? "",
    expiresOn: held?.expiresOn?.toISOString() ?? "",
    inUse,
    problem,
  };
}

function healthOf(held: CredentialVersion | undefined): ClientSecretEntry["health"] {
  if (held === undefined) return "missing";
  if (!held.enabled) return "disabled";
  return lifetimeOf(held.expiresOn, 0) === "expired" ? "expired" : "ok";
}

interface ListedToken {
  name: string;
  /** Its newest version, if that is sufficient; undefined: its versions must be listed. */
  newest: ListedSecret | undefined;
}

/**
 * A vault's tokens, and what the same list shows of their credentials. A request lists 25 newest versions,
 * or all of one token: only these show whether a delayed writer stored over a later publication.
 */
export class TokenList {
  /** By name, recognized by the name's prefix; complete once {@link tokens} has ended. */
  readonly clientSecrets = new Map<string, ListedSecret>();
  /** Names of certificates: a vault also lists the secret of each certificate. */
  readonly certificates: string[] = [];
  /** The first two secrets that a token could be redeemed with: more make no difference. */
  readonly #redeeming: string[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly vault: Vault,
  ) {}

  /**
   * In the vault's order. An enabled version of ours is sufficient if its writer checked all versions after
   * storing it ({@link isChecked}), or if the vault has no secret but the one that it names: no other can
   * be published then. Tokens that depend on the end of the list come last. @throws VaultError
   */
  async *tokens(): AsyncGenerator<ListedToken> {
    const undecided: ListedSecret[] = [];
    for await (const page of this.vault.secrets(refreshTokenPrefix)) {
      for (const one of page) {
        const { name } = one;
        if (tenantInName(name) === undefined) this.#take(one);
        else if (!this.#isUsable(one)) yield { name, newest: undefined };
        else if (isChecked(one)) yield { name, newest: one };
        else if (this.#mayBeReplaced(one)) yield { name, newest: undefined };
        else undecided.push(one);
      }
    }
    for (const one of undecided) yield { name: one.name, newest: this.#mayBeReplaced(one) ? undefined : one };
  }

  #take(one: ListedSecret): void {
    const { name } = one;
    if (name.startsWith(clientSecretPrefix)) this.clientSecrets.set(name, one);
    if (name.startsWith(clientCertificatePrefix)) this.certificates.push(name);
    const redeems = name !== probeName && !name.startsWith(refreshTokenPrefix);
    if (redeems && this.#redeeming.length < 2) this.#redeeming.push(name);
  }

  /** A disabled or foreign version may not be the one in use: another may be of the same second. */
  #isUsable({ name, enabled, tags }: ListedSecret): boolean {
    return enabled && !(ownTags(this.cloud, name, tags) instanceof ForeignTokenError);
  }

  #mayBeReplaced({ tags }: ListedSecret): boolean {
    return this.#redeeming.some((name) => name !== tags["client-secret"]);
  }
}
