/** Whether a request ended as it should: in time, in words that do no harm, and with nobody else asked. */
import { Failure, partsOf } from "../../../lib/errors/failure";
import { textOf } from "../../../lib/errors/text";
import { HttpFailure } from "../../../lib/http/http-failure";
import { forgetTokenEndpoint } from "../../../lib/oauth/discovery";
import { addressesAsked, answerWith, type HostileAnswer, origin } from "./network";

const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u;

/** What is wrong with how a request ended; undefined where it is as it should be. */
export async function judged(ask: () => Promise<unknown>, answers: HostileAnswer[]): Promise<string | undefined> {
  forgetTokenEndpoint();
  answerWith(answers);
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(late.resolve, 10_000, "did not end");
  const ended = (async () => ask())().then(
    () => undefined,
    (error: unknown) => problemOf(error),
  );
  try {
    const problem = await Promise.race([ended, late.promise]);
    const asked = addressesAsked();
    if (asked.length > 200) return `asked ${asked.length} times`;
    const elsewhere = asked.find((url) => new URL(url).origin !== origin);
    return problem ?? (elsewhere === undefined ? undefined : `asked ${elsewhere}`);
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
  if (told instanceof HttpFailure && /^(?:https:|\[secret\])/u.test(words)) return `no service is named: ${words}`;
  return words.includes("canary-") ? `a token: ${words}` : undefined;
}

/** @throws Error for a value in it that is not of the kind that its type says */
export function requireSound(value: unknown, name = ""): void {
  const isDate = value instanceof Date || (name.endsWith("DateTime") && typeof value === "string");
  if (isDate && Number.isNaN(new Date(value).getTime())) throw new Error(`${name} is no time`);
  if (name === "enabled" && typeof value !== "boolean") throw new Error(`${name} is ${JSON.stringify(value)}`);
  if (typeof value !== "object" || value === null || isDate) return;
  for (const [key, inner] of Object.entries(value)) requireSound(inner, key);
}
