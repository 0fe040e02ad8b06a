/**
 * A token in a vault, and its tags. Whoever may write tags can change them, so they count only if they
 * agree with the given cloud and with the tenant in the secret's name.
 */
import type { Cloud } from "../config/clouds";
import { isGuid } from "../config/limits";
import { again, run } from "../errors/failure";
import { readableClaims } from "../oauth/claims";
import { redeemRefreshToken, type Tokens } from "../oauth/refresh-token";
import type { ListedSecret, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { type Client, RecordedCredential } from "../credential/client-credential";
import { consentAgain, findOutWho, ForeignTokenError, OtherCloudError, revokedBy } from "./errors";
import { isOurs, type Ours, type Tags, tokenTags, type TokenTags } from "./tags";
import { type ConsentTarget, probeName, refreshTokenNameOf, refreshTokenPrefix } from "./target";

export interface StoredToken {
  tags: TokenTags;
  /** For memory only. */
  refreshToken: string;
  /** The credential of the token's application. */
  credential: RecordedCredential;
}

/** The tenant in a refresh token's name; undefined for a secret that only has the same prefix. */
export function tenantInName(name: string): string | undefined {
  const tenantId = name.slice(refreshTokenPrefix.length);
  return name.startsWith(refreshTokenPrefix) && isGuid(tenantId) ? tenantId : undefined;
}

/** The vault's refresh tokens, by name. */
export async function listTokens(vault: Vault): Promise<ListedSecret[]> {
  const listed = await vault.listed(refreshTokenPrefix);
  return listed.filter(({ name }) => tenantInName(name) !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const tokenNames = async (vault: Vault): Promise<string[]> => (await listTokens(vault)).map(({ name }) => name);

/** A token's tags if they are this project's and consistent; else an error that describes the problem. */
export function ownTags(cloud: Cloud, name: string, tags: Tags): TokenTags | ForeignTokenError {
  const parsed = tokenTags(tags);
  if (parsed === undefined) {
    const what = `Secret ${name} was not stored by this project: it lacks the tags that say whose token it is.`;
    return new ForeignTokenError(what, consentAgain);
  }
  if (parsed.cloud !== cloud.name) {
    const what = `The token in ${name} is of ${parsed.cloud}, and ${cloud.name} was asked for.`;
    return new OtherCloudError(what, run("Ask for the cloud that it is of", again("--cloud", parsed.cloud)));
  }
  const elsewhere = elsewhereIn(name, parsed);
  if (elsewhere === undefined) return parsed;
  const why = "Somebody changed them; nothing was sent anywhere.";
  return new ForeignTokenError({ what: `The tags of ${name} point elsewhere: ${elsewhere}.`, why }, findOutWho);
}

export const areOwn =
  (cloud: Cloud, name: string): Ours =>
  (tags) =>
    !(ownTags(cloud, name, tags) instanceof ForeignTokenError);

/** Whether a version's tags are this project's and match the target. */
export function oursOf(target: Client & Pick<ConsentTarget, "refreshTokenName">): Ours {
  const areTagsOwn = areOwn(target.cloud, target.refreshTokenName);
  return (tags) => isOurs(target, tags) && areTagsOwn(tags);
}

const secretName = /^[0-9a-z-]{1,127}$/u;

/** The tag that a token of this name cannot have. */
function elsewhereIn(name: string, tags: TokenTags): string | undefined {
  const shown = (tag: keyof TokenTags) => `${tag} is ${JSON.stringify(tags[tag])}`;
  if (tags.tenant.toLowerCase() !== tenantInName(name)?.toLowerCase()) return shown("tenant");
  if (!isGuid(tags.application)) return shown("application");
  // A token's name here would send the token as a client secret. A vault's names are case-insensitive.
  const credential = tags.credential.toLowerCase();
  const isForeign =
    !secretName.test(credential) || credential.startsWith(refreshTokenPrefix) || credential === probeName;
  return isForeign ? shown("credential") : undefined;
}

interface ReadOptions {
  /** Default: the newest. */
  version?: string;
  /** The token's tags from the vault's list: the credential that they name is read concurrently with the token. */
  listed?: Tags;
}

/** @throws ForeignTokenError, VaultError */
export async function readToken(
  cloud: Cloud,
  vault: Vault,
  name: string,
  { version, listed = {} }: ReadOptions = {},
): Promise<StoredToken> {
  const credentialIn = (tags: TokenTags) =>
    new RecordedCredential(
      { cloud, tenantId: tags.tenant, clientId: tags.application },
      vault,
      tags.credential,
      `, which the tags of ${name} name,`,
    );
  const expected = ownTags(cloud, name, listed);
  // The credential is used only if the token's own tags name it.
  const early = expected instanceof ForeignTokenError ? undefined : credentialIn(expected).begin();
  const stored = await vault.read(name, version).catch(async (error: unknown) => {
    throw await revokedOr(vault, name, error);
  });
  const tags = ownTags(cloud, name, stored.tags);
  if (tags instanceof ForeignTokenError) throw tags;
  const isExpected = naming.every((tag) => tags[tag] === listed[tag]);
  return { tags, refreshToken: stored.value, credential: isExpected && early ? early : credentialIn(tags) };
}

/** The error of a revoked token, whose tags only its list of versions shows; any other error unchanged. */
async function revokedOr(vault: Vault, name: string, error: unknown): Promise<unknown> {
  if (!(error instanceof VaultError) || error.reason !== "disabled") return error;
  const [newest] = await vault.listVersions(name).catch(() => []);
  const revoked = newest && revokedBy(newest.tags);
  return revoked === undefined ? error : new VaultError("disabled", revoked);
}

/** The tags that determine the credential. */
const naming = ["application", "tenant", "credential"] as const;

/** Redeems a stored token for a resource. @throws EntraError, CredentialUnusableError, VaultError */
export async function redeemStored(
  cloud: Cloud,
  { tags, credential, refreshToken }: StoredToken,
  resource: string,
  tenantId = tags.tenant,
): Promise<Tokens> {
  return await credential.use((application) =>
    redeemRefreshToken(cloud, { ...application, tenantId }, refreshToken, resource),
  );
}

/**
 * Checks that a token belongs to the account in its tags: everyone who may write secrets can store another token.
 * An unreadable access token passes. @param accessToken of the partner's own tenant @throws ForeignTokenError
 */
export function requireAccount(tags: TokenTags, accessToken: string): void {
  const { oid, upn, unique_name: uniqueName } = readableClaims(accessToken) ?? {};
  if (oid === undefined || oid.toLowerCase() === tags.account.toLowerCase()) return;
  const name = refreshTokenNameOf(tags.tenant);
  const what = `The token in ${name} belongs to ${upn ?? uniqueName ?? oid}, but its tags name ${tags["account-name"]}.`;
  throw new ForeignTokenError(what, findOutWho);
}

/** The target that a token was consented for, without the account, whose name may change. */
export const targetOfToken = (cloud: Cloud, vaultUri: string, name: string, tags: TokenTags): ConsentTarget => ({
  ...{ cloud, tenantId: tags.tenant, clientId: tags.application, vaultUri, refreshTokenName: name },
  ...{ credential: tags.credential, account: undefined, permissions: [], stack: tags.stack },
});
