/** A person's sign-in: from starting the listener to the stored token, and the page that shows the outcome. */
import { deadlineMinutes } from "../config/limits";
import {
  again,
  Failure,
  forCommand,
  forStack,
  ownCommand,
  partsOf,
  present,
  pulumi,
  setSetting,
} from "../errors/failure";
import { commandLine } from "../errors/text";
import { checkRedirect, isAnswerTo, type Prompt, redeemCode, requestAuthorization } from "../oauth/authorization-code";
import { listenForRedirect, type RedirectListener } from "../oauth/redirect-listener";
import { isPassing } from "../oauth/aadsts";
import type { Tokens } from "../oauth/refresh-token";
import { now } from "../startup/clock";
import { announce, interruption } from "../startup/waiting";
import { openBrowser } from "./browser";
import type { RecordedCredential } from "../credential/client-credential";
import { OlderTokensError } from "../token/errors";
import type { Writer } from "../token/store";
import { writeToken, type Written } from "../token/writer";

/** How an entry point communicates with the person. */
export interface SignInUi {
  progress: (line: string) => void;
  /** With a prompt: shows the time left, every 5 seconds; otherwise a line of progress each minute. */
  timeLeft?(left: string): void;
  /**
   * Shows where to sign in until the returned function is called.
   * @param url the start URL, for a browser on this machine
   * @param authorizationUrl where that leads, for another machine: the redirected URL must then be pasted
   */
  showUrl(url: string, authorizationUrl: string): () => void;
  /** With a prompt: reads the pasted URL. @param problem of the last; "" at first @throws if no more comes */
  pastedUrl?(signal: AbortSignal, problem: string): Promise<string>;
}

export interface SignInOptions {
  port: number;
  deadlineMinutes: number;
}

interface SignIn {
  writer: Writer;
  credential: RecordedCredential;
  options: SignInOptions;
  ui: SignInUi;
  prompt: Prompt;
}

/**
 * The browser waits until the token is stored, and shows the outcome.
 * @throws EntraError, PortTakenError, Failure if nobody comes, and as {@link writeToken}
 */
export async function signIn(asked: SignIn): Promise<Written> {
  const { writer, options } = asked;
  const { target } = writer;
  const listener = await listenForRedirect(options.port);
  try {
    const stored = await writeToken(writer, await obtainTokens(asked, listener));
    const { accountName, expiresOn } = stored.token;
    await listener.close({
      good: true,
      title: "Consent stored",
      lines: [
        `${accountName} consented for tenant ${target.tenantId}.`,
        `The refresh token is in ${target.vaultUri} as ${target.refreshTokenName}, until ${expiresOn.slice(0, 10)}.`,
      ],
    });
    return stored;
  } catch (error) {
    const title =
      error instanceof OlderTokensError ? "Consent stored, an older token still enabled" : "Consent not stored";
    await listener.close({ good: false, title, failure: partsOf(error) });
    throw error;
  }
}

/** A temporary fault of Entra may use up the code: the person is then asked to sign in again until the deadline. */
async function obtainTokens(asked: SignIn, listener: RedirectListener): Promise<Tokens> {
  const { credential, options, ui, prompt } = asked;
  const { target } = asked.writer;
  const end = now() + options.deadlineMinutes * 60_000;
  for (let fault: Failure | undefined; ;) {
    const application = await credential.use((one) => Promise.resolve(one));
    const request = await requestAuthorization(target.cloud, application, {
      resource: target.cloud.partnerCenter,
      redirectUri: listener.redirectUri,
      loginHint: target.account,
      prompt,
    });
    const anew = fault && { fault, end };
    const answer = await browserRound(listener, { ...request, holds: "code" }, { ...options, ui, anew });
    try {
      const code = checkRedirect(request, answer);
      return await credential.useOnceReplicated((application) => redeemCode(code, application));
    } catch (error) {
      if (!(error instanceof Failure) || !isPassing(error)) throw error;
      fault = error;
    }
  }
}

interface Expected {
  state: string;
  /** The parameter that a successful redirect contains. */
  holds: "code" | "admin_consent";
}

interface Round {
  ui: SignInUi;
  deadlineMinutes: number;
  /** The fault that ended the last round, and the deadline: a person starts the next, and no browser opens. */
  anew?: { fault: Failure; end: number } | undefined;
}

/** @returns the parameters from the browser; only their state was checked */
export async function browserRound(
  listener: RedirectListener,
  request: Expected & { url: string },
  { ui, deadlineMinutes: minutes, anew }: Round,
): Promise<URLSearchParams> {
  const ended = new AbortController();
  const signal = AbortSignal.any([interruption(), ended.signal]);
  signal.throwIfAborted();
  const milliseconds = anew === undefined ? minutes * 60_000 : anew.end - now();
  const timer = setTimeout(() => {
    ended.abort(anew?.fault ?? nobodyCame(minutes));
  }, milliseconds);
  if (anew !== undefined) {
    const { what, why } = anew.fault;
    listener.offer({ title: "Sign in once more", failure: { what, why }, link: "Start the sign-in again" });
    ui.progress(
      `${what} Sign in once more: continue in the browser where you signed in, or open an address below (none opens by itself).`,
    );
  }
  const silence = announce("the sign-in", milliseconds, ui.progress, ui.timeLeft?.bind(ui));
  const hide = ui.showUrl(listener.startUrl, request.url);
  // Entra shows some refusals only on its page: no redirect comes back.
  if (anew === undefined) ui.progress(`If the page stops at an AADSTS number: press Ctrl-C, then ${explainIt()}`);
  try {
    const callback = listener.wait(request, signal, () => {
      ui.progress(
        "An answer of another sign-in came, from an old tab or another page. It was not used; this sign-in continues.",
      );
    });
    // The promise may be rejected when the sign-in ends for another reason; then no code awaits it.
    callback.catch(() => undefined);
    if (anew === undefined) openBrowser(listener.browserUrl);
    const answers = ui.pastedUrl === undefined ? [callback] : [callback, pastedAnswer(request, ui, signal)];
    return await Promise.race(answers);
  } finally {
    clearTimeout(timer);
    silence();
    ended.abort(new Failure("sign-in-ended", "The sign-in has ended."));
    hide();
  }
}

const explainIt = () => commandLine(ownCommand("explain", "<number>"));

function nobodyCame(minutes: number): Failure {
  const { most } = deadlineMinutes;
  const longer = minutes >= most ? [] : [String(minutes < most / 2 ? most / 2 : most)];
  return new Failure(
    "sign-in-deadline",
    `Nobody signed in within ${minutes} minute${minutes === 1 ? "" : "s"}. Nothing was stored.`,
    forCommand("Start again", again()),
    forStack("Deploy again", pulumi("up")),
    ...longer.flatMap((more) => [
      forCommand("Allow more time", again("--deadline", more)),
      forStack("Allow a deployment more time", setSetting("consent.deadlineMinutes", more), pulumi("up")),
    ]),
  );
}

/** Prompts until this sign-in's address is pasted. @returns its parameters, including a refusal of Entra */
async function pastedAnswer(expected: Expected, ui: SignInUi, signal: AbortSignal): Promise<URLSearchParams> {
  for (let problem = ""; ;) {
    const text = present(await ui.pastedUrl?.(signal, problem), "There is no prompt to paste into.");
    const answer = readAnswer(expected, text.trim());
    if (typeof answer !== "string") return answer;
    problem = answer;
  }
}

/** The parameters, or the problem of the pasted text; the problem never quotes it. */
function readAnswer(expected: Expected, text: string): URLSearchParams | string {
  const wanted = `It starts with http://localhost and holds ${expected.holds}= and state=.`;
  const parameters = URL.parse(text)?.searchParams;
  if (parameters === undefined) return `That is not an address. ${wanted}`;
  if (parameters.has(expected.holds) || parameters.has("error")) {
    if (isAnswerTo(expected, parameters)) return parameters;
    return "That address belongs to another sign-in, or is incomplete: its state differs. Open the address above, and paste the whole address where it ends.";
  }
  return parameters.has("redirect_uri")
    ? "That is the address to open in a browser. Paste the one where it ends after the sign-in."
    : `That address holds no answer of a sign-in. ${wanted}`;
}
