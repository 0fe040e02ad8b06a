/** When requests are sent, on a clock that stands until the test moves it. */
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { createRateLimit } from "../../tools/embedded-cloud/testing/emulator";
import { pacing } from "../../lib/http/pacing";
import { paced } from "../../lib/partner-center/pace";

jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
}));
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** Every timer is so many milliseconds late, as on a busy machine. */
function makeTimersLate(milliseconds: number): void {
  const onTime = globalThis.setTimeout;
  const late = (call: () => void, delay?: number): NodeJS.Timeout => onTime(call, (delay ?? 0) + milliseconds);
  jest.spyOn(globalThis, "setTimeout").mockImplementation(late);
}

/** Sends requests at once. @param statusOf what each is answered, by its number @returns the milliseconds at which each was sent */
async function timesOf(perSecond: number, requests: number, statusOf: (number: number) => number): Promise<number[]> {
  const [gate, { policy }] = [pacing(1000), paced(perSecond)];
  const request = createPipelineRequest({ url: "https://partner.example/" });
  const times: number[] = [];
  const next = () => {
    const status = statusOf(times.push(performance.now()));
    return Promise.resolve({ request, status, headers: createHttpHeaders({ "Retry-After": "1" }) });
  };
  const send = () => gate.sendRequest(request, (passed) => policy.sendRequest(passed, next));
  const all = Promise.all(Array.from({ length: requests }, send));
  await jest.advanceTimersByTimeAsync(60_000);
  await all;
  return times;
}

/** The least time in which some requests in a row were sent. */
const leastTime = (times: readonly number[], count: number): number =>
  Math.min(...times.slice(0, -count).map((time, index) => (times[index + count] ?? 0) - time));

test.each([
  [100, 320, 0],
  [100, 320, 60],
  [100, 320, 700],
  [7, 16, 0],
  [7, 16, 400],
])(
  "no more than %i begin within any second, and they are spread over the first one too: %i, each timer %i ms late",
  async (perSecond, requests, late) => {
    makeTimersLate(late);
    const times = await timesOf(perSecond, requests, () => 201);
    expect(times).toHaveLength(requests);
    expect(leastTime(times, perSecond)).toBeGreaterThanOrEqual(1000);
    expect((times[perSecond - 1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(700);
  },
);

test("late timers cost little of the limit", async () => {
  makeTimersLate(10);
  const times = await timesOf(100, 320, () => 201);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(3300);
});

test("a service that lets half a second's worth through at once refuses nothing", async () => {
  const limit = Object.assign(createRateLimit(), { perSecond: 100 });
  const times = await timesOf(100, 320, () => (limit.take("one", performance.now()) === undefined ? 201 : 429));
  expect([times.length, limit.refused]).toEqual([320, 0]);
});

test("a 429 holds back everything that did not begin with it, until its Retry-After is over", async () => {
  const times = await timesOf(100, 40, (number) => (number === 8 ? 429 : 201));
  const [eighth = 0] = times.slice(7);
  expect(times.filter((time) => time === eighth)).toHaveLength(20);
  expect(times.filter((time) => time >= eighth + 1000)).toHaveLength(20);
});
