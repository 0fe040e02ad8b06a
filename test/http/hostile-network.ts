/**
 * A configurable network in place of the sockets below the product's HTTP client. A file of tests mocks
 * `@azure/core-rest-pipeline` with {@link mockedNetwork}.
 */
import { Readable } from "node:stream";
import type { PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";

export interface HostileAnswer {
  /** The network's error code instead of a response; "hang": there is no response. */
  failure?: string | undefined;
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** Ends with an error in the middle. */
  cut: boolean;
}

/** The next responses; the last one is repeated. */
let left: HostileAnswer[] = [];
let asked = 0;

type Rest = typeof import("@azure/core-rest-pipeline");

export function mockedNetwork(): object {
  const rest = jest.requireActual<Rest>("@azure/core-rest-pipeline");
  const sendRequest = async (request: PipelineRequest): Promise<PipelineResponse> => {
    asked += 1;
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer === undefined) throw new Error("There is no answer.");
    const { failure, status, headers, body, cut } = answer;
    if (failure === "hang") {
      const signal = request.abortSignal as AbortSignal;
      return await new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          reject(new DOMException("aborted", "AbortError"));
        });
      });
    }
    if (failure !== undefined) throw new rest.RestError("no connection", { code: failure, request });
    return {
      request,
      status,
      headers: rest.createHttpHeaders(headers),
      readableStreamBody: Readable.from(piecesOf(body, cut)),
    };
  };
  return { ...rest, createDefaultHttpClient: () => ({ sendRequest }) };
}

function* piecesOf(body: Buffer, cut: boolean): Generator<Buffer> {
  yield body;
  if (cut) throw new Error("socket hang up");
}

/** @param answers to the next requests; the last one is repeated */
export function answerWith(answers: readonly HostileAnswer[]): void {
  left = [...answers];
  asked = 0;
}

export const timesAsked = (): number => asked;
