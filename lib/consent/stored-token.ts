/**
 * A token in a vault, and its tags. Whoever may write tags can change them, so they count only if they
 * agree with the given cloud and with the tenant in the secret's name.
 */
import type { Cloud } from "../config/clouds";
import { isGuid } from "../config/limits";
import { again, run } from "../errors/failure";
import { EntraError } from "../oauth/aadsts";
import type { ApplicationCredential } from "../oauth/confidential-client";
import { readableClaims } from "../oauth/claims";
import { redeemRefreshToken, type Tokens } from "../oauth/refresh-token";
import type { ListedSecret, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { credentialOf } from "./client-credential";
import { parseReference } from "./credential-reference";
import { consentAgain, findOutWho, ForeignTokenError, isCredentialMissing, OtherCloudError, revokedBy } from "./errors";
import { publishedCredentialIn } from "./published-credential";
import { isOurs, type Ours, type Tags, tokenTags, type TokenTags, type Versions } from "./tags";
import { type Client, type ConsentTarget, probeName, refreshTokenNameOf, refreshTokenPrefix } from "./target";

export interface StoredToken {
  tags: TokenTags;
  /** For memory only. */
  refreshToken: string;
  /** The application and the credential that redeem it, for memory only. */
  application: ApplicationCredential;
}

/** The tenant in a refresh token's name; undefined for a secret that only has the same prefix. */
export function tenantInName(name: string): string | undefined {
  const tenantId = name.slice(refreshTokenPrefix.length);
  return name.startsWith(refreshTokenPrefix) && isGuid(tenantId) ? tenantId : undefined;
}

/** In the order of their names. */
export async function listTokens(vault: Vault): Promise<ListedSecret[]> {
  const found = await vault.listed(refreshTokenPrefix);
  return found.filter(({ name }) => tenantInName(name) !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const tokenNames = async (vault: Vault): Promise<string[]> => (await listTokens(vault)).map(({ name }) => name);

/** A token's tags if they are this project's and consistent; else an error that describes the problem. */
export function ownTags(cloud: Cloud, name: string, tags: Tags): TokenTags | ForeignTokenError {
  const found = tokenTags(tags);
  if (found === undefined) {
    const what = `Secret ${name} was not stored by this project: it lacks the tags that say whose token it is.`;
    return new ForeignTokenError(what, consentAgain);
  }
  if (found.cloud !== cloud.name) {
    const what = `The token in ${name} is of ${found.cloud}, and ${cloud.name} was asked for.`;
    return new OtherCloudError(what, run("Ask for the cloud that it is of", again("--cloud", found.cloud)));
  }
  const elsewhere = elsewhereIn(name, found);
  if (elsewhere === undefined) return found;
  const why = "Somebody changed them; nothing was sent anywhere.";
  return new ForeignTokenError({ what: `The tags of ${name} point elsewhere: ${elsewhere}.`, why }, findOutWho);
}

export const areOwn =
  (cloud: Cloud, name: string): Ours =>
  (tags) =>
    !(ownTags(cloud, name, tags) instanceof ForeignTokenError);

/** Versions whose tags are this project's and name nothing else than the target. */
export function oursOf(target: Client & Pick<ConsentTarget, "refreshTokenName">): Ours {
  const areTagsOwn = areOwn(target.cloud, target.refreshTokenName);
  return (tags) => isOurs(target, tags) && areTagsOwn(tags);
}

/** The tag that a token of this name cannot have. */
function elsewhereIn(name: string, tags: TokenTags): string | undefined {
  const shown = (tag: keyof TokenTags) => `${tag} is ${JSON.stringify(tags[tag])}`;
  if (tags.tenant.toLowerCase() !== tenantInName(name)?.toLowerCase()) return shown("tenant");
  if (!isGuid(tags.application)) return shown("application");
  const credential = parseReference(tags["client-secret"]);
  // A token's name in place of a client secret's: the token would be sent where a client secret is sent.
  const foreign =
    credential === undefined || credential.name.startsWith(refreshTokenPrefix) || credential.name === probeName;
  return foreign ? shown("client-secret") : undefined;
}

interface ReadOptions {
  /** Default: the newest. */
  version?: string;
  /** A reference; default: the one in its tag. */
  credential?: string;
  /** Its tags as the vault lists them: what they name is read at once with it. */
  listed?: Tags;
}

/** @throws ForeignTokenError, ClientSecretError, ClientCertificateError, VaultError */
export async function readToken(
  cloud: Cloud,
  vault: Vault,
  name: string,
  { version, credential, listed = {} }: ReadOptions = {},
): Promise<StoredToken> {
  const reading = vault.read(name, version).catch(async (error: unknown) => {
    throw await revokedOr(vault, name, error);
  });
  const credentialIn = (tags: TokenTags) =>
    credentialOf(
      { cloud, tenantId: tags.tenant, clientId: tags.application },
      vault,
      credential ?? tags["client-secret"],
      `, which the tags of ${name} name,`,
    );
  const expected = ownTags(cloud, name, listed);
  const early = expected instanceof ForeignTokenError ? undefined : credentialIn(expected);
  // It counts only once the token's own tags name it.
  early?.catch(() => undefined);
  const stored = await reading;
  const tags = ownTags(cloud, name, stored.tags);
  if (tags instanceof ForeignTokenError) throw tags;
  const isExpected = naming.every((tag) => tags[tag] === listed[tag]);
  const found = isExpected && early !== undefined ? early : credentialIn(tags);
  const application = await found.catch(async (error: unknown) => {
    if (!isCredentialMissing(error)) throw error;
    return await publishedInstead(cloud, vault, tags, credential ?? tags["client-secret"], error);
  });
  return { tags, refreshToken: stored.value, application };
}

/** A disabled token's tags are shown by its list of versions alone. */
async function revokedOr(vault: Vault, name: string, error: unknown): Promise<unknown> {
  if (!(error instanceof VaultError) || error.reason !== "disabled") return error;
  const [newest] = await vault.listVersions(name).catch(() => []);
  const revoked = newest && revokedBy(newest.tags);
  return revoked === undefined ? error : new VaultError("disabled", revoked);
}

/** The tags that a credential is read by. */
const naming = ["application", "tenant", "client-secret"] as const;

/**
 * Redeems a stored token for a resource. A delayed writer may just have stored a replaced credential's
 * name: if that is refused, the published one redeems the same token. @throws EntraError
 */
export async function redeemStored(
  cloud: Cloud,
  vault: Vault,
  { tags, application, refreshToken }: StoredToken,
  resource: string,
  tenantId = application.tenantId,
): Promise<Tokens> {
  const redeem = (credential: ApplicationCredential) =>
    redeemRefreshToken(cloud, { ...credential, tenantId }, refreshToken, resource);
  try {
    return await redeem(application);
  } catch (error) {
    const isRefused = isCredentialMissing(error) || (error instanceof EntraError && error.remedy === "secret");
    if (!isRefused) throw error;
    return await redeem(await publishedInstead(cloud, vault, tags, tags["client-secret"], error));
  }
}

/** @returns the published credential @throws the failure if that was tried already, or cannot be read */
async function publishedInstead(
  cloud: Cloud,
  vault: Vault,
  tags: TokenTags,
  tried: string,
  failure: unknown,
): Promise<ApplicationCredential> {
  const name = refreshTokenNameOf(tags.tenant);
  try {
    const target = targetOfToken(cloud, vault.uri, name, tags, await vault.listVersions(name));
    if (target.clientSecretName !== tried) return await credentialOf(target, vault, target.clientSecretName);
  } catch (error) {
    if (!(error instanceof VaultError) && !isCredentialMissing(error)) throw error;
  }
  throw failure;
}

/**
 * Checks that a token is of its tags' account: whoever may write secrets can store another's. An access
 * token that cannot be read passes. @param accessToken of the partner's own tenant @throws ForeignTokenError
 */
export function requireAccount(tags: TokenTags, accessToken: string): void {
  const { oid, upn, unique_name: uniqueName } = readableClaims(accessToken) ?? {};
  if (oid === undefined || oid.toLowerCase() === tags.account.toLowerCase()) return;
  const name = refreshTokenNameOf(tags.tenant);
  const what = `The token in ${name} belongs to ${upn ?? uniqueName ?? oid}, but its tags name ${tags["account-name"]}.`;
  throw new ForeignTokenError(what, findOutWho);
}

/** What a token was consented for, but for the account: names change. @param versions all of that name */
export function targetOfToken(
  cloud: Cloud,
  vaultUri: string,
  name: string,
  tags: TokenTags,
  versions: Versions,
): ConsentTarget {
  const names = { cloud, tenantId: tags.tenant, clientId: tags.application, refreshTokenName: name };
  const published = publishedCredentialIn(versions, oursOf(names));
  return {
    ...names,
    vaultUri,
    clientSecretName: published?.clientSecretName ?? tags["client-secret"],
    clientSecretSince: published?.since,
    account: undefined,
    permissions: [],
    stack: tags.stack,
  };
}
