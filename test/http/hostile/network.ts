/**
 * A network that answers what it is told, in the place of the sockets below the product's HTTP client, or behind real ones. A file of tests mocks
 * `@azure/core-rest-pipeline` with {@link mockedNetwork}.
 */
import { Readable } from "node:stream";
import type { PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { startHostileServer } from "../hostile-server";
import { trust } from "../../../embedded-cloud/testing/emulator";

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

/** The answers to come; the last one stays. */
let left: HostileAnswer[] = [];
let asked = 0;
let givesTokens = false;
/** Of the server; undefined where answers are given without. */
let served: string | undefined;

/** @param answers to the requests to come; the last one stays */
export function answerWith(answers: readonly HostileAnswer[]): void {
  left = [...answers];
  asked = 0;
  givesTokens = false;
}

/** Whoever signs in during this case gets a token: what is hostile are the answers behind it. */
export function giveTokens(): void {
  givesTokens = true;
}

export const timesAsked = (): number => asked;

function following(): HostileAnswer {
  asked += 1;
  const answer = left.length > 1 ? left.shift() : left[0];
  if (answer === undefined) throw new Error("There is no answer.");
  return answer;
}

type Rest = typeof import("@azure/core-rest-pipeline");

export function mockedNetwork(): object {
  const rest = jest.requireActual<Rest>("@azure/core-rest-pipeline");
  const sockets = rest.createDefaultHttpClient();
  const sendRequest = async (request: PipelineRequest): Promise<PipelineResponse> => {
    const given = givesTokens ? entras(request.url) : undefined;
    if (given !== undefined) return fed(rest, request, given);
    if (served === undefined) return await answered(rest, request, following());
    return await sockets.sendRequest({ ...request, url: request.url.replace(origin, served) });
  };
  return { ...rest, createDefaultHttpClient: () => ({ sendRequest }) };
}

async function answered(rest: Rest, request: PipelineRequest, answer: HostileAnswer): Promise<PipelineResponse> {
  const { failure } = answer;
  if (failure === undefined) return fed(rest, request, answer);
  if (failure !== "hang") throw new rest.RestError("no connection", { code: failure, request });
  const signal = request.abortSignal as AbortSignal;
  return await new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new DOMException("aborted", "AbortError"));
    });
  });
}

function fed(rest: Rest, request: PipelineRequest, { status, headers, body, cut }: HostileAnswer): PipelineResponse {
  return {
    request,
    status,
    headers: rest.createHttpHeaders(headers),
    readableStreamBody: Readable.from(piecesOf(body, cut)),
  };
}

function* piecesOf(body: Buffer, cut: boolean): Generator<Buffer> {
  yield body;
  if (cut) throw new Error("socket hang up");
}

/** What Entra answers to whoever signs in; undefined for a request of another service. */
function entras(url: string): HostileAnswer | undefined {
  const { pathname } = new URL(url);
  const at = (path: string) => `${origin}/${guid}${path}`;
  const documents: Readonly<Record<string, object>> = {
    [`/${guid}/v2.0/.well-known/openid-configuration`]: {
      issuer: at("/v2.0"),
      authorization_endpoint: at("/oauth2/v2.0/authorize"),
      token_endpoint: at("/oauth2/v2.0/token"),
      jwks_uri: at("/keys"),
    },
    [`/${guid}/oauth2/v2.0/token`]: { access_token: "a.e30.c", token_type: "Bearer", expires_in: 3600 },
  };
  const document = documents[pathname];
  if (document === undefined) return undefined;
  const headers = { "content-type": "application/json" };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(document)), cut: false };
}

/** From now on each answer goes through TLS and sockets. @returns what ends that */
export async function serveOnSockets(): Promise<() => Promise<void>> {
  const server = await startHostileServer();
  trust(server.caFile);
  server.answers((response) => {
    const { failure, status, headers, body, cut } = following();
    if (failure === "hang") return;
    if (failure !== undefined) {
      response.destroy();
      return;
    }
    response.writeHead(status, { ...headers, "content-length": body.length + (cut ? 1000 : 0) });
    // It is on its way before the connection ends.
    if (cut) response.write(body, () => response.destroy());
    else response.end(body);
  });
  served = server.origin;
  return async () => {
    served = undefined;
    await server.close();
  };
}
