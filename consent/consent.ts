/**
 * The consent sequence: preflight, resume, sign in, redeem, verify, store. Both doors call it: `pulumi up` and the command.
 * Whatever happens to the process in between, running it again finishes the job.
 */
import { EntraError, type Remedy } from "../oauth/aadsts";
import { redeemRefreshToken } from "../oauth/refresh-token";
import { azureCredential } from "../azure/credential";
import { Vault } from "../vault/secrets";
import { canSignIn, type ConsentMode } from "./browser";
import { consentCommand } from "./command";
import { ConsentRequiredError, VerificationError } from "./errors";
import { factsOf, judge, lookAtToken, type TokenFacts, type TokenState } from "./health";
import { preflight } from "./preflight";
import { onceSecretReplicated } from "./secret-replication";
import { signIn, type SignInOptions, type Surface } from "./sign-in";
import { disableOlder, storeToken } from "./store";
import { tokenTags } from "./tags";
import type { ConsentTarget } from "./target";
import { type VerifiedTokens, verifyTokens } from "./verify";
import { roleWindow, storeWindow } from "./windows";

export interface ConsentOptions extends SignInOptions {
  mode: ConsentMode;
  /** Sign in even when a token is there that holds. */
  force: boolean;
  warnBeforeDays: number;
}

/**
 * Makes sure a refresh token that holds is in the vault.
 * @returns what is there now; never a token
 * @throws ConsentRequiredError, VerificationError, EntraError, VaultError, ClientSecretError, OlderTokensError, DeadlineError, PortTakenError
 */
export async function consent(target: ConsentTarget, options: ConsentOptions, surface: Surface): Promise<TokenFacts> {
  const vault = new Vault(target.cloud, target.vaultUri, azureCredential(target.cloud));
  const clientSecret = await preflight(target, vault, Date.now() + roleWindow, (line) => {
    surface.progress(line);
  });
  const store = async (tokens: VerifiedTokens, consentedAt: string) => {
    await storeToken(target, vault, tokens, consentedAt, Date.now() + storeWindow);
    return factsOf(await lookAtToken(target, vault, options.warnBeforeDays));
  };
  const resumed = options.force ? "" : await resume(target, vault, clientSecret, options.warnBeforeDays, store);
  if (typeof resumed !== "string") {
    surface.progress(`The token of ${resumed.accountName} in ${target.vaultUri} holds: no sign-in is needed.`);
    return resumed;
  }
  if (!canSignIn(options.mode)) {
    throw new ConsentRequiredError(
      `A person has to sign in once${resumed && ` (${resumed})`}, and nobody can here: there is no terminal and no BROWSER, or consent.mode is never. ` +
        `Everything else is in place. On a machine with a browser, run:\n\n  ${consentCommand(target)}\n\nThen run this again: it finds the token and goes on.`,
    );
  }
  return await signIn(target, clientSecret, options, surface, async (tokens) =>
    store(verifyTokens(target, tokens), new Date().toISOString()),
  );
}

/**
 * Uses the token that is there already, if it holds: it is redeemed and verified, its tags alone prove nothing. A token that
 * nears its end, or whose tags name another client secret, is replaced by the rolled one.
 * @returns what is there now, or why it cannot be used; "" when there is none
 */
async function resume(
  target: ConsentTarget,
  vault: Vault,
  clientSecret: string,
  warnBeforeDays: number,
  store: (tokens: VerifiedTokens, consentedAt: string) => Promise<TokenFacts>,
): Promise<TokenFacts | string> {
  const state = judge(target, await vault.listVersions(target.refreshTokenName), warnBeforeDays);
  const { version } = state;
  const tags = version === undefined ? undefined : tokenTags(version.tags);
  if (version === undefined || tags === undefined || !usable(state))
    return state.health === "missing" ? "" : `the stored token is ${state.health}`;
  try {
    const verified = verifyTokens(target, await redeemStored(target, vault, clientSecret, state));
    if (state.health !== "ok" || tags["client-secret"] !== target.clientSecretName)
      return await store(verified, tags["consented-at"]);
    // The run that stored it may have ended before those it replaces were switched off.
    await disableOlder(target, vault, version.version);
    return factsOf(state);
  } catch (error) {
    // Everything else (a wrong client secret, an outage) would not be mended by a sign-in.
    if (error instanceof VerificationError) return error.message;
    if (error instanceof EntraError && mendedBySignIn.includes(error.remedy)) return error.message;
    throw error;
  }
}

/** "vault" is another application's token: foreign, whatever its tags say. */
const mendedBySignIn: readonly Remedy[] = ["consent", "vault"];

function usable(state: TokenState): boolean {
  return state.health === "ok" || state.health === "expiring" || state.health === "expired";
}

async function redeemStored(target: ConsentTarget, vault: Vault, clientSecret: string, state: TokenState) {
  const { value } = await vault.read(target.refreshTokenName, state.version?.version);
  const application = { tenantId: target.tenantId, clientId: target.clientId, clientSecret };
  return await onceSecretReplicated(() =>
    redeemRefreshToken(target.cloud, application, value, target.cloud.partnerCenter),
  );
}
