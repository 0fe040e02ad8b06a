/** The vendor's HTTP client, with its proxies and this project's limits. Vendors' clients use it too. */
import {
  createDefaultHttpClient,
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from "@azure/core-rest-pipeline";
import { sentence } from "../errors/failure";
import { holdSecret } from "../errors/secrets";
import { HttpFailure, noAnswer, proxyOutage, refusedByProxy, timedOut } from "./http-failure";
import { checkAddress, limits } from "./limits";
import { askedWait, isLimited } from "./pacing";
import { isOutage } from "./policies";
import { exposingProblem } from "./variables";
import { within } from "./within";

/** True only for a literal 127.0.0.1: a name can be made to resolve to any address. */
export const isLoopback = (url: string): boolean => new URL(url).hostname === "127.0.0.1";

/** An address that a secret may be sent to: by https, or on this machine. */
export function secretsMayGoTo(url: URL | null): url is URL {
  return url !== null && (url.protocol === "https:" || isLoopback(url.href));
}

const vendor = createDefaultHttpClient();

/** Limits the time: the vendor's timer outlives a refused connection. @throws HttpFailure; RestError, to be retried */
export const httpClient: HttpClient = {
  sendRequest: async (request) => {
    const { attempt } = limits;
    const { origin } = new URL(request.url);
    const problem = exposingProblem();
    if (problem !== undefined) {
      const { what: why, fixes: fix } = problem;
      throw new HttpFailure("exposing", origin, { happened: "was not asked", why, fix });
    }
    const over = () => new RestError(timedOut(origin, attempt, false).what, { code: noAnswer, request });
    return await within(attempt, request.abortSignal as AbortSignal | undefined, over, async (abortSignal) => {
      const response = await sent(request, abortSignal);
      requireAnswer(origin, response);
      return response;
    });
  },
};

/** Sends a copy of the request with the time limit, which on the request would also end the waits between attempts. */
async function sent(request: PipelineRequest, abortSignal: AbortSignal): Promise<PipelineResponse> {
  holdSecretsOf(request);
  const headers = createHttpHeaders(request.headers.toJSON({ preserveCase: true }));
  // The vendor's client waits forever for the end of a truncated compressed response.
  headers.delete("Accept-Encoding");
  const streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
  const answer = await vendor.sendRequest({ ...request, headers, abortSignal, streamResponseStatusCodes });
  const { status, readableStreamBody: body } = answer;
  requireService(request, status, body);
  const bodyAsText = body && (await textOf(request, body));
  for (const [, token] of bodyAsText?.matchAll(tokenInAnswer) ?? []) holdSecret(token);
  return { request, status, headers: answer.headers, ...(bodyAsText === undefined ? {} : { bodyAsText }) };
}

/** A proxy that cannot connect answers without TLS; nothing was sent. @throws HttpFailure; RestError (5xx) */
function requireService(request: PipelineRequest, status: number, body: NodeJS.ReadableStream | undefined): void {
  const { origin, protocol } = new URL(request.url);
  const { socket } = (body ?? {}) as { socket?: { encrypted?: boolean } };
  if (protocol !== "https:" || socket === undefined || socket.encrypted === true) return;
  if (status >= 500) throw new RestError("The proxy does not connect.", { code: proxyOutage(status), request });
  throw refusedByProxy(origin, status);
}

/** RFC 6749 and 7523: the parameters of a token request that are secrets, and those of its response. */
export const secretParameters = [
  ...["client_secret", "client_assertion", "assertion", "refresh_token"],
  ...["code", "code_verifier", "password"],
];
const tokenInAnswer = /"(?:access|refresh|id)_token"\s*:\s*"([^"\\]+)"/gu;

/** A service may quote the request in its response. */
function holdSecretsOf({ headers, body }: PipelineRequest): void {
  holdSecret(headers.get("Authorization")?.replace(/^\w+ /u, ""));
  if (typeof body !== "string" || !/^\w+=/u.test(body)) return;
  const form = new URLSearchParams(body);
  for (const name of secretParameters) holdSecret(form.get(name) ?? undefined);
}

async function textOf(request: PipelineRequest, body: NodeJS.ReadableStream): Promise<string> {
  const { body: longest } = limits;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longest) break;
      chunks.push(chunk);
    }
  } catch {
    throw new RestError("the answer was cut off", { code: "ECONNRESET", request });
  }
  if (length <= longest) return Buffer.concat(chunks).toString("utf8");
  throw new HttpFailure("too-large", new URL(request.url).origin, {
    happened: `answers more than ${longest / 1_000_000} MB`,
    fix: checkAddress,
  });
}

/** @throws HttpFailure for a response that cannot be used */
function requireAnswer(origin: string, response: PipelineResponse): void {
  const { status, headers } = response;
  if (status === 407) throw refusedByProxy(origin, status);
  // A request may contain a token or the client secret: it must not be redirected to another server.
  if (status >= 300 && status < 400) {
    const target = URL.parse(headers.get("Location") ?? "", origin);
    throw new HttpFailure("redirect", origin, {
      happened: `answers with a redirect (${status}) to ${target?.host ?? "nowhere"}, which is not followed`,
      fix: checkAddress,
    });
  }
  const asked = isLimited(response) || isOutage(status) ? askedWait(response) : undefined;
  if (asked !== undefined && asked > limits.wait) {
    const longest = `${limits.wait / 1000} seconds are the most`;
    throw new HttpFailure("wait", origin, {
      happened: `answers ${status} and asks to wait ${Math.ceil(asked / 1000)} seconds, where ${longest}`,
      fix: sentence("Try again after that time."),
    });
  }
}
