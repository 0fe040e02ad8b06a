/** A person's sign-in, from the listener to the redeemed code. */
import { type CheckedCode, checkRedirect, redeemCode, requestAuthorization } from "../oauth/authorization-code";
import { pastedAnswer } from "./pasted-answer";
import { listenForRedirect, type RedirectListener } from "../oauth/redirect-listener";
import type { Tokens } from "../oauth/refresh-token";
import { openBrowser } from "./browser";
import { DeadlineError, OlderTokensError } from "./errors";
import { onceSecretReplicated } from "./secret-replication";
import type { ConsentTarget } from "./target";

/** How a door talks to the person in front of it. */
export interface Surface {
  /** A line of progress. */
  progress(line: string): void;
  /**
   * Shows where to sign in until the returned function is called.
   * @param url the start URL, for a browser on this machine
   * @param authorizationUrl where it leads, for a browser elsewhere: from there the redirected URL has to be pasted
   */
  showUrl(url: string, authorizationUrl: string): () => void;
  /**
   * Where a door has a prompt: the redirected URL that was pasted into it.
   * @param problem what was wrong with the last one; "" for the first
   * @throws when no other can come
   */
  pastedUrl?(signal: AbortSignal, problem: string): Promise<string>;
}

export interface SignInOptions {
  port: number;
  deadlineMinutes: number;
}

interface Settled {
  accountName: string;
  expiresOn: string;
}

/** Ends, whichever way, with the last sign-in that was asked for. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Lets the account sign in and hands the tokens to `settle` while the browser waits for the outcome. The sign-ins of a process come one
 * after the other, each with its own deadline: they share a port and a person, and the engine may ask for several at once.
 * @param settle verifies and stores; its result's text is what the browser shows
 */
export async function signIn<T extends Settled>(...parameters: Parameters<typeof signInNow<T>>): Promise<T> {
  const turn = last.then(() => signInNow(...parameters));
  last = turn.catch(() => undefined);
  return await turn;
}

async function signInNow<T extends Settled>(
  target: ConsentTarget,
  clientSecret: string,
  options: SignInOptions,
  surface: Surface,
  settle: (tokens: Tokens) => Promise<T>,
): Promise<T> {
  const listener = await listenForRedirect(options.port);
  try {
    const code = await browserRound(target, clientSecret, options, surface, listener);
    const result = await settle(await onceSecretReplicated(() => redeemCode(code)));
    await listener.close({
      good: true,
      title: "Consent stored",
      lines: [
        `${result.accountName} consented for tenant ${target.tenantId}.`,
        `The refresh token is in ${target.vaultUri} as ${target.refreshTokenName}, until ${result.expiresOn.slice(0, 10)}.`,
      ],
    });
    return result;
  } catch (error) {
    const title =
      error instanceof OlderTokensError ? "Consent stored, an older token still enabled" : "Consent not stored";
    await listener.close({ good: false, title, lines: [(error as Error).message] });
    throw error;
  }
}

async function browserRound(
  target: ConsentTarget,
  clientSecret: string,
  { deadlineMinutes }: SignInOptions,
  surface: Surface,
  listener: RedirectListener,
): Promise<CheckedCode> {
  const application = { tenantId: target.tenantId, clientId: target.clientId, clientSecret };
  const request = await requestAuthorization(target.cloud, application, {
    resource: target.cloud.partnerCenter,
    redirectUri: listener.redirectUri,
    loginHint: target.account,
  });
  const ended = new AbortController();
  const timer = setTimeout(() => {
    ended.abort(
      new DeadlineError(
        `Nobody signed in within ${deadlineMinutes} minute${deadlineMinutes === 1 ? "" : "s"}. Nothing was stored. ` +
          `Start again, or give it longer: pulumi config set --path secure-application-model:consent.deadlineMinutes 30`,
      ),
    );
  }, deadlineMinutes * 60_000);
  const hide = surface.showUrl(listener.startUrl, request.url);
  try {
    const callback = listener.wait(request.url, ended.signal);
    // It ends with the sign-in, whatever ended that, and nobody may be waiting for it any more.
    callback.catch(() => undefined);
    openBrowser(listener.browserUrl);
    const answers =
      surface.pastedUrl === undefined ? [callback] : [callback, pastedAnswer(request, surface, ended.signal)];
    return checkRedirect(request, await Promise.race(answers));
  } finally {
    clearTimeout(timer);
    ended.abort(new Error("The sign-in has ended."));
    hide();
  }
}
