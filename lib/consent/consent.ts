/** The consent sequence. Interrupted at any point, it is completed by running it again. */
import PQueue from "p-queue";
import { retry } from "../azure/retry";
import type { ConsentPrecheck } from "../application/who-may-consent";
import type { ConsentMode } from "../config/limits";
import { byPerson, Failure, ownCommand, run, sentence } from "../errors/failure";
import { fitting, textOf } from "../errors/text";
import { EntraError } from "../oauth/aadsts";
import type { Prompt } from "../oauth/authorization-code";
import { canSignIn } from "./browser";
import { redeem } from "../credential/client-credential";
import { consentCommand } from "../token/command";
import { isRecordName } from "../credential/credential-record";
import { ConsentRequiredError, IncompleteError, revokedBy } from "../token/errors";
import {
  grantWait,
  isNotGranted,
  lackIn,
  onceGrantsTakeEffect,
  partnerCenterIn,
  proveGrants,
  type Scopes,
} from "../token/prove-grants";
import { currentOf, factsOf, judgeVersions, type TokenFacts } from "../token/health";
import { administratorRequired, precheckConsent, refusalIn } from "./precheck";
import { signIn, type SignInOptions, type SignInUi } from "./sign-in";
import { oursOf } from "../token/stored-token";
import { isOurs, type Tags, type Versions } from "../token/tags";
import type { ConsentTarget } from "../token/target";
import { isFixedBySignIn } from "../token/verdict";
import { type PreparedConsent, prepareConsent, rewriteToken, unlessOvertaken, type Written } from "../token/writer";

export interface ConsentOptions extends SignInOptions {
  mode: ConsentMode;
  force: boolean;
  warnBeforeDays: number;
  /** Whether the deployment granted the declared permissions: the run waits until a token has them. Default false. */
  grantsMade?: boolean;
}

/** Sign-ins of this process share a port and a person: one follows another, each with its own deadline. */
const signIns = new PQueue({ concurrency: 1 });

interface Work extends PreparedConsent {
  options: ConsentOptions;
  ui: SignInUi;
  onToken: (token: TokenFacts) => void;
}

interface Resumed {
  /** The stored token, if it is valid. */
  token?: TokenFacts;
  missing: readonly Scopes[];
  /** Whether any sign-in shows the consent page, as nothing of Partner Center is granted. */
  asks?: boolean;
  /** Why a person must sign in, unless it is only that there is no token. */
  why?: string;
}

/**
 * Ensures that a valid refresh token is in the vault and that it includes everything declared.
 * @param onToken called with each token that is valid, even if a later step fails
 * @returns the facts of the stored token; never a token
 * @throws Failure; a token that could be stored stays stored
 */
export async function consent(
  target: ConsentTarget,
  options: ConsentOptions,
  ui: SignInUi,
  onToken: (token: TokenFacts) => void = () => undefined,
): Promise<TokenFacts> {
  const prepared = await prepareConsent(target, ui.progress);
  const [newest] = prepared.writer.before;
  // Entra would refuse the revoked credential after the sign-in; a deployment creates a new credential.
  const isRevoked = newest?.enabled === false && newest.tags["credential"] === target.credential;
  const revoked = target.isCommand && isRevoked && isRecordName(target.credential) ? revokedBy(newest.tags) : undefined;
  if (revoked !== undefined) throw new ConsentRequiredError(revoked);
  const work = { ...prepared, options, ui, onToken };
  const resumed = options.force ? { missing: [] } : await resume(work, prepared.writer.before);
  if (resumed.token === undefined || resumed.missing.length > 0) return await complete(work, resumed);
  const { accountName } = resumed.token;
  ui.progress(`The token of ${accountName} in ${target.vaultUri} is still valid: no sign-in is needed.`);
  return resumed.token;
}

/** Waits for the grants, or starts a sign-in. */
async function complete(work: Work, found: Resumed): Promise<TokenFacts> {
  const { writer, options, ui } = work;
  const { target } = writer;
  const { missing, asks } = found;
  lackOf(target, missing).forEach(ui.progress);
  const outlook = await precheckConsent(target, found.token?.accountName ?? target.account, ui.progress);
  const isGranted = options.grantsMade === true || outlook?.missing.length === 0;
  if (missing.length > 0 && isGranted) return await onceGranted(work);
  requireUsefulSignIn(work, found, outlook);
  // A normal prompt would return only granted permissions, without asking for missing permissions.
  const prompt = missing.length === 0 || asks === true ? undefined : "consent";
  const signedIn = await signIns.add(async () => await signInAndStore(work, prompt, outlook));
  if (signedIn.missing.length === 0) return signedIn.token;
  if (prompt === undefined) return await complete(work, signedIn);
  throw new IncompleteError(
    `${lackIn(target, signedIn.missing)}, although ${signedIn.token.accountName} has just consented.`,
    byPerson("See what is granted", ownCommand("doctor")),
  );
}

const lackOf = (target: ConsentTarget, missing: readonly Scopes[]): string[] =>
  missing.length === 0 ? [] : [`${lackIn(target, missing)}.`];

/** Checks, before a browser opens, that a sign-in here can succeed. @throws ConsentRequiredError, Failure */
function requireUsefulSignIn(work: Work, { token, missing, why }: Resumed, outlook: ConsentPrecheck | undefined): void {
  const { target } = work.writer;
  const lack = lackOf(target, missing);
  const refusal = refusalIn(outlook, token?.accountName ?? target.account ?? "");
  // Without a stored token, a sign-in is useful even if only part is granted.
  if (refusal !== undefined && (missing.length > 0 || outlook?.asks === true))
    throw administratorRequired(target, [...lack, refusal].join(" "), { outlook });
  if (canSignIn(work.options.mode)) return;
  throw new ConsentRequiredError({
    what:
      "A person must sign in once, and nobody can here: there is no terminal and no BROWSER, or consent.mode is never. " +
      "Everything else is in place.",
    why: [...lack, why].filter(Boolean).join(" ") || undefined,
    fixes: [
      run("On a machine with a browser, run this, then deploy again, which finds the token and continues", {
        ...consentCommand(target),
        elsewhere: true,
      }),
    ],
  });
}

async function onceGranted(work: Work): Promise<TokenFacts> {
  const { writer, ui } = work;
  const { target } = writer;
  return await retry({ ...grantWait(), say: ui.progress }, async () => {
    const { token, missing, why } = await resume(work);
    if (token !== undefined && missing.length === 0) return token;
    throw new IncompleteError(
      { what: `${lackIn(target, missing)}, although it is granted.`, why },
      onceGrantsTakeEffect,
      run("Sign in again", ownCommand(...consentCommand(target).args, "--force")),
    );
  });
}

async function signInAndStore(
  work: Work,
  prompt: Prompt,
  outlook: ConsentPrecheck | undefined,
): Promise<Resumed & { token: TokenFacts }> {
  const { writer, credential, options, ui } = work;
  const { target } = writer;
  const written = await signIn({ writer, credential, options, ui, prompt }).catch((error: unknown) => {
    const isForAdministrator = error instanceof EntraError && error.remedy === "admin-consent";
    if (!isForAdministrator) throw error;
    const known = { outlook, grantsMade: options.grantsMade };
    if (target.account === undefined) throw administratorRequired(target, saidBy(error), known);
    // The named account may consent: a different account has seen the page.
    const expected = `${target.account} was expected to sign in.`;
    const anew = byPerson(`If it was another account, sign in as ${target.account}`, ownCommand("consent"));
    throw administratorRequired(target, `${expected} ${fitting(saidBy(error), expected)}`, known, anew);
  });
  return await proven(work, written);
}

/**
 * The stored token, checked by redeeming it, as its tags prove nothing. The rolled token replaces a token that
 * expires soon, or whose tags name another credential or stack. @param listed the versions; default: they are listed
 */
async function resume(work: Work, listed?: Versions): Promise<Resumed> {
  const { target, vault } = work.writer;
  const again = sentence("Run it again: it continues with what they stored.");
  const attempt = (versions: Versions) => resumeWith(work, versions);
  const token = await unlessOvertaken(vault, target.refreshTokenName, again, attempt, listed);
  return "tokens" in token ? await proven(work, token) : token;
}

async function resumeWith(work: Work, versions: Versions): Promise<Resumed | Written | undefined> {
  const { writer, credential, options } = work;
  const { target, vault } = writer;
  const state = judgeVersions(versions, (tags) => isOurs(target, tags), options.warnBeforeDays);
  const { health } = state;
  if (health === "missing") return { missing: [] };
  const version = currentOf(versions, oursOf(target));
  if (version === undefined || !["ok", "expiring", "expired"].includes(health))
    return { missing: [], why: `The stored token is ${health}.` };
  const { accountName } = factsOf(state);
  const isOthers = target.account !== undefined && target.account.toLowerCase() !== accountName.toLowerCase();
  const found = await rewriteToken(writer, {
    version,
    versions,
    redeem: async () =>
      redeem(target.cloud, credential, (await vault.read(target.refreshTokenName, version.version)).value),
    isKept: health === "ok" && isOfThis(target, version.tags),
  }).catch((error: unknown) => repairedBySignIn(target, error, isOthers));
  // Another writer may have stored the token with outdated tags.
  const isRight = found === undefined || !("tokens" in found) || isOfThis(target, found.state.version?.tags ?? {});
  return isRight ? found : undefined;
}

const isOfThis = ({ credential, stack }: ConsentTarget, tags: Tags): boolean =>
  tags["credential"] === credential && tags["stack"] === stack;

/** @param isOthers whether it is not the declared account's token: that account's grants never apply to it */
function repairedBySignIn(target: ConsentTarget, error: unknown, isOthers: boolean): Resumed {
  if (!(error instanceof Failure) || !isFixedBySignIn(error)) throw error;
  const why = saidBy(error);
  if (!isNotGranted(error) || isOthers) return { missing: [], why };
  return { missing: partnerCenterIn(target.permissions), asks: true, why };
}

const saidBy = ({ what, why }: Failure): string => textOf({ what, why });

async function proven(work: Work, { token, tokens }: Written): Promise<Resumed & { token: TokenFacts }> {
  const { writer, credential, ui, onToken } = work;
  onToken(token);
  const { missing } = await proveGrants(writer.target, credential, tokens, ui.progress);
  return { token, missing };
}
