import { QueryError } from "./query-error";

/** A literal of a filter, by its type in OData. */
export type Literal =
  | { type: "Edm.String" | "Edm.Guid"; value: string }
  | { type: "Edm.DateTimeOffset"; value: number }
  | { type: "Edm.Int32"; value: number }
  | { type: "Edm.Boolean"; value: boolean }
  | { type: "null"; value: null };

export type Token =
  | { kind: "literal"; literal: Literal; at: number }
  /** A name or a path of names: `displayName`, `web/redirectUris`, `tags/any`. */
  | { kind: "name"; text: string; at: number }
  | { kind: "sign"; text: "(" | ")" | "," | ":"; at: number }
  | { kind: "end"; at: number };

const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/iy;
const dateTime = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?/iy;
const integer = /-?\d+/y;
const text = /'((?:[^']|'')*)'/y;
const name = /[a-z_$][\w.$]*(?:\/[a-z_$][\w.$]*)*/iy;

/** @throws QueryError for an unterminated text, and for invalid characters */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = /^\s*/.exec(filter)?.[0].length ?? 0;
  while (at < filter.length) {
    const [token, length] = tokenAt(filter, at);
    tokens.push(token);
    at += length;
    at += /^\s*/.exec(filter.slice(at))?.[0].length ?? 0;
  }
  return [...tokens, { kind: "end", at }];
}

function tokenAt(filter: string, at: number): [Token, number] {
  const sign = filter[at] ?? "";
  if (sign === "(" || sign === ")" || sign === "," || sign === ":") return [{ kind: "sign", text: sign, at }, 1];
  if (sign === "'") return textAt(filter, at);
  for (const [pattern, literalOf] of unquoted) {
    const found = match(pattern, filter, at);
    // A number must not be followed by a character of a name.
    if (found !== undefined && !/[\w-]/.test(filter[at + found.length] ?? "")) {
      return [{ kind: "literal", literal: literalOf(found), at }, found.length];
    }
  }
  const found = match(name, filter, at);
  if (found === undefined) {
    throw syntaxError(`Syntax error: character '${sign}' is not valid at position ${at} in '${filter}'.`);
  }
  const word = words.get(found.toLowerCase());
  return [word ? { kind: "literal", literal: word, at } : { kind: "name", text: found, at }, found.length];
}

const unquoted: [RegExp, (found: string) => Literal][] = [
  [guid, (found) => ({ type: "Edm.Guid", value: found })],
  [dateTime, (found) => ({ type: "Edm.DateTimeOffset", value: Date.parse(found) })],
  [integer, (found) => ({ type: "Edm.Int32", value: Number(found) })],
];

const words = new Map<string, Literal>([
  ["true", { type: "Edm.Boolean", value: true }],
  ["false", { type: "Edm.Boolean", value: false }],
  ["null", { type: "null", value: null }],
]);

function textAt(filter: string, at: number): [Token, number] {
  const found = match(text, filter, at);
  if (found === undefined) {
    throw syntaxError(`There is an unterminated string literal at position ${filter.length} in '${filter}'.`);
  }
  const value = found.slice(1, -1).replaceAll("''", "'");
  return [{ kind: "literal", literal: { type: "Edm.String", value }, at }, found.length];
}

function match(pattern: RegExp, filter: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(filter)?.[0];
}

export function syntaxError(message: string): QueryError {
  return new QueryError("malformed", "$filter", message);
}
