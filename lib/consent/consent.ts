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
import type { ApplicationCredential } from "../oauth/confidential-client";
import type { Tokens } from "../oauth/refresh-token";
import { now } from "../startup/clock";
import { type SecretVersion, Vault } from "../vault/secrets";
import { canSignIn } from "./browser";
import { onceCredentialReplicated, redeem } from "./client-credential";
import { consentCommand } from "./command";
import { ConsentRequiredError, IncompleteError, onceUsable } from "./errors";
import {
  grantWait,
  isNotGranted,
  type Missing,
  namesOf,
  onceGrantsTakeEffect,
  partnerCenterIn,
  proveGrants,
} from "./granted";
import {
  factsOf,
  type Health,
  judgeVersions,
  lookAtToken,
  type TokenFacts,
  type TokenState,
  unlessDisabled,
} from "./health";
import { administratorRequired, precheckConsent, refusalIn } from "./precheck";
import { takeOwnership } from "./token-owner";
import { preflight } from "./preflight";
import { signIn, type SignInOptions, type SignInUi } from "./sign-in";
import {
  isPublished,
  mostAttempts,
  refuseMadeOfRevoked,
  repairOvertaken,
  storeToken,
  type VersionsBefore,
  versionsBefore,
} from "./store";
import { isOurs } from "./tags";
import type { ConsentTarget } from "./target";
import { isFixedBySignIn } from "./verdict";
import { verifyTokens } from "./verify";

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
interface Work {
  target: ConsentTarget;
  vault: Vault;
  /** With its credential, for memory only. */
  application: ApplicationCredential;
  begun: VersionsBefore;
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
  const vault = new Vault(target.cloud, target.vaultUri);
  const application = await preflight(target, vault, (line) => {
    ui.progress(line);
  });
  const versions = await vault.listVersions(target.refreshTokenName);
  const claimed = takeOwnership(target, vault, versions, (line) => {
    ui.progress(line);
  });
  const begun = versionsBefore(claimed, versions);
  const work = { target: claimed, vault, application, begun, options, ui, onToken };
  const found = options.force ? { missing: [] } : await resume(work);
  if (found.token === undefined || found.missing.length > 0) return await complete(work, found);
  const { accountName } = found.token;
  ui.progress(`The token of ${accountName} in ${target.vaultUri} is still valid: no sign-in is needed.`);
  return found.token;
}

/** Waits for the grants, or starts a sign-in; a sign-in that cannot succeed is refused before a browser opens. */
async function complete(work: Work, { token, missing, asks, why }: Found): Promise<TokenFacts> {
  const { target, options, ui } = work;
  const account = token?.accountName ?? target.account;
  const progress = (line: string) => {
    ui.progress(line);
  };
  const lack = missing.length === 0 ? [] : [`${lackIn(target, missing)}.`];
  lack.forEach(progress);
  const outlook = await precheckConsent(target, account, progress);
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
  const { target, ui } = work;
  const say = (line: string) => {
    ui.progress(line);
  };
  const isRetryable = (error: unknown) => error instanceof IncompleteError;
  return await retry({ ...grantWait(), isRetryable, say }, async () => {
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
  const { target, vault, application, begun, options, ui } = work;
  const signedIn = await signIn(target, application, options, ui, prompt).catch((error: unknown) => {
    const isForAdministrator = error instanceof EntraError && error.remedy === "admin-consent";
    throw isForAdministrator
      ? administratorRequired(target, textOf({ what: error.what, why: error.why }), undefined)
      : error;
  });
  let tokens: Tokens;
  let token: TokenFacts;
  try {
    tokens = await signedIn.redeem((code) => onceCredentialReplicated(application, () => redeemCode(code)));
    const verified = verifyTokens(target, tokens);
    await storeToken(target, vault, verified, new Date(now()).toISOString(), { begun });
    token = factsOf(await lookAtToken(target, vault, options.warnBeforeDays));
    if (token.health === "disabled")
      throw new ConsentRequiredError(
        `The token that was just stored in ${target.vaultUri} was disabled at once: somebody takes it out of use.`,
        onceUsable,
      );
    await signedIn.stored(token);
  } catch (error) {
    await signedIn.failed(error);
    throw error;
  }
  return await proven(work, token, tokens);
}

/** The stored token, checked by redeeming it: its tags alone prove nothing. */
async function resume(work: Work, attempts = mostAttempts): Promise<Found> {
  const { target, vault } = work;
  const versions = await vault.listVersions(target.refreshTokenName);
  const state = judgeVersions(versions, (tags) => isOurs(target, tags), work.options.warnBeforeDays);
  const { health, version } = state;
  if (health === "missing") return { missing: [] };
  if (version === undefined || !usable.includes(health)) return { missing: [], why: `The stored token is ${health}.` };
  const { accountName } = factsOf(state);
  const isOthers = target.account !== undefined && target.account.toLowerCase() !== accountName.toLowerCase();
  const isNew = !isPublished(target, versions);
  await refuseMadeOfRevoked(target, vault, versions, version);
  const taken = await takeUp(work, state, version, isNew).catch((error: unknown) =>
    repairedBySignIn(target, error, isOthers),
  );
  // Another writer disabled it since it was listed.
  if (taken === undefined && attempts > 1) return await resume(work, attempts - 1);
  if (taken === undefined) return { missing: [], why: "The stored token is disabled." };
  if (!("tokens" in taken)) return taken;
  return await proven(work, taken.token, taken.tokens);
}

/**
 * A token that expires soon, or whose tags name another credential or stack, is replaced by the rolled one.
 * @returns undefined if it is disabled by now
 */
async function takeUp(
  { target, vault, application, begun, options }: Work,
  state: TokenState,
  version: SecretVersion,
  isNew: boolean,
) {
  const read = await unlessDisabled(vault.read(target.refreshTokenName, version.version));
  if (read === undefined) return undefined;
  const { value, tags } = read;
  const tokens = await redeem(target.cloud, application, value);
  const verified = verifyTokens(target, tokens);
  const isOfThis = tags["client-secret"] === target.clientSecretName && tags["stack"] === target.stack;
  if (state.health !== "ok" || isNew || !isOfThis) {
    await storeToken(target, vault, verified, tags["consented-at"] ?? "", {
      begun: { ...begun, redeemed: version.version },
    });
    return { token: factsOf(await lookAtToken(target, vault, options.warnBeforeDays)), tokens };
  }
  // The run that stored it may have ended before it disabled the versions before.
  await repairOvertaken(target, vault, version.version);
  return { token: factsOf(state), tokens };
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
async function proven(work: Work, token: TokenFacts, tokens: Tokens): Promise<Found & { token: TokenFacts }> {
  const { target, application, ui, onToken } = work;
  onToken(token);
  const { missing } = await proveGrants(target, application, tokens, (line) => {
    ui.progress(line);
  });
  return { token, missing };
}

/** Health values with which a token can still be redeemed. */
const usable: readonly Health[] = ["ok", "expiring", "expired"];
