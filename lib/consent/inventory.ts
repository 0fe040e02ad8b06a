/** What is in a vault and when it expires: from the metadata of its secrets only, without reading a value; page by page, whatever the number. */
import { inOrder } from "../azure/in-order";
import type { Cloud } from "../config/clouds";
import { concurrency } from "../config/limits";
import { Failure, ownCommand, type Parts, present, run } from "../errors/failure";
import type { SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { factsOf, type Health, lookAtVersions, refusedOr, type TokenFacts } from "./health";
import { credentialWords, parseReference } from "./credential-reference";
import { lifetimeOf } from "./lifetime";
import { type ListedToken, TokenList } from "./listed-tokens";
import { areOwn, ownTags, targetOfToken, tenantInName } from "./stored-token";
import type { TokenTags } from "./tags";
import { type ConsentTarget, refreshTokenNameOf } from "./target";

export interface TokenEntry extends Omit<TokenFacts, "version"> {
  name: string;
  tenantId: string;
  /** When its newest version was stored: at the consent, or when it was last renewed. */
  createdOn: string;
  /** The client secret it is redeemed with; "" if its tags are not this project's. */
  clientSecretName: string;
  /** Set if another client secret was published since, and a delayed writer stored over it. Once this one's client secret is gone, nothing redeems it. */
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

/** One of either kind, in the order in which they are found. */
export type Found = { token: TokenEntry } | { clientSecret: ClientSecretEntry };

/** Everything that {@link lookThrough} finds, by name. @throws as it does */
export async function takeInventory(cloud: Cloud, vault: Vault, tenantId: string | undefined): Promise<Inventory> {
  const inventory: Inventory = { tokens: [], clientSecrets: [] };
  for await (const found of lookThrough(cloud, vault, tenantId)) {
    if ("token" in found) inventory.tokens.push(found.token);
    else inventory.clientSecrets.push(found.clientSecret);
  }
  inventory.tokens.sort((one, other) => (one.name < other.name ? -1 : 1));
  return inventory;
}

/**
 * Reads all tokens and client secrets, one after the other: the tokens in the order of {@link TokenList.tokens}, then the client secrets by
 * name. If the list contains enough about a token, no further request is sent for it; no entry is kept in memory.
 * @param tenantId reads only this tenant's token, by its versions: a reader may have a role on that secret only
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
  const alone = (tenant: string) => [{ name: refreshTokenNameOf(tenant), newest: undefined }];
  const tokens = tenantId === undefined ? list.tokens() : alone(tenantId);
  const inUse = new Set<string>();
  for await (const token of inOrder(tokens, atOnce, async (one) => tokenEntry(cloud, vault, one))) {
    if (token.clientSecretName !== "") inUse.add(entryName(token.clientSecretName));
    yield { token };
  }
  const listed = new Map<string, Held>([...list.clientSecrets, ...(await versionsOfAll(vault, list.certificates))]);
  const names = [...new Set([...inUse, ...listed.keys()])].sort();
  const secretEntry = async (name: string) => await clientSecretEntry(vault, name, inUse.has(name), listed.get(name));
  for await (const clientSecret of inOrder(names, atOnce, secretEntry)) yield { clientSecret };
}

async function tokenEntry(cloud: Cloud, vault: Vault, { name, newest }: ListedToken): Promise<TokenEntry> {
  const versions =
    newest === undefined ? await refusedOr(vault.listVersions(name)) : [{ ...newest, version: newestVersion }];
  return await entryOf(cloud, vault, name, versions);
}

/** The list does not contain the id of the newest version. */
const newestVersion = "";

/** @param versions all of them, or only the newest if that is enough */
async function entryOf(
  cloud: Cloud,
  vault: Vault,
  name: string,
  versions: readonly SecretVersion[] | VaultError,
): Promise<TokenEntry> {
  const tenantId = present(tenantInName(name), `The name ${name} holds no tenant.`);
  const state = await lookAtVersions(vault, name, areOwn(cloud, name), 0, versions);
  const own = versions instanceof VaultError ? versions : state.version && ownTags(cloud, name, state.version.tags);
  const tags = own instanceof Failure ? undefined : own;
  const { health, account, accountName, consentedOn, expiresOn } = factsOf(state);
  return {
    name,
    tenantId,
    health,
    account,
    accountName,
    consentedOn,
    expiresOn,
    createdOn: state.version?.createdOn.toISOString() ?? "",
    clientSecretName: tags?.["client-secret"] ?? "",
    overtaken:
      tags && !(versions instanceof VaultError)
        ? overtakenIn(targetOfToken(cloud, vault.uri, name, tags, versions), tags)
        : undefined,
    problem: own instanceof Failure ? own : undefined,
  };
}

/** @param target with the client secret that is the published one */
function overtakenIn({ clientSecretName, tenantId }: ConsentTarget, tags: TokenTags): Parts | undefined {
  if (tags["client-secret"] === clientSecretName) return undefined;
  return {
    what: `It names ${credentialWords(tags["client-secret"])}, and ${credentialWords(clientSecretName)} has been published since.`,
    why: "Whoever stored it was held up over a rotation and ended before that was put right.",
    fixes: [run("Put it right", ownCommand("renew", "--partner-tenant", tenantId))],
  };
}

/** The name of an entry, from the reference in a token's tag. */
function entryName(reference: string): string {
  const found = parseReference(reference);
  return found?.kind === "certificate" ? `${found.name}/${found.version}` : reference;
}

/** If they may not be listed, those that tokens name are read one by one. */
async function versionsOfAll(vault: Vault, certificates: readonly string[]): Promise<[string, Held][]> {
  const all: [string, Held][] = [];
  for (const name of certificates) {
    const versions = await refusedOr(vault.certificates.listVersions(name));
    if (versions instanceof VaultError) continue;
    all.push(...versions.map((one): [string, Held] => [`${name}/${one.version}`, one]));
  }
  return all;
}

/** @param listed if it was in a list: consumers use the newest version, whatever the state of those before */
async function clientSecretEntry(
  vault: Vault,
  name: string,
  inUse: boolean,
  listed: Held | undefined,
): Promise<ClientSecretEntry> {
  const found: readonly Held[] | VaultError =
    listed === undefined ? await refusedOr(versionsOf(vault, name)) : [listed];
  const problem = found instanceof VaultError ? found : undefined;
  const [newest] = found instanceof VaultError ? [] : found;
  return {
    name,
    health: problem === undefined ? healthOf(newest) : "unreadable",
    createdOn: newest?.createdOn.toISOString() ?? "",
    expiresOn: newest?.expiresOn?.toISOString() ?? "",
    inUse,
    problem,
  };
}

/** Of a certificate the one version that is named; of a client secret all, the newest first. */
async function versionsOf(vault: Vault, entry: string): Promise<readonly Held[]> {
  const [name = "", version] = entry.split("/");
  if (version === undefined) return await vault.listVersions(name);
  const one = await vault.certificates.find(name, version);
  return one === undefined ? [] : [one];
}

/** The properties that both kinds have. */
type Held = Pick<SecretVersion, "enabled" | "createdOn" | "expiresOn">;

function healthOf(newest: Held | undefined): ClientSecretEntry["health"] {
  if (newest === undefined) return "missing";
  if (!newest.enabled) return "disabled";
  return lifetimeOf(newest.expiresOn, 0) === "expired" ? "expired" : "ok";
}
