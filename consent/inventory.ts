/** What is in a vault and how long it lives: from the metadata of its secrets alone, no value is read. */
import type { Cloud } from "../config/clouds";
import { Failure, ownCommand, type Parts, present, run } from "../errors/failure";
import type { SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { factsOf, type Health, lookAtVersions, refusedOr, type TokenFacts, unreadable } from "./health";
import { clientSecretPrefix, credentialWords, parseReference } from "./credential-reference";
import { lifetimeOf } from "./lifetime";
import { areOwn, ownTags, targetOfToken, tenantInName, tokenNames } from "./stored-token";
import type { TokenTags } from "./tags";
import { type ConsentTarget, refreshTokenNameOf } from "./target";

export interface TokenEntry extends TokenFacts {
  name: string;
  tenantId: string;
  /** When its newest version was stored: at the consent, or when it was last renewed. */
  createdOn: string;
  /** The client secret it is redeemed with; "" where its tags are not ours. */
  clientSecretName: string;
  /** That another client secret was published since, by whoever a held-up writer stored over. Once that one's is gone, nothing redeems it. */
  overtaken?: Parts | undefined;
  /** What is wrong where health alone does not say it. */
  problem: Parts | undefined;
}

export interface ClientSecretEntry {
  name: string;
  health: Extract<Health, "ok" | "missing" | "disabled" | "expired" | "unreadable">;
  createdOn: string;
  /** "" when the vault knows no end. */
  expiresOn: string;
  /** Whether a token names it; others wait to be removed. */
  inUse: boolean;
  problem: Parts | undefined;
}

export interface Inventory {
  tokens: TokenEntry[];
  clientSecrets: ClientSecretEntry[];
}

/** Looks at all tokens and client secrets, or at one tenant's. @throws VaultError when nothing can be listed; a single one is `unreadable` */
export async function takeInventory(cloud: Cloud, vault: Vault, tenantId: string | undefined): Promise<Inventory> {
  const names = tenantId === undefined ? await tokenNames(vault) : [refreshTokenNameOf(tenantId)];
  const tokens = await Promise.all(names.map((name) => tokenEntry(cloud, vault, name)));
  const inUse = new Set(tokens.map(({ clientSecretName }) => clientSecretName).filter((name) => name !== ""));
  const others = tenantId === undefined ? await vault.names(clientSecretPrefix) : [];
  const secretNames = [...new Set([...inUse, ...others])].sort();
  const clientSecrets = await Promise.all(secretNames.map((name) => clientSecretEntry(vault, name, inUse.has(name))));
  return { tokens, clientSecrets };
}

async function tokenEntry(cloud: Cloud, vault: Vault, name: string): Promise<TokenEntry> {
  const tenantId = present(tenantInName(name), `The name ${name} holds no tenant.`);
  const versions = await refusedOr(vault.listVersions(name));
  const listed =
    versions instanceof VaultError ? versions : lookAtVersions(vault, name, areOwn(cloud, name), 0, versions);
  const found = listed instanceof VaultError ? listed : await refusedOr(listed);
  const state = found instanceof VaultError ? unreadable : found;
  const own = found instanceof VaultError ? found : state.version && ownTags(cloud, name, state.version.tags);
  const tags = own instanceof Failure ? undefined : own;
  return {
    name,
    tenantId,
    ...factsOf(state),
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

async function clientSecretEntry(vault: Vault, name: string, inUse: boolean): Promise<ClientSecretEntry> {
  const reference = parseReference(name);
  const listed =
    reference?.kind === "certificate"
      ? vault.certificates.find(reference.name, reference.version).then((one) => (one === undefined ? [] : [one]))
      : vault.listVersions(name);
  const found: readonly Held[] | VaultError = await refusedOr(listed);
  const problem = found instanceof VaultError ? found : undefined;
  const [newest] = found instanceof VaultError ? [] : found;
  return {
    name: reference?.name ?? name,
    health: problem === undefined ? healthOf(newest) : "unreadable",
    createdOn: newest?.createdOn.toISOString() ?? "",
    expiresOn: newest?.expiresOn?.toISOString() ?? "",
    inUse,
    problem,
  };
}

/** What both kinds tell. */
type Held = Pick<SecretVersion, "enabled" | "createdOn" | "expiresOn">;

function healthOf(newest: Held | undefined): ClientSecretEntry["health"] {
  if (newest === undefined) return "missing";
  if (!newest.enabled) return "disabled";
  return lifetimeOf(newest.expiresOn, 0) === "expired" ? "expired" : "ok";
}
