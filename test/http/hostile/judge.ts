/** Whether a request ended as it should: in time, and in words that do no harm. */
import { Failure, partsOf } from "../../../lib/errors/failure";
import { textOf } from "../../../lib/errors/text";
import { limits } from "../../../lib/http/limits";
import { forgetTokenEndpoint } from "../../../lib/oauth/discovery";
import { answerWith, type HostileAnswer, timesAsked } from "./network";

/**
 * Limits under which a case takes milliseconds at most.
 * @param network answers that are fed come at once, and sockets take their time on a busy machine @returns what puts the usual ones back
 */
export function hurried(network: "fed" | "sockets"): () => void {
  const usual = { ...limits };
  const time = network === "fed" ? { attempt: 20, whole: 60 } : { attempt: 150, whole: 300 };
  Object.assign(limits, { ...time, wait: 0, pause: 0, slow: 100_000, body: 20_000, pages: 5 });
  return () => {
    Object.assign(limits, usual);
  };
}

const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u;

/** What is wrong with how a request ended; undefined where it is as it should be. */
export async function judged(ask: () => Promise<unknown>, answers: HostileAnswer[]): Promise<string | undefined> {
  forgetTokenEndpoint();
  answerWith(answers);
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => {
    late.resolve(`did not end, and asked ${timesAsked()} times`);
  }, 10_000);
  const ended = (async () => ask())().then(
    () => undefined,
    (error: unknown) => problemOf(error),
  );
  try {
    return (
      (await Promise.race([ended, late.promise])) ?? (timesAsked() > 200 ? `asked ${timesAsked()} times` : undefined)
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it is a failure in words, and these are harmless. */
export function problemOf(error: unknown): string | undefined {
  // MSAL's own, whose reason is our failure: a vault's client would take that one for its answer.
  const told = error instanceof Failure ? error : (error as { cause?: unknown }).cause;
  if (!(told instanceof Failure)) {
    const { name, message, stack = "" } = error as Error;
    // What MSAL says of Entra's answer becomes words where the credential's user tells it.
    if ("errorCode" in (error as Error)) return undefined;
    return `raw ${name}: ${message}\n${stack.split("\n").slice(1, 8).join("\n")}`;
  }
  const words = textOf(partsOf(told));
  if (control.test(words)) return `control characters: ${JSON.stringify(words)}`;
  if (words.length > 10_000) return `${words.length} characters`;
  return words.includes("canary-") ? `a token: ${words}` : undefined;
}
