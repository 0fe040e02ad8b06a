/** The only way to store a token in the vault: begin, obtain tokens, verify, store, and check the versions. */
import { Failure, type Fix } from "../errors/failure";
import { discoverTenant } from "../oauth/discovery";
import type { Tokens } from "../oauth/refresh-token";
import { pause } from "../startup/waiting";
import { type SecretVersion, Vault } from "../vault/secrets";
import { RecordedCredential } from "../credential/client-credential";
import { ConsentRequiredError, onceUsable } from "./errors";
import { consentedAt, currentOf, factsOf, judgeVersions, type TokenFacts, type TokenState } from "./health";
import { unlessDisabled } from "../vault/vault-error";
import { takeOwnership } from "./owning-stack";
import { listPause, refuseMadeOfRevoked, reconcile } from "./reconcile";
import { type StoreOptions, storeToken, type Writer } from "./store";
import { oursOf } from "./stored-token";
import { isOurs, type Versions } from "./tags";
import { type ConsentTarget, probeName, type Progress } from "./target";
import { onceRoleActs } from "./vault-wait";
import { type VerifiedTokens, verifyTokens } from "./verify";

/** The stored token, and the tokens that were obtained for it. */
export interface Written {
  state: TokenState;
  token: TokenFacts;
  tokens: Tokens;
}

export interface PreparedConsent {
  writer: Writer;
  credential: RecordedCredential;
}

/** Checks what could lose a token, before a token is obtained. @throws Failure, EntraError, CredentialUnusableError */
export async function prepareConsent(target: ConsentTarget, progress: Progress): Promise<PreparedConsent> {
  const vault = new Vault(target.cloud, target.vaultUri);
  const { credential, versions } = await preflight(target, vault, progress);
  return { writer: { target: takeOwnership(target, vault, versions, progress), vault, before: versions }, credential };
}

/** Checks cloud and tenant, that the vault can be listed and written, and that the credential works. */
export async function preflight(
  target: ConsentTarget,
  vault: Vault,
  progress: Progress,
  deadline?: number,
): Promise<Pick<PreparedConsent, "credential"> & { versions: SecretVersion[] }> {
  await discoverTenant(target.cloud, target.tenantId);
  const prove = async () => {
    const versions = await vault.listVersions(target.refreshTokenName);
    await vault.store(probeName, { value: "probe", contentType: "text/plain", tags: {}, enabled: false });
    const credential = new RecordedCredential(target, vault, target.credential);
    await credential.use(() => Promise.resolve());
    return { versions, credential };
  };
  return await onceRoleActs(target, prove, progress, deadline);
}

/** Verifies, then stores. @throws VerificationError, OlderTokensError, ConsentRequiredError, VaultError */
export async function writeToken(writer: Writer, tokens: Tokens, options: StoreOptions = {}): Promise<Written> {
  return await storeVerified(writer, verifyTokens(writer.target, tokens), options);
}

export interface Redemption extends Pick<StoreOptions, "milliseconds" | "lost"> {
  /** The current version among `versions`. */
  version: SecretVersion;
  versions: Versions;
  redeem: () => Promise<Tokens>;
  /** Another check, before anything is stored. */
  check?: (verified: VerifiedTokens) => void;
  /** Whether the version stays if it can be redeemed; otherwise the rolled token replaces it. */
  isKept: boolean;
}

/**
 * Redeems the stored token and verifies the result, even if it is kept: its age does not show that it works.
 * If another writer was faster, that writer's version is the result. @throws as {@link writeToken}
 * @returns undefined if the token was disabled meanwhile: the caller lists the versions again
 */
export async function rewriteToken(
  writer: Writer,
  { version, versions, redeem, check, isKept, ...options }: Redemption,
): Promise<Written | undefined> {
  const { target, vault } = writer;
  await refuseMadeOfRevoked(writer, versions, version);
  const tokens = await unlessDisabled(redeem());
  if (tokens === undefined) return undefined;
  const verified = verifyTokens(target, tokens);
  check?.(verified);
  const listed = await vault.listVersions(target.refreshTokenName);
  const current = currentOf(listed, oursOf(target));
  if (current === undefined) return undefined;
  const isOvertaken = current.version !== version.version;
  // The run that stored the version may have ended before it disabled those of earlier sign-ins.
  if (isKept || isOvertaken) {
    const stored = { version: current.version, signedIn: consentedAt(current), redeemed: undefined };
    return writtenOf(writer, tokens, isOvertaken ? listed : await reconcile(writer, stored, listed));
  }
  return await storeVerified(writer, verified, { ...options, redeemed: version });
}

async function storeVerified(writer: Writer, verified: VerifiedTokens, options: StoreOptions): Promise<Written> {
  const stored = await storeToken(writer, verified, options);
  const left = await reconcile(writer, { ...stored, redeemed: options.redeemed });
  return writtenOf(writer, verified.tokens, left);
}

function writtenOf({ target, vault }: Writer, tokens: Tokens, left: Versions): Written {
  const state = judgeVersions(left, (tags) => isOurs(target, tags), 0);
  if (state.health !== "disabled") return { state, token: factsOf(state), tokens };
  throw new ConsentRequiredError(
    `The token that was just stored in ${vault.uri} was disabled at once by somebody else.`,
    onceUsable,
  );
}

/** How often a writer starts over after its first version was disabled, or replaced by another writer. */
const mostAttempts = 10;

/** @param again the fix if others are always faster @param first versions of the first attempt; default: listed */
export async function unlessOvertaken<T>(
  vault: Vault,
  name: string,
  again: Fix,
  attempt: (versions: Versions) => Promise<T | undefined>,
  first?: Versions,
): Promise<T> {
  for (let left = mostAttempts, versions = first; left > 0; left--, versions = undefined) {
    const result = await attempt(versions ?? (await vault.listVersions(name)));
    if (result !== undefined) return result;
    await pause(listPause);
  }
  throw new Failure("renewal-overtaken", {
    what: `The token ${name} in ${vault.uri} changed while it was being renewed, ${mostAttempts} times.`,
    why: "The vault has what others stored; nothing else was stored.",
    fixes: [again],
  });
}
