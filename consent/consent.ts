/**
 * The consent sequence: preflight, resume, sign in, redeem, verify, store. Both entry points call it: `pulumi up` and the command.
 * Whatever happens to the process in between, running it again finishes the job.
 */
import { onceSecretReplicated, redeem } from "./client-secret";
import { run } from "../errors/failure";
import { textOf } from "../errors/text";
import { EntraError, type Remedy } from "../oauth/aadsts";
import { redeemCode } from "../oauth/authorization-code";
import { now } from "../startup/clock";
import { Vault } from "../vault/secrets";
import { canSignIn } from "./browser";
import type { ConsentMode } from "../config/limits";
import { consentCommand } from "./command";
import { ConsentRequiredError, VerificationError } from "./errors";
import { factsOf, type Health, judgeVersions, lookAtToken, type TokenFacts } from "./health";
import { preflight } from "./preflight";
import { signIn, type SignInOptions, type Surface } from "./sign-in";
import { disableOlder, storeToken } from "./store";
import { isOurs, tokenTags } from "./tags";
import type { ConsentTarget } from "./target";
import { verifyTokens } from "./verify";

export interface ConsentOptions extends SignInOptions {
  mode: ConsentMode;
  /** Sign in even when a valid token is there. */
  force: boolean;
  warnBeforeDays: number;
}

/** The sign-ins of this process share a port and a person, and the engine may ask for several at once; each has its own deadline. */
let lastSignIn: Promise<unknown> = Promise.resolve();

/** What a consent works with. */
interface Work {
  target: ConsentTarget;
  vault: Vault;
  /** For memory only. */
  clientSecret: string;
  options: ConsentOptions;
  surface: Surface;
}

/** The token that is there, where it is valid; else why a person has to sign in, where that says more than its absence. */
interface Resumed {
  token?: TokenFacts;
  why?: string;
}

/**
 * Makes sure a valid refresh token is in the vault.
 * @returns what is there now; never a token
 * @throws ConsentRequiredError, VerificationError, EntraError, VaultError, ClientSecretError, OlderTokensError, DeadlineError, PortTakenError
 */
export async function consent(target: ConsentTarget, options: ConsentOptions, surface: Surface): Promise<TokenFacts> {
  const vault = new Vault(target.cloud, target.vaultUri);
  const clientSecret = await preflight(target, vault, (line) => {
    surface.progress(line);
  });
  const work = { target, vault, clientSecret, options, surface };
  const { token, why } = options.force ? {} : await resume(work);
  if (token !== undefined) {
    surface.progress(`The token of ${token.accountName} in ${target.vaultUri} is still valid: no sign-in is needed.`);
    return token;
  }
  if (!canSignIn(options.mode)) {
    const how = "On a machine with a browser, run this, then deploy again, which finds the token and goes on";
    throw new ConsentRequiredError({
      what:
        "A person has to sign in once, and nobody can here: there is no terminal and no BROWSER, or consent.mode is never. " +
        "Everything else is in place.",
      why,
      fixes: [run(how, consentCommand(target))],
    });
  }
  // One after the other, whatever becomes of the one before.
  const turn = lastSignIn.then(() => signInAndStore(work));
  lastSignIn = turn.catch(() => undefined);
  return await turn;
}

async function signInAndStore({ target, vault, clientSecret, options, surface }: Work): Promise<TokenFacts> {
  const signedIn = await signIn(target, clientSecret, options, surface);
  try {
    const tokens = await onceSecretReplicated(() => redeemCode(signedIn.code));
    const verified = verifyTokens(target, tokens);
    await storeToken(target, vault, verified, new Date(now()).toISOString());
    const token = factsOf(await lookAtToken(target, vault, options.warnBeforeDays));
    await signedIn.stored(token);
    return token;
  } catch (error) {
    await signedIn.failed(error);
    throw error;
  }
}

/**
 * Uses the token that is there already, if it is valid: it is redeemed and verified, its tags alone prove nothing. A token that
 * nears its end, or whose tags name another client secret, is replaced by the rolled one.
 */
async function resume({ target, vault, clientSecret, options: { warnBeforeDays } }: Work): Promise<Resumed> {
  const versions = await vault.listVersions(target.refreshTokenName);
  const state = judgeVersions(versions, (tags) => isOurs(target, tags), warnBeforeDays);
  const { version } = state;
  const tags = version === undefined ? undefined : tokenTags(version.tags);
  if (version === undefined || tags === undefined || !usable.includes(state.health))
    return state.health === "missing" ? {} : { why: `The stored token is ${state.health}.` };
  try {
    const { value } = await vault.read(target.refreshTokenName, version.version);
    const verified = verifyTokens(target, await redeem(target, clientSecret, value));
    if (state.health !== "ok" || tags["client-secret"] !== target.clientSecretName) {
      await storeToken(target, vault, verified, tags["consented-at"]);
      return { token: factsOf(await lookAtToken(target, vault, warnBeforeDays)) };
    }
    // The run that stored it may have ended before those it replaces were disabled.
    await disableOlder(target, vault, version.version);
    return { token: factsOf(state) };
  } catch (error) {
    // Everything else (a wrong client secret, an outage) would not be repaired by a sign-in.
    if (error instanceof VerificationError || (error instanceof EntraError && bySignIn.includes(error.remedy)))
      return { why: textOf({ what: error.what, why: error.why }) };
    throw error;
  }
}

/** What a sign-in repairs. "vault" is another application's token: foreign, whatever its tags say. */
const bySignIn: readonly Remedy[] = ["consent", "vault"];

/** What may still be redeemed. */
const usable: readonly Health[] = ["ok", "expiring", "expired"];
