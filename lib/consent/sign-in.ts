/** A person's sign-in: from starting the listener to a code whose state was checked, and the page that shows the outcome. */
import { deadlineMinutes } from "../config/limits";
import { again, Failure, forCommand, forStack, partsOf, pulumi, setSetting } from "../errors/failure";
import type { ApplicationCredential } from "../oauth/confidential-client";
import { type CheckedCode, checkRedirect, type Prompt, requestAuthorization } from "../oauth/authorization-code";
import { listenForRedirect, type RedirectListener } from "../oauth/redirect-listener";
import { isPassing } from "../oauth/aadsts";
import type { Tokens } from "../oauth/refresh-token";
import { now } from "../startup/clock";
import { announce, interruption } from "../startup/waiting";
import { openBrowser } from "./browser";
import { DeadlineError, OlderTokensError } from "./errors";
import type { TokenFacts } from "./health";
import { type Expected, pastedAnswer } from "./pasted-answer";
import type { ConsentTarget } from "./target";

/** How an entry point communicates with the person. */
export interface SignInUi {
  /** A line of progress. */
  progress: (line: string) => void;
  /** With a prompt: shows the time left for the sign-in, every 5 seconds; otherwise a line of progress each minute. */
  timeLeft?(left: string): void;
  /**
   * Shows where to sign in until the returned function is called.
   * @param url the start URL, for a browser on this machine
   * @param authorizationUrl the address it redirects to, for a browser on another machine: the redirected URL must then be pasted
   */
  showUrl(url: string, authorizationUrl: string): () => void;
  /** With a prompt: reads the pasted redirected URL. @param problem of the last one; "" for the first @throws when no further input comes */
  pastedUrl?(signal: AbortSignal, problem: string): Promise<string>;
}

export interface SignInOptions {
  port: number;
  deadlineMinutes: number;
}

/** A completed sign-in. The browser waits until one of the last two is called. */
export interface SignIn {
  /**
   * Redeems the code. A fault of Entra's that passes may have used it up: until the deadline the person is then asked to sign in once more.
   * @throws that fault at the deadline
   */
  redeem(redeemed: (code: CheckedCode) => Promise<Tokens>): Promise<Tokens>;
  /** The token is stored: shows that, and stops listening. */
  stored(token: Pick<TokenFacts, "accountName" | "expiresOn">): Promise<void>;
  /** Shows the error, and stops listening. */
  failed(error: unknown): Promise<void>;
}

/** @throws EntraError, DeadlineError, PortTakenError; the browser then shows the error, and the listener is closed */
export async function signIn(
  target: ConsentTarget,
  application: ApplicationCredential,
  options: SignInOptions,
  ui: SignInUi,
  prompt?: Prompt,
): Promise<SignIn> {
  const listener = await listenForRedirect(options.port);
  const failed = async (error: unknown) => {
    const title =
      error instanceof OlderTokensError ? "Consent stored, an older token still enabled" : "Consent not stored";
    await listener.close({ good: false, title, failure: partsOf(error) });
  };
  const stored: SignIn["stored"] = async ({ accountName, expiresOn }) => {
    await listener.close({
      good: true,
      title: "Consent stored",
      lines: [
        `${accountName} consented for tenant ${target.tenantId}.`,
        `The refresh token is in ${target.vaultUri} as ${target.refreshTokenName}, until ${expiresOn.slice(0, 10)}.`,
      ],
    });
  };
  const end = now() + options.deadlineMinutes * 60_000;
  const round = async (fault?: Failure): Promise<CheckedCode> => {
    const request = await requestAuthorization(target.cloud, application, {
      resource: target.cloud.partnerCenter,
      redirectUri: listener.redirectUri,
      loginHint: target.account,
      prompt,
    });
    const again = fault && { fault, end };
    const answer = await browserRound({ ...request, holds: "code" }, { ...options, again }, ui, listener);
    return await unlessPassing(() => Promise.resolve(checkRedirect(request, answer)), round);
  };
  try {
    const first = await round();
    const redeem: SignIn["redeem"] = async (redeemed) => {
      const attempt = async (code: CheckedCode): Promise<Tokens> =>
        await unlessPassing(
          async () => await redeemed(code),
          async (fault) => await attempt(await round(fault)),
        );
      return await attempt(first);
    };
    return { redeem, stored, failed };
  } catch (error) {
    await failed(error);
    throw error;
  }
}

/** @param again after a fault of Entra's that passes by itself */
async function unlessPassing<T>(attempt: () => Promise<T>, again: (fault: Failure) => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof Failure) || !isPassing(error)) throw error;
    return await again(error);
  }
}

/** A round of a sign-in. */
interface RoundOptions extends Pick<SignInOptions, "deadlineMinutes"> {
  /** What the round before ended in, and when the sign-in ends: a person is asked to begin another round, and no browser is opened. */
  again?: { fault: Failure; end: number } | undefined;
}

const onceMore =
  "The sign-in is needed once more: go on in the browser where you signed in, or open an address below; none opens by itself.";

const foreignAnswer =
  "An answer came that is not this sign-in's, from an old tab or another page, and was not used. The sign-in goes on.";

/** @returns the parameters from the browser; only their state was checked */
export async function browserRound(
  request: Expected & { url: string },
  { deadlineMinutes: minutes, again: anew }: RoundOptions,
  ui: SignInUi,
  listener: RedirectListener,
): Promise<URLSearchParams> {
  const ended = new AbortController();
  const stop = interruption();
  const interrupted = () => {
    ended.abort(stop.reason);
  };
  stop.throwIfAborted();
  stop.addEventListener("abort", interrupted);
  const milliseconds = anew === undefined ? minutes * 60_000 : anew.end - now();
  const timer = setTimeout(() => {
    ended.abort(anew?.fault ?? nobodyCame(minutes));
  }, milliseconds);
  if (anew !== undefined) {
    const { what, why } = anew.fault;
    listener.offer({ title: "Sign in once more", failure: { what, why }, link: "Start the sign-in again" });
    ui.progress(`${what} ${onceMore}`);
  }
  const told = announce("the sign-in", milliseconds, ui.progress, ui.timeLeft?.bind(ui));
  const hide = ui.showUrl(listener.startUrl, request.url);
  try {
    const callback = listener.wait(request, ended.signal, () => {
      ui.progress(foreignAnswer);
    });
    // The promise may be rejected when the sign-in ends for another reason; then no code awaits it.
    callback.catch(() => undefined);
    if (anew === undefined) openBrowser(listener.browserUrl);
    const answers = ui.pastedUrl === undefined ? [callback] : [callback, pastedAnswer(request, ui, ended.signal)];
    return await Promise.race(answers);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", interrupted);
    told();
    ended.abort(new Failure("sign-in-ended", "The sign-in has ended."));
    hide();
  }
}

function nobodyCame(minutes: number): DeadlineError {
  const { most } = deadlineMinutes;
  const longer = minutes >= most ? [] : [String(minutes < most / 2 ? most / 2 : most)];
  return new DeadlineError(
    `Nobody signed in within ${minutes} minute${minutes === 1 ? "" : "s"}. Nothing was stored.`,
    forCommand("Start again", again()),
    forStack("Deploy again", pulumi("up")),
    ...longer.flatMap((more) => [
      forCommand("Give it longer", again("--deadline", more)),
      forStack("Let a deployment wait longer", setSetting("consent.deadlineMinutes", more), pulumi("up")),
    ]),
  );
}
