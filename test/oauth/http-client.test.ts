import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import { httpClient } from "../../oauth/http-client";

jest.mock("@azure/core-rest-pipeline", () => {
  const client = { sendRequest: jest.fn() };
  return { ...jest.requireActual<object>("@azure/core-rest-pipeline"), createDefaultHttpClient: () => client };
});
const attempt = jest.mocked(createDefaultHttpClient().sendRequest);

beforeEach(() => {
  attempt.mockReset();
  jest.useFakeTimers();
  // Node's own goes by a clock that cannot be set.
  jest.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    const limit = new AbortController();
    setTimeout(() => {
      limit.abort();
    }, milliseconds);
    return limit.signal;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const answer = (request: PipelineRequest, status: number, headers = {}): PipelineResponse => ({
  request,
  status,
  headers: createHttpHeaders(headers),
});
const send = (): Promise<PipelineResponse> => {
  const request = createPipelineRequest({ url: "https://service.example/thing" });
  return createPipelineFromOptions({}).sendRequest(httpClient, request);
};

test("a service that asks for more time than an attempt has gets it", async () => {
  attempt.mockImplementationOnce((request) => Promise.resolve(answer(request, 429, { "Retry-After": "45" })));
  attempt.mockImplementationOnce((request) => Promise.resolve(answer(request, 200)));
  const sent = send();
  sent.catch(() => undefined);
  await jest.advanceTimersByTimeAsync(44_999);
  expect(attempt).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(1);
  expect((await sent).status).toBe(200);
  expect(attempt.mock.calls.map(([{ abortSignal }]) => abortSignal?.aborted)).toEqual([true, false]);
});

test("an attempt that nobody answers ends after half a minute", async () => {
  attempt.mockImplementation(
    ({ abortSignal }) =>
      new Promise((_, reject) => {
        abortSignal?.addEventListener("abort", () => {
          reject(new Error("aborted"));
        });
      }),
  );
  const failed = send().catch((error: unknown) => (error as Error).message);
  await jest.advanceTimersByTimeAsync(30_000);
  expect(await failed).toBe("aborted");
});
