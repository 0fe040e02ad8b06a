/** Renews a token before it expires: no person is needed, and only its own secret is written. */
import type { Cloud } from "../config/clouds";
import { Failure, ownCommand, present, run } from "../errors/failure";
import { redeemRefreshToken } from "../oauth/refresh-token";
import { now } from "../startup/clock";
import { pause } from "../startup/waiting";
import type { SecretVersion, Vault } from "../vault/secrets";
import { onceCredentialReplicated } from "./client-credential";
import {
  consentAgain,
  consentFirst,
  ConsentRequiredError,
  findOutWho,
  ForeignTokenError,
  VerificationError,
} from "./errors";
import { factsOf, judgeVersions, type TokenFacts, type TokenState, unlessDisabled } from "./health";
import { mostAttempts, refuseMadeOfRevoked, repairOvertaken, storeToken, versionsBefore } from "./store";
import { areOwn, ownTags, readToken, targetOfToken, tenantInName } from "./stored-token";
import { verifyTokens } from "./verify";

export interface Renewal {
  /** kept: it was younger than the limit, and Entra redeemed it. */
  outcome: "renewed" | "kept";
  token: TokenFacts;
}

/** How long storing is retried: unlike after a sign-in, the older token is still there. */
const storeWindow = 20_000;

/** Milliseconds before a renewal starts over: a list may be behind for a moment. */
const overtakenPause = 200;

/**
 * Redeems the newest token of a name and verifies the result, even if the token is then kept: its age alone does not show that it works. The
 * rolled one is stored, and those before it are disabled. If a run is killed between these steps, the next one finishes them. Two
 * concurrent runs do no harm: neither disables the newest. If another writer was faster, the renewal starts over: storing its own tags would undo what a rotation just published.
 * @param olderThan milliseconds; a younger token is kept. Undefined: always renewed
 * @param publishWith the client secret to redeem and publish it with; undefined: the published one
 * @throws ConsentRequiredError, ForeignTokenError, VerificationError, EntraError, VaultError
 */
export async function renew(
  cloud: Cloud,
  vault: Vault,
  name: string,
  olderThan: number | undefined,
  publishWith?: string,
): Promise<Renewal> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const renewal = await attemptRenewal(cloud, vault, name, olderThan, publishWith);
    if (renewal !== undefined) return renewal;
    await pause(overtakenPause);
  }
  throw new Failure("renewal-overtaken", {
    what: `The token ${name} in ${vault.uri} changed while it was being renewed, ${mostAttempts} times.`,
    why: "What others stored is in place; nothing else was stored.",
    fixes: [run("Run it again", ownCommand("renew"))],
  });
}

/** @returns undefined when another version became the newest meanwhile; then nothing was stored */
async function attemptRenewal(
  cloud: Cloud,
  vault: Vault,
  name: string,
  olderThan: number | undefined,
  publishWith: string | undefined,
): Promise<Renewal | undefined> {
  const judged = (versions: readonly SecretVersion[]) => judgeVersions(versions, areOwn(cloud, name), 0);
  const stillUsable = async () => {
    const state = judged(await vault.listVersions(name));
    usableVersion(cloud, vault, name, state);
    return factsOf(state);
  };
  const versions = await vault.listVersions(name);
  const state = judged(versions);
  const version = usableVersion(cloud, vault, name, state);
  const stored = targetOfToken(cloud, vault.uri, name, version.tags, versions);
  await refuseMadeOfRevoked(stored, vault, versions, version);
  const target =
    publishWith === undefined ? stored : { ...stored, clientSecretName: publishWith, clientSecretSince: undefined };
  const read = await unlessDisabled(readToken(cloud, vault, name, version.version, target.clientSecretName));
  // The next attempt's list shows who disabled it.
  if (read === undefined) return undefined;
  const { tags, refreshToken, application } = read;
  const redeem = () => redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter);
  // The published credential was used before; another one may be too new for Entra's servers.
  const tokens = await (publishWith === undefined ? redeem() : onceCredentialReplicated(application, redeem));
  const verified = verifyTokens(target, tokens);
  if (verified.account !== tags.account) {
    throw new VerificationError(
      `The token in ${name} is ${verified.accountName}'s, and its tags say ${tags["account-name"]}. Nothing was stored.`,
      findOutWho,
    );
  }
  if (usableVersion(cloud, vault, name, judged(await vault.listVersions(name))).version !== version.version)
    return undefined;
  if (olderThan !== undefined && now() - version.createdOn.getTime() < olderThan) {
    await repairOvertaken(target, vault, version.version);
    return { outcome: "kept", token: await stillUsable() };
  }
  await storeToken(target, vault, verified, tags["consented-at"], {
    begun: { ...versionsBefore(target, versions), redeemed: version.version },
    deadline: now() + storeWindow,
    lost: "The older token is still in the vault, and enabled.",
  });
  return { outcome: "renewed", token: await stillUsable() };
}

const tenantOf = (name: string): string => present(tenantInName(name), `${name} is the name of no refresh token.`);

function usableVersion(cloud: Cloud, vault: Vault, name: string, { health, version }: TokenState) {
  if (version === undefined)
    throw new ConsentRequiredError(`There is no token ${name} in ${vault.uri}.`, consentFirst(tenantOf(name)));
  const tags = ownTags(cloud, name, version.tags);
  if (tags instanceof ForeignTokenError) throw tags;
  if (health === "disabled")
    throw new ConsentRequiredError(`The newest version of ${name} in ${vault.uri} is disabled.`, consentAgain);
  return { ...version, tags };
}
