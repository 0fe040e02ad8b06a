/** Many requests at a service that is asked too much: all of them wait, whichever it refused; on a clock that stands until the test moves it. */
import type * as timers from "node:timers/promises";
import type { PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { httpClient } from "../../lib/http/client";
import { limits } from "../../lib/http/limits";
import { forgetPauses } from "../../lib/http/pacing";
import { type Manner, noRetries, pipelineOf } from "../../lib/http/policies";

interface Answer {
  status: number;
  headers?: Record<string, string>;
}

/** What a request that arrives is answered, and after how many milliseconds. */
const mockService = { answer: (): Answer => ({ status: 200 }), latency: 0 };
jest.mock("@azure/core-rest-pipeline", () => ({
  ...jest.requireActual<object>("@azure/core-rest-pipeline"),
  createDefaultHttpClient: () => ({
    sendRequest: async (request: PipelineRequest): Promise<PipelineResponse> => {
      const { status, headers = {} } = mockService.answer();
      if (mockService.latency > 0)
        await jest.requireMock<typeof timers>("node:timers/promises").setTimeout(mockService.latency);
      return { request, status, headers: createHttpHeaders(headers) };
    },
  }),
}));
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
}));

const usual = { ...limits };
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
});
afterEach(() => {
  jest.useRealTimers();
  forgetPauses();
  mockService.latency = 0;
  Object.assign(limits, usual);
});

const ask = async (manner: Manner): Promise<number> =>
  (await pipelineOf(manner).sendRequest(httpClient, createPipelineRequest({ url: "https://busy.example/x" }))).status;
const many = (count: number, manner: Manner) => Array.from({ length: count }, async () => await ask(manner));

/** What comes of requests once a minute has passed. */
async function within(asked: Promise<number>[]): Promise<number[]> {
  await jest.advanceTimersByTimeAsync(60_000);
  return await Promise.all(asked);
}

/** Milliseconds at which requests arrived, from now on. */
function timed(answer: (count: number) => Answer): number[] {
  const times: number[] = [];
  const began = Date.now();
  mockService.answer = () => answer(times.push(Date.now() - began));
  return times;
}

const all = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

test("what one is told to wait all wait, those too that begin meanwhile", async () => {
  const times = timed((count) =>
    count === 1 ? { status: 429, headers: { "retry-after-ms": "400" } } : { status: 200 },
  );
  const first = ask({ retries: 0, firstPause: 1, throttled: 1 });
  await jest.advanceTimersByTimeAsync(50);
  expect(times).toEqual([0]);
  expect(await within([first, ...many(20, noRetries)])).toEqual(all(21, 200));
  expect(times).toEqual([0, ...all(21, 400)]);
});

test("several refused together are one refusal: where no time is named the pause doubles by rounds, and begins anew after an answer", async () => {
  mockService.latency = 10;
  const manner = { retries: 0, firstPause: 100, throttled: 3 };
  const times = timed((count) => ({ status: count <= 16 ? 429 : 200 }));
  expect(await within(many(8, manner))).toEqual(all(8, 200));
  expect(times).toEqual([...all(8, 0), ...all(8, 110), ...all(8, 320)]);
  const again = timed((count) => ({ status: count === 1 ? 429 : 200 }));
  expect([await within([ask(manner)]), again]).toEqual([[200], [0, 110]]);
});

test("several sent and refused within one millisecond are one refusal as well", async () => {
  const times = timed((count) => ({ status: count <= 8 ? 429 : 200 }));
  expect(await within(many(8, { retries: 0, firstPause: 100, throttled: 1 }))).toEqual(all(8, 200));
  expect(times).toEqual([...all(8, 0), ...all(8, 100)]);
});

test("a throttled request is tried as often as its manner says, and an outage no oftener for that", async () => {
  limits.pause = 1;
  const manner = { retries: 1, firstPause: 1, throttled: 5 };
  let times = timed(() => ({ status: 429 }));
  expect([await within([ask(manner)]), times.length]).toEqual([[429], 6]);
  times = timed(() => ({ status: 502 }));
  expect([await within([ask(manner)]), times.length]).toEqual([[502], 2]);
});
