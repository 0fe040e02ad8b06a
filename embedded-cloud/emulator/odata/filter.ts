import { syntaxError, tokensOf, type Literal, type Token } from "./tokens";

export const comparisons = ["eq", "ne", "gt", "ge", "lt", "le"] as const;
const functions = ["startswith", "endswith", "contains"] as const;
const lambdas = ["any", "all"] as const;

export type Comparison = (typeof comparisons)[number];
export type Call = (typeof functions)[number];

/** A path consists of names with slashes between them: in a lambda it begins with the lambda's variable. */
export type Filter =
  | { kind: "and" | "or"; left: Filter; right: Filter }
  | { kind: "not"; operand: Filter }
  | { kind: "comparison"; path: string; operator: Comparison; value: Literal }
  | { kind: "in"; path: string; values: Literal[] }
  /** One of the service's own functions, such as Resource Manager's `atScope()`. */
  | { kind: "function"; name: string; values: Literal[] }
  | { kind: "call"; path: string; operator: Call; value: Literal }
  | { kind: "lambda"; path: string; operator: (typeof lambdas)[number]; variable: string; condition: Filter };

/** Names of operators and functions are accepted in any case, as in Graph. @throws QueryError malformed */
export function parseFilter(text: string): Filter {
  const reader = new Reader(text, tokensOf(text));
  const filter = disjunction(reader);
  if (reader.next.kind !== "end") throw reader.unexpected();
  return filter;
}

class Reader {
  private index = 0;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
  ) {}

  get next(): Token {
    return this.tokens[this.index] ?? { kind: "end", at: this.text.length };
  }

  take(): Token {
    const token = this.next;
    this.index += 1;
    return token;
  }

  /** Consumes the next token if it is this word or sign. */
  takeIf(wanted: string): boolean {
    const { next } = this;
    const found = (next.kind === "name" || next.kind === "sign") && next.text.toLowerCase() === wanted;
    if (found) this.index += 1;
    return found;
  }

  require(wanted: string): void {
    if (!this.takeIf(wanted)) {
      throw syntaxError(`'${wanted}' or operator expected at position ${this.next.at} in '${this.text}'.`);
    }
  }

  literal(): Literal {
    const token = this.take();
    if (token.kind !== "literal") throw this.unexpected(token);
    return token.literal;
  }

  name(): string {
    const token = this.take();
    if (token.kind !== "name") throw this.unexpected(token);
    return token.text;
  }

  unexpected(token = this.next): Error {
    const where = `at position ${token.at} in '${this.text}'.`;
    return syntaxError(token.kind === "end" ? `Expression expected ${where}` : `Syntax error ${where}`);
  }
}

function disjunction(reader: Reader): Filter {
  let left = conjunction(reader);
  while (reader.takeIf("or")) left = { kind: "or", left, right: conjunction(reader) };
  return left;
}

function conjunction(reader: Reader): Filter {
  let left = condition(reader);
  while (reader.takeIf("and")) left = { kind: "and", left, right: condition(reader) };
  return left;
}

function condition(reader: Reader): Filter {
  if (reader.takeIf("not")) return { kind: "not", operand: condition(reader) };
  if (reader.takeIf("(")) {
    const inner = disjunction(reader);
    reader.require(")");
    return inner;
  }
  const path = reader.name();
  const call = functions.find((name) => name === path.toLowerCase());
  if (call !== undefined && reader.takeIf("(")) return functionCall(reader, call);
  const lambda = lambdas.find((name) => path.toLowerCase().endsWith(`/${name}`));
  if (lambda !== undefined && reader.takeIf("(")) {
    return lambdaCall(reader, path.slice(0, -lambda.length - 1), lambda);
  }
  return reader.takeIf("(") ? ownFunction(reader, path) : comparison(reader, path);
}

function ownFunction(reader: Reader, name: string): Filter {
  const values: Literal[] = [];
  while (!reader.takeIf(")")) {
    if (values.length > 0) reader.require(",");
    values.push(reader.literal());
  }
  return { kind: "function", name, values };
}

function functionCall(reader: Reader, operator: Call): Filter {
  const path = reader.name();
  reader.require(",");
  const value = reader.literal();
  reader.require(")");
  return { kind: "call", path, operator, value };
}

function lambdaCall(reader: Reader, path: string, operator: "any" | "all"): Filter {
  const variable = reader.name();
  reader.require(":");
  const inner = disjunction(reader);
  reader.require(")");
  return { kind: "lambda", path, operator, variable, condition: inner };
}

function comparison(reader: Reader, path: string): Filter {
  if (reader.takeIf("in")) {
    reader.require("(");
    const values = [reader.literal()];
    while (reader.takeIf(",")) values.push(reader.literal());
    reader.require(")");
    return { kind: "in", path, values };
  }
  const operator = comparisons.find((name) => reader.takeIf(name));
  if (operator === undefined) throw reader.unexpected();
  return { kind: "comparison", path, operator, value: reader.literal() };
}
