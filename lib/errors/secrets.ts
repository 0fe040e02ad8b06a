/** Removes secrets, which a service may quote, from every text, in time proportional to its length. */
import { invisible } from "./invisible";

/** A shorter value may be an ordinary word in any text. */
const leastLength = 8;
/** Many customers mean many tokens; each is needed only as long as its request. */
const mostHeld = 200;

const hidden = "[secret]";

const held = new Map<string, readonly string[]>();
const byBeginning = new Map<string, Set<string>>();
const beginningOf = (text: string, at = 0): string => text.slice(at, at + leastLength);

/** Records a secret: no text contains it from now on. @param value undefined: there is none */
export function holdSecret(value: string | undefined): void {
  if (value === undefined || value.length < leastLength) return;
  const forms = held.get(value) ?? formsOf(value);
  held.delete(value);
  held.set(value, forms);
  for (const form of forms) {
    const same = byBeginning.get(beginningOf(form)) ?? new Set();
    byBeginning.set(beginningOf(form), same.add(form));
  }
  if (held.size <= mostHeld) return;
  const [oldest = ""] = held.keys();
  for (const form of held.get(oldest) ?? []) byBeginning.get(beginningOf(form))?.delete(form);
  held.delete(oldest);
}

const markup: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as JSON escapes: \u and four hexadecimal digits for each UTF-16 unit. */
export const inUnits = (text: string): string =>
  text
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

/** Characters that a service may escape. */
const special = /[^\w.-]/gu;

/** The forms of a value: unchanged, in an address, a form, JSON, HTML, hex, and in Base64 at any offset. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const inForm = new URLSearchParams({ value }).toString().slice("value=".length);
  const inAddress = [encodeURIComponent(bytes.toString()), inForm, inForm.replaceAll("+", "%20")];
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    // The first and the last character depend on the text beside the secret.
    return encoded.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
  });
  const inJson = JSON.stringify(value).slice(1, -1);
  const forms = [
    value,
    ...inAddress,
    ...inAddress.map((text) => text.replaceAll(/%[0-9A-F]{2}/gu, (found) => found.toLowerCase())),
    inJson,
    inJson.replaceAll("/", String.raw`\/`),
    value.replaceAll(special, inUnits),
    value.replaceAll(special, (found) => inUnits(found).replaceAll(/[a-f]/gu, (digit) => digit.toUpperCase())),
    ...[/[&<>"']/gu, /[&<>]/gu].map((marks) => value.replaceAll(marks, (found) => markup[found] ?? found)),
    value.replaceAll(special, (found) => `&#${found.codePointAt(0) ?? 0};`),
    value.replaceAll(special, (found) => `&#x${(found.codePointAt(0) ?? 0).toString(16)};`),
    bytes.toString("hex").replaceAll(/../gu, "%$&"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
  return [...new Set(forms.map(packed))].filter((form) => form.length >= leastLength);
}

const secretly =
  /(?:TOKEN|SECRET|PASSWORD|PASSPHRASE|WEBHOOK|_PAT|STORAGE_KEY|ACCOUNT_?KEY|ACCESS_?KEY|API_?KEY|CONNECTION_STRING)$/iu;
const proxies = /^(?:https?|all)_proxy$/iu;

export function holdVariables(environment: NodeJS.ProcessEnv): void {
  for (const [name, value = ""] of Object.entries(environment)) {
    if (secretly.test(name)) holdSecret(value);
    if (proxies.test(name)) holdSecret(/^(?:\w+:\/\/)?[^:]*:(.*?)(?:@[^@]*)?$/su.exec(value)?.[1]);
  }
}

let areOwnHeld = false;

/** Characters that a service may insert into a value: line breaks, spaces, invisible marks. */
const gap = new RegExp(String.raw`(?:[\s${invisible}]|\\[nrt])+`, "gu");
const packed = (text: string): string => text.replace(gap, "");

/** Patterns that only secrets match. They fail early: a late failure would scan the text from each character. */
const shapes: readonly [shape: RegExp, replacement: string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu, hidden],
  // Signed tokens, also in Base64, longer than a thumbprint; Entra's refresh tokens and client secrets.
  [/(?:eyJ|ZXlK)(?:[\w.=-]{41,}|[\w.=-]{8,40}(?=\s+[\w.=-]{20,}))(?:\s+[\w.=-]{20,})*/gu, hidden],
  [/[01]\.A[\w-]{4}[\w.-]{40,}(?:\s+[\w.-]{20,})*/gu, hidden],
  [/[\w.~-]{3}\dQ~[\w.~-]{31,}/gu, hidden],
  // A parameter in a form, an address or JSON. In angle brackets it is to be filled in.
  [
    /((?:client_secret|(?:access|refresh|id)_token|client_assertion|code_verifier|[?&]sig|account_?key|access_?key|storage_key|_pat)(?:=|%3D|["']\s*:\s*["']))[^\s"'&<>]{8,}/giu,
    `$1${hidden}`,
  ],
  // User and password in the address of a proxy or any other server.
  [/(?<=:\/\/)[^\s/?#@<:]*:[^\s/?#<]+@/gu, `${hidden}@`],
];

export function withoutSecrets(text: string): string {
  if (!areOwnHeld) {
    areOwnHeld = true;
    holdVariables(process.env);
  }
  return shapes.reduce((left, [shape, replacement]) => left.replace(shape, replacement), withoutHeld(text));
}

function withoutHeld(text: string): string {
  const whole = packed(text);
  const spans: { from: number; to: number }[] = [];
  const searches = new Map<string, (from: number) => boolean>();
  const isAt = (form: string, from: number) => {
    const search = searches.get(form) ?? searchFor(form, whole);
    searches.set(form, search);
    return search(from);
  };
  for (let from = 0; from + leastLength <= whole.length; from++) {
    const forms = [...(byBeginning.get(beginningOf(whole, from)) ?? [])].filter((form) => isAt(form, from));
    if (forms.length === 0) continue;
    const to = from + Math.max(...forms.map(({ length }) => length));
    spans.push({ from, to });
    from = to - 1;
  }
  if (spans.length === 0) return text;
  const places = placesIn(text);
  let left = "";
  let end = 0;
  for (const { from, to } of spans) {
    left += text.slice(end, places[from]) + hidden;
    end = (places[to - 1] ?? 0) + 1;
  }
  return left + text.slice(end);
}

/**
 * Whether a form is at a place of a text, for places in ascending order. The Z algorithm compares no matched
 * character again; otherwise a value that repeats itself would be compared from each of its characters.
 */
function searchFor(form: string, text: string): (from: number) => boolean {
  let overlaps: readonly number[] | undefined;
  let [last, end] = [0, 0];
  return (from) => {
    const known = from < end ? Math.min((overlaps ??= overlapsOf(form))[from - last] ?? 0, end - from) : 0;
    const to = from + agreeing(form, known, text, from);
    if (to > end) [last, end] = [from, to];
    return to - from === form.length;
  };
}

/** The Z array of a form: for each place, how many characters of the form's beginning are there. */
function overlapsOf(form: string): readonly number[] {
  const overlaps = [form.length];
  let [last, end] = [0, 0];
  for (let from = 1; from < form.length; from++) {
    const known = from < end ? Math.min(overlaps[from - last] ?? 0, end - from) : 0;
    const length = agreeing(form, known, form, from);
    overlaps.push(length);
    if (from + length > end) [last, end] = [from, from + length];
  }
  return overlaps;
}

/** How many characters of a form are at a place of a text. @param known the number that is known to match */
function agreeing(form: string, known: number, text: string, at: number): number {
  let length = known;
  while (length < form.length && form[length] === text[at + length]) length++;
  return length;
}

function placesIn(text: string): number[] {
  const places: number[] = [];
  let at = 0;
  for (const { index, 0: found } of text.matchAll(gap)) {
    for (; at < index; at++) places.push(at);
    at = index + found.length;
  }
  for (; at < text.length; at++) places.push(at);
  return places;
}
