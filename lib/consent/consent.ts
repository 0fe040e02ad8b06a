/**
 * The consent sequence: preflight, resume, sign in, redeem, verify, store, prove. Both entry points call it: `pulumi up` and the command.
 * If the process is interrupted at any point, running it again completes the consent.
 */
import { retry } from "../azure/retry";
import type { ConsentMode } from "../config/limits";
import { byPerson, Failure, ownCommand, run } from "../errors/failure";
import { textOf } from "../errors/text";
import { EntraError } from "../oauth/aadsts";
import { type Prompt, redeemCode } from "../oauth/authorization-code";
import type { SecretVersion } from "../vault/secrets";
import { canSignIn } from "./browser";
import { onceCredentialReplicated, redeem } from "./client-credential";
import { consentCommand } from "./command";
import { ConsentRequiredError, IncompleteError } from "./errors";
import {
  grantWait,
  isNotGranted,
  type Missing,
  namesOf,
  onceGrantsTakeEffect,
  partnerCenterIn,
  proveGrants,
} from "./prove-grants";
import { factsOf, judgeVersions, type TokenFacts } from "./health";
import { administratorRequired, precheckConsent, refusalIn } from "./precheck";
import { publishedCredentialIn } from "./published-credential";
import { signIn, type SignInOptions, type SignInUi } from "./sign-in";
import { oursOf } from "./stored-token";
import { isOurs } from "./tags";
import type { ConsentTarget } from "./target";
import { isFixedBySignIn } from "./verdict";
import { type Begun, beginConsent, rewriteToken, unlessOvertaken, writeToken, type Written } from "./writer";

export interface ConsentOptions extends SignInOptions {
  mode: ConsentMode;
  /** Sign in even if there is a valid token. */
  force: boolean;
  warnBeforeDays: number;
  /** Whether the deployment has granted what is declared: permissions that the token lacks are then waited for. Default false. */
  grantsMade?: boolean;
}

/** The sign-ins of this process share a port and a person, and the engine may start several at once; each has its own deadline. */
let lastSignIn: Promise<unknown> = Promise.resolve();

/** Everything that the steps of a consent need. */
interface Work extends Begun {
  options: ConsentOptions;
  ui: SignInUi;
  onToken: (token: TokenFacts) => void;
}

/** The result of looking at the stored token. */
interface Found {
  /** The stored token, if it is valid. */
  token?: TokenFacts;
  /** The declared permissions that it lacks. */
  missing: readonly Missing[];
  /** Whether any sign-in shows the consent page: nothing of Partner Center is granted. */
  asks?: boolean;
  /** Why a person must sign in, unless it is only that there is no token. */
  why?: string;
}

/**
 * Ensures that a valid refresh token is in the vault and that it includes everything declared.
 * @param onToken called with each token that is valid, even if a later step fails
 * @returns the facts of the stored token; never a token
 * @throws OtherStackError, AdministratorRequiredError, ConsentRequiredError, IncompleteError, VerificationError, EntraError, VaultError, ClientSecretError,
 * ClientCertificateError, OlderTokensError, DeadlineError, PortTakenError. A token that could be stored stays stored after an error
 */
export async function consent(
  target: ConsentTarget,
  options: ConsentOptions,
  ui: SignInUi,
  onToken: (token: TokenFacts) => void = () => undefined,
): Promise<TokenFacts> {
  const begun = await beginConsent(target, ui.progress);
  const work = { ...begun, options, ui, onToken };
  const found = options.force ? { missing: [] } : await resume(work, begun.writer.before);
  if (found.token === undefined || found.missing.length > 0) return await complete(work, found);
  const { accountName } = found.token;
  ui.progress(`The token of ${accountName} in ${target.vaultUri} is still valid: no sign-in is needed.`);
  return found.token;
}

/** Waits for the grants, or starts a sign-in; a sign-in that cannot succeed is refused before a browser opens. */
async function complete(work: Work, { token, missing, asks, why }: Found): Promise<TokenFacts> {
  const { writer, options, ui } = work;
  const { target } = writer;
  const account = token?.accountName ?? target.account;
  const lack = missing.length === 0 ? [] : [`${lackIn(target, missing)}.`];
  lack.forEach(ui.progress);
  const outlook = await precheckConsent(target, account, ui.progress);
  const refusal = refusalIn(outlook, account ?? "");
  const isGranted = options.grantsMade === true || outlook?.missing.length === 0;
  if (missing.length > 0 && isGranted) return await onceGranted(work);
  // Without a stored token, a sign-in is useful even if only part is granted.
  if (refusal !== undefined && (missing.length > 0 || outlook?.asks === true))
    throw administratorRequired(target, [...lack, refusal].join(" "), outlook);
  if (!canSignIn(options.mode)) {
    throw new ConsentRequiredError({
      what:
        "A person has to sign in once, and nobody can here: there is no terminal and no BROWSER, or consent.mode is never. " +
        "Everything else is in place.",
      why: [...lack, why].filter(Boolean).join(" ") || undefined,
      fixes: [
        run(
          "On a machine with a browser, run this, then deploy again, which finds the token and goes on",
          consentCommand(target),
        ),
      ],
    });
  }
  // With a normal prompt, Entra would return only what is already granted, without asking for the missing permissions.
  const prompt = missing.length === 0 || asks === true ? undefined : "consent";
  // One after the other, even if the one before failed.
  const turn = lastSignIn.then(() => signInAndStore(work, prompt));
  lastSignIn = turn.catch(() => undefined);
  const signedIn = await turn;
  if (signedIn.missing.length === 0) return signedIn.token;
  if (prompt === undefined) return await complete(work, signedIn);
  throw new IncompleteError(
    `${lackIn(target, signedIn.missing)}, although ${signedIn.token.accountName} has just consented.`,
    byPerson("See what is granted", ownCommand("doctor")),
  );
}

const lackIn = ({ vaultUri }: ConsentTarget, missing: readonly Missing[]): string =>
  `The token in ${vaultUri} does not bring ${namesOf(missing)}`;

/** Redeems until the token includes what was granted. */
async function onceGranted(work: Work): Promise<TokenFacts> {
  const { writer, ui } = work;
  const { target } = writer;
  const isRetryable = (error: unknown) => error instanceof IncompleteError;
  return await retry({ ...grantWait(), isRetryable, say: ui.progress }, async () => {
    const { token, missing, why } = await resume(work);
    if (token !== undefined && missing.length === 0) return token;
    throw new IncompleteError(
      { what: `${lackIn(target, missing)}, although it is granted.`, why },
      onceGrantsTakeEffect,
      run("Sign in again", ownCommand(...consentCommand(target).args, "--force")),
    );
  });
}

async function signInAndStore(work: Work, prompt: Prompt): Promise<Found & { token: TokenFacts }> {
  const { writer, application, options, ui } = work;
  const { target } = writer;
  const signedIn = await signIn(target, application, options, ui, prompt).catch((error: unknown) => {
    const isForAdministrator = error instanceof EntraError && error.remedy === "admin-consent";
    throw isForAdministrator
      ? administratorRequired(target, textOf({ what: error.what, why: error.why }), undefined)
      : error;
  });
  let written: Written;
  try {
    written = await writeToken(writer, async () =>
      signedIn.redeem((code) => onceCredentialReplicated(application, () => redeemCode(code))),
    );
    await signedIn.stored(written.token);
  } catch (error) {
    await signedIn.failed(error);
    throw error;
  }
  return await proven(work, written);
}

/**
 * The stored token, checked by redeeming it: its tags alone prove nothing. One that expires soon, or whose tags name another credential or
 * stack, is replaced by the rolled one.
 * @param listed its versions; default: they are listed
 */
async function resume(work: Work, listed?: readonly SecretVersion[]): Promise<Found> {
  const { writer, application, options } = work;
  const { target, vault } = writer;
  const attempt = async (versions: readonly SecretVersion[]): Promise<Found | Written | undefined> => {
    const state = judgeVersions(versions, (tags) => isOurs(target, tags), options.warnBeforeDays);
    const { health, version } = state;
    if (health === "missing") return { missing: [] };
    if (version === undefined || !["ok", "expiring", "expired"].includes(health))
      return { missing: [], why: `The stored token is ${health}.` };
    const { tags, version: id } = version;
    const isOfThis = tags["client-secret"] === target.clientSecretName && tags["stack"] === target.stack;
    const isPublished = publishedCredentialIn(versions, oursOf(target))?.clientSecretName === target.clientSecretName;
    const { accountName } = factsOf(state);
    const isOthers = target.account !== undefined && target.account.toLowerCase() !== accountName.toLowerCase();
    return await rewriteToken(writer, {
      version,
      versions,
      redeem: async () => redeem(target.cloud, application, (await vault.read(target.refreshTokenName, id)).value),
      isKept: health === "ok" && isPublished && isOfThis,
    }).catch((error: unknown) => repairedBySignIn(target, error, isOthers));
  };
  const found = await unlessOvertaken(vault, target.refreshTokenName, attempt, listed);
  return "tokens" in found ? await proven(work, found) : found;
}

/**
 * @param isOthers whether the token belongs to an account other than the declared one: grants to that account never apply to this token
 * @throws every error that a sign-in would not repair (a wrong client secret, an outage)
 */
function repairedBySignIn(target: ConsentTarget, error: unknown, isOthers: boolean): Found {
  if (isNotGranted(error) && isOthers) return { missing: [], why: saidBy(error) };
  if (isNotGranted(error)) return { missing: partnerCenterIn(target.permissions), asks: true, why: saidBy(error) };
  if (error instanceof Failure && isFixedBySignIn(error)) return { missing: [], why: saidBy(error) };
  throw error;
}

const saidBy = ({ what, why }: Failure): string => textOf({ what, why });

/** A valid token and the permissions that it lacks. */
async function proven(work: Work, { token, tokens }: Written): Promise<Found & { token: TokenFacts }> {
  const { writer, application, ui, onToken } = work;
  onToken(token);
  const { missing } = await proveGrants(writer.target, application, tokens, ui.progress);
  return { token, missing };
}
