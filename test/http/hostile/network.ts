/**
 * A network that answers what it is told, in the place of the sockets below the product's HTTP client, and waits that pass at once. A file of tests mocks
 * `@azure/core-rest-pipeline` with {@link mockedNetwork}, and `lib/startup/waiting` with {@link mockedWaiting}.
 */
import { Readable } from "node:stream";
import type { PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { limits } from "../../../lib/http/limits";
import { useClock } from "../../../lib/startup/clock";

/** Where everything is asked: nothing listens there. */
export const origin = "https://127.0.0.1:1";
/** Whatever has an id has this one. */
export const guid = "aaaaaaaa-1111-4222-8333-444444444444";

export interface HostileAnswer {
  /** The network's code in the place of an answer; "hang": there is none. */
  failure?: string | undefined;
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** Ends with an error in the middle. */
  cut: boolean;
}

export const answered = (body: unknown, headers = { "content-type": "application/json" }): HostileAnswer => {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? null);
  return { status: 200, headers, body: Buffer.from(text), cut: false };
};

/** The answers to come; the last one stays. */
let left: HostileAnswer[] = [];
/** Addresses. */
let asked: string[] = [];
let givesTokens = false;

/** @param answers to the requests to come; the last one stays */
export function answerWith(answers: readonly HostileAnswer[]): void {
  left = [...answers];
  asked = [];
  givesTokens = false;
}

/** Whoever signs in during this case gets a token: what is hostile are the answers behind it. */
export function giveTokens(): void {
  givesTokens = true;
}

export const addressesAsked = (): readonly string[] => asked;

type Rest = typeof import("@azure/core-rest-pipeline");

export function mockedNetwork(): object {
  const rest = jest.requireActual<Rest>("@azure/core-rest-pipeline");
  const sendRequest = async (request: PipelineRequest): Promise<PipelineResponse> => {
    const given = givesTokens ? entras(request.url) : undefined;
    if (given === undefined) asked.push(request.url);
    const answer = given ?? (left.length > 1 ? left.shift() : left[0]);
    if (answer === undefined) throw new Error("There is no answer.");
    const { failure, status, headers, body, cut } = answer;
    if (failure === "hang") return await endOf(request.abortSignal as AbortSignal);
    if (failure !== undefined) throw new rest.RestError("no connection", { code: failure, request });
    const readableStreamBody = Readable.from(piecesOf(body, cut));
    return { request, status, headers: rest.createHttpHeaders(headers), readableStreamBody };
  };
  return { ...rest, createDefaultHttpClient: () => ({ sendRequest }) };
}

async function endOf(signal: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new DOMException("aborted", "AbortError"));
    });
  });
}

function* piecesOf(body: Buffer, cut: boolean): Generator<Buffer> {
  yield body;
  if (cut) throw new Error("socket hang up");
}

const at = (path: string) => `${origin}/${guid}${path}`;
export const discovery = {
  issuer: at("/v2.0"),
  authorization_endpoint: at("/oauth2/v2.0/authorize"),
  token_endpoint: at("/oauth2/v2.0/token"),
  jwks_uri: at("/keys"),
};

/** What Entra answers to whoever signs in; undefined for a request of another service. */
function entras(url: string): HostileAnswer | undefined {
  if (url.includes("/.well-known/openid-configuration")) return answered(discovery);
  const isToken = url.startsWith(discovery.token_endpoint);
  return isToken ? answered({ access_token: "a.e30.c", token_type: "Bearer", expires_in: 3600 }) : undefined;
}

let waited = 0;

export function mockedWaiting(): object {
  const waiting = jest.requireActual<typeof import("../../../lib/startup/waiting")>("../../../lib/startup/waiting");
  const pause = (milliseconds: number): Promise<void> => {
    waited += milliseconds;
    return Promise.resolve();
  };
  return { ...waiting, pause };
}

/**
 * From now on limits are so short that a case takes milliseconds at most, the clock moves on by waits, and the product says nothing.
 * @returns what puts everything back
 */
export function begin(): () => void {
  const usual = { ...limits };
  Object.assign(limits, { attempt: 20, whole: 60, wait: 0, pause: 0, slow: 100_000, body: 20_000, pages: 5 });
  const silenced = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const usualClock = useClock(() => Date.now() + waited);
  return () => {
    silenced.mockRestore();
    usualClock();
    Object.assign(limits, usual);
  };
}
