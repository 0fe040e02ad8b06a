/**
 * One row of the list of the embedded cloud's refusals. Each service has a file of rows here; refusals.test.ts sends them all.
 */
import type { Emulator } from "../../emulator/emulator";

export interface Refusal {
  /** Method and path in the form of the vendor's documents: `PATCH /v1.0/applications/{id}`. */
  request: string;
  /** The mistake, as a noun phrase: "a property that the type does not have". */
  refused: string;
  /** HTTP status and the service's code: `400 Request_BadRequest`. The code that answerOf finds. */
  answer: string;
  /**
   * The source of the response: the vendor's document, a recording of a vendor's client, or nothing public. "emulator" is for
   * its own 501s, which no document describes.
   */
  source: `https://${string}` | "recordings" | "unverified" | "emulator";
  /** Text that the message must contain. */
  message?: string;
  send: Send;
}

/** Sends the request. The cloud is reset before each row. */
export type Send = (cloud: Emulator) => Promise<Response>;

/** An answer, what sends the mistake, and text that the message must contain, if people read it. */
export type Row = [answer: string, send: Send, message?: string | undefined];

/** The refusals of a request that are known from one source, by mistake. */
export const refused = (request: string, source: Refusal["source"], rows: Record<string, Row>): Refusal[] =>
  Object.entries(rows).map(([mistake, [answer, send, message = ""]]) => ({
    ...{ request, refused: mistake, answer, source, send, message },
  }));

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
