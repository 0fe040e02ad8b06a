/**
 * The list of the embedded cloud's refusals, a file of JSON lines for each service. An object has what holds for the rows below it, a list
 * is one refusal: its answer where it differs from that of the rows, the mistake, text that the message must contain, and what the
 * sender takes. Texts in braces stand for something else: `{none}` for what is left out, `{257 x}` for so many letters, `{new}` for
 * an id that nobody has, and others for the ids and documents of their service.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Emulator } from "../../emulator/emulator";
import { microsoftGraph, partnerCenter } from "../../emulator/first-party";
import { seeds } from "../../emulator/seeds";

/** Sends the request. The cloud is reset before each row. */
export type Send = (cloud: Emulator) => Promise<Response>;

/** Senders by name. The first argument is the request that the row is listed under, the others are the row's. */
export type Senders = Readonly<Record<string, (request: string, ...args: never[]) => Send>>;

/** What holds for the rows below. */
interface Head {
  send: string;
  /** Method and path. */
  request: string;
  /** The vendor's document, a recording of a vendor's client, or nothing public; "emulator" is for its own 501s. */
  source: string;
  /** HTTP status and the service's code, as `answerOf` finds them. */
  answer: string;
  /** Text of the message, where a row has none. */
  message?: string;
  /** What a body is merged into. */
  base?: string | object;
  prepare?: string;
}

export interface Refusal {
  request: string;
  refused: string;
  answer: string;
  source: string;
  message: string;
  send: Send;
}

/** Of sources, in short. */
const hosts: Readonly<Record<string, string>> = {
  "learn:": "https://learn.microsoft.com/",
  "github:": "https://github.com/",
};

/** Whom nobody has registered. */
export const nobody = "11111111-2222-4333-8444-555555555555";

const everywhere = {
  ...{ nobody, deployer: seeds.deployer.objectId, principal: seeds.deployer.servicePrincipalId },
  ...{ client: seeds.deployer.clientId, adminAgents: seeds.groups.adminAgents.id, tenant: seeds.partner.id },
  ...{ account: seeds.users.serviceAccount.id, otherAccount: seeds.users.otherAccount.id },
  ...{ customer: seeds.customers[0].id, partnerCenter: partnerCenter.appId, microsoftGraph: microsoftGraph.appId },
};

/**
 * @param words what texts in braces stand for
 * @param prepared turns a sender's request into one after a preparation
 */
export function refusalsOf(
  service: string,
  senders: Senders,
  words: Readonly<Record<string, unknown>> = {},
  prepared: (name: string, send: Send) => Send = (_, send) => send,
): Refusal[] {
  const all = { ...everywhere, ...words };
  const lines = readFileSync(path.join(__dirname, `${service}.jsonl`), "utf8")
    .trimEnd()
    .split("\n");
  let head: Head = { send: "", request: "", source: "", answer: "" };
  return lines.flatMap((line) => {
    const read = JSON.parse(line) as Partial<Head> | unknown[];
    if (!Array.isArray(read)) {
      head = { ...head, ...read };
      return [];
    }
    const hasAnswer = /^\d{3}\b/u.test(String(read[0]));
    const [answer, refused, own, ...args] = (hasAnswer ? read : [head.answer, ...read]) as string[];
    const asked = (refused ?? "").split("?", 1)[0] ?? "";
    const message = (own ?? "") || (head.message ?? "").replace("{mistake}", () => asked);
    const { prepare = "" } = head;
    const source = head.source.replace(/^(?:learn|github):/u, (host) => hosts[host] ?? host);
    const sender = senders[head.send] as ((...given: unknown[]) => Send) | undefined;
    if (sender === undefined) throw new Error(`There is no sender ${head.send} for ${service}.`);
    const request = head.send === "unserved" ? refused : head.request;
    const [first, ...rest] = filled(args, all) as unknown[];
    const base = filled(head.base ?? "", all);
    const body = base === "" ? first : { ...(base as object), ...(first as object | undefined) };
    return [
      {
        ...{ request: head.request, refused: refused ?? "", answer: answer ?? "", source },
        message: String(filled(message, all)),
        send: prepared(prepare, sender(filled(request, all), body, ...rest)),
      },
    ];
  });
}

/** A value with what its texts in braces stand for, and with lists of many alike. */
function filled(value: unknown, words: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === "string") return filledText(value, words);
  if (Array.isArray(value)) return value.map((one) => filled(one, words));
  if (typeof value !== "object" || value === null) return value;
  const { times, of } = value as { times?: number; of?: unknown };
  if (times !== undefined) return Array.from({ length: times }, (_, n) => filled(of, { ...words, n }));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [String(filledText(name, words)), filled(one, words)]),
  );
}

function filledText(text: string, words: Readonly<Record<string, unknown>>): unknown {
  const whole = /^\{([\w']+)\}$/u.exec(text)?.[1] ?? "";
  if (whole === "none") return undefined;
  if (Object.hasOwn(words, whole)) return filled(words[whole], words);
  return text.replaceAll(/\{([\w']+)(?: (.))?\}/gu, (all, word: string, letter?: string) => {
    if (letter !== undefined) return letter.repeat(Number(word));
    if (word === "new") return randomUUID();
    return Object.hasOwn(words, word) ? String(words[word]) : all;
  });
}

/** Status and code of a response, and its whole text. A code is `error.code`, the number of an AADSTS error, `code`, or a redirect's `error`. */
export async function answerOf(response: Response): Promise<{ answer: string; text: string }> {
  const text = await response.text();
  const location = response.headers.get("location") ?? "";
  const code = codeIn(text) ?? codeIn(location) ?? /[?&]error=(\w+)/.exec(location)?.[1] ?? "";
  return { answer: `${response.status} ${code}`.trim(), text };
}

function codeIn(text: string): string | undefined {
  const body = parsed(text);
  const nested = body["error"] ?? body["odata.error"];
  const code = isObject(nested) ? nested["code"] : body["code"];
  const aadsts = /AADSTS\d+/.exec(text)?.[0];
  return aadsts ?? (typeof code === "string" || typeof code === "number" ? String(code) : undefined);
}

function parsed(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
