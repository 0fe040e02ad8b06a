/** What is recorded of a response: status, codes and field names, never a secret or personal data. */
import type { Json } from "./check";
import type { Answer } from "./http";

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

/** The document that a command printed; undefined if it printed none. */
export const printedIn = (stdout: string): unknown => (stdout === "" ? undefined : JSON.parse(stdout));

/** A refusal of Entra: its OAuth error and its numbers. */
export function entraRefusal({ status, body }: Answer): Json {
  const codes = fieldsOf(body)["error_codes"];
  return { status, error: textOf(body?.["error"]), codes: Array.isArray(codes) ? codes.map(Number) : [] };
}

/** A refusal of Graph, Resource Manager or Key Vault: its code, and the innermost code if there is one. */
export function serviceRefusal({ status, body }: Answer): Json {
  const error = fieldsOf(body?.["error"]);
  const inner = textOf(fieldsOf(error["innererror"])["code"]);
  return { status, code: textOf(error["code"]), ...(inner === "" ? {} : { inner }) };
}

/** AADSTS numbers in one of Entra's pages. */
export function numbersIn(text: string): number[] {
  return [...new Set([...text.matchAll(/AADSTS(\d{4,8})/gu)].map(([, number]) => Number(number)))];
}

/** Claims of a token, without checking its signature. */
export function claimsIn(token: string): Fields {
  try {
    return fieldsOf(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")));
  } catch {
    return {};
  }
}
