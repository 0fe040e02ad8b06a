/** The common parts of every client assertion, whoever signed it (RFC 7523, 3). */
import type { JWTPayload, ProtectedHeaderParameters } from "jose";
import { refuse } from "./errors";

export interface ParsedAssertion {
  text: string;
  header: ProtectedHeaderParameters;
  claims: JWTPayload;
}

/** Seconds that an assertion is accepted before it begins. Whether Entra accepts ended ones is unknown. */
const toleranceSeconds = 300;

/** @throws EntraError 50027 for a text that is not a JWT */
export async function parseAssertion(text: string): Promise<ParsedAssertion> {
  const { decodeJwt, decodeProtectedHeader } = await import("jose");
  try {
    return { text, header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch {
    return refuse(50027);
  }
}

/** The length of the validity is not restricted. @throws EntraError 700024 outside of its validity */
export function checkTimes({ nbf = 0, exp = 0 }: JWTPayload, now: number): void {
  const seconds = now / 1000;
  if (nbf <= seconds + toleranceSeconds && exp > seconds) return;
  const date = (time: number): string => new Date(time * 1000).toISOString();
  refuse(700024, { now: date(seconds), from: date(nbf), until: date(exp) });
}
