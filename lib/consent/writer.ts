/** The one way by which a token comes into the vault: begin, obtain tokens, verify, store, and look again. */
import { Failure, type Fix } from "../errors/failure";
import type { ApplicationCredential } from "../oauth/confidential-client";
import { discoverTenant } from "../oauth/discovery";
import type { Tokens } from "../oauth/refresh-token";
import { pause } from "../startup/waiting";
import { type SecretVersion, Vault } from "../vault/secrets";
import { credentialOf } from "./client-credential";
import { ConsentRequiredError, onceUsable } from "./errors";
import { factsOf, judgeVersions, type TokenFacts, type TokenState, unlessDisabled } from "./health";
import { listPause, refuseMadeOfRevoked, repairOvertaken } from "./overtaken";
import { beginWriting, type StoreOptions, storeToken, type Writer } from "./store";
import { takeOwnership } from "./owning-stack";
import { type ConsentTarget, probeName, type Progress } from "./target";
import { isOurs, type Versions } from "./tags";
import { onceRoleActs } from "./vault-wait";
import { type VerifiedTokens, verifyTokens } from "./verify";

/** What is stored now, and the tokens that were obtained for it. */
export interface Written {
  state: TokenState;
  token: TokenFacts;
  tokens: Tokens;
}

export interface Begun {
  writer: Writer;
  /** With its credential, for memory only. */
  application: ApplicationCredential;
}

/** Called first, or a token could be lost. @throws OtherStackError, EntraError, as {@link credentialOf} */
export async function beginConsent(target: ConsentTarget, progress: Progress): Promise<Begun> {
  const vault = new Vault(target.cloud, target.vaultUri);
  const { application, versions } = await preflight(target, vault, progress);
  return { writer: beginWriting(takeOwnership(target, vault, versions, progress), vault, versions), application };
}

/** Checks cloud and tenant, that the vault can be listed and written, and that the credential works. */
export async function preflight(
  target: ConsentTarget,
  vault: Vault,
  progress: Progress,
  deadline?: number,
): Promise<Pick<Begun, "application"> & { versions: SecretVersion[] }> {
  await discoverTenant(target.cloud, target.tenantId);
  const prove = async () => {
    const versions = await vault.listVersions(target.refreshTokenName);
    await vault.store(probeName, { value: "probe", contentType: "text/plain", tags: {}, enabled: false });
    return { versions, application: await credentialOf(target, vault, target.clientSecretName) };
  };
  return await onceRoleActs(target, prove, progress, deadline);
}

/** Obtains, then stores. @throws VerificationError, OlderTokensError, ConsentRequiredError, VaultError */
export async function writeToken(
  writer: Writer,
  obtain: () => Promise<Tokens>,
  options: StoreOptions = {},
): Promise<Written> {
  return await storeVerified(writer, verifyTokens(writer.target, await obtain()), options);
}

export interface Redemption extends Pick<StoreOptions, "milliseconds" | "lost"> {
  /** The newest version, of these. */
  version: SecretVersion;
  versions: Versions;
  redeem: () => Promise<Tokens>;
  /** Another check, before anything is stored. */
  check?: (verified: VerifiedTokens) => void;
  /** Whether it stays if it can be redeemed; otherwise the rolled one replaces it. */
  isKept: boolean;
}

/**
 * Redeems the stored token and verifies the result, even if it is kept: its age does not show that it works.
 * If a run is killed between the steps, the next one finishes them. @throws as {@link writeToken}
 * @returns undefined when another writer was faster: storing this one's tags would undo its rotation
 */
export async function rewriteToken(
  writer: Writer,
  { version, versions, redeem, check, isKept, ...options }: Redemption,
): Promise<Written | undefined> {
  const { target, vault } = writer;
  await refuseMadeOfRevoked(writer, versions, version);
  const tokens = await unlessDisabled(redeem());
  // The next list shows who disabled it.
  if (tokens === undefined) return undefined;
  const verified = verifyTokens(target, tokens);
  check?.(verified);
  const listed = await vault.listVersions(target.refreshTokenName);
  const newest = stateOf(target, listed).version;
  if (newest?.version !== version.version || !newest.enabled) return undefined;
  // The run that stored it may have ended before it disabled the versions before.
  if (isKept) return writtenOf(writer, tokens, await repairOvertaken(writer, version.version, { listed }));
  return await storeVerified(writer, verified, { ...options, redeemed: version });
}

async function storeVerified(writer: Writer, verified: VerifiedTokens, options: StoreOptions): Promise<Written> {
  const stored = await storeToken(writer, verified, options);
  const known = { before: writer.before, redeemed: options.redeemed };
  return writtenOf(writer, verified.tokens, await repairOvertaken(writer, stored, known));
}

function writtenOf({ target, vault }: Writer, tokens: Tokens, left: Versions): Written {
  const state = stateOf(target, left);
  if (state.health !== "disabled") return { state, token: factsOf(state), tokens };
  throw new ConsentRequiredError(
    `The token that was just stored in ${vault.uri} was disabled at once by somebody else.`,
    onceUsable,
  );
}

const stateOf = (target: ConsentTarget, versions: Versions): TokenState =>
  judgeVersions(versions, (tags) => isOurs(target, tags), 0);

/** How often a writer starts over because another one replaced the token that it began with. */
const mostAttempts = 10;

/**
 * Starts over as often as another writer is faster. @param again the fix if others always are
 * @param attempt with the versions of that moment, newest first @param first those of the first attempt
 */
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
