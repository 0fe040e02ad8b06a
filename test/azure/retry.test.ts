import { retry } from "../../azure/retry";
import { useClock } from "../../startup/clock";

const pauses: number[] = [];
let clock = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    pauses.push(milliseconds);
    clock += milliseconds;
    return Promise.resolve();
  },
}));

beforeEach(() => {
  pauses.length = 0;
  clock = 0;
});
afterAll(useClock(() => clock));

/** Fails so many times, then succeeds; counts its attempts. */
function failing(times: number, error: Error): jest.Mock<Promise<string>, []> {
  let left = times;
  return jest.fn(() => (left-- > 0 ? Promise.reject(error) : Promise.resolve("done")));
}

test("what succeeds is not repeated", async () => {
  const attempt = failing(0, new Error());
  expect(await retry({ deadline: 0, isRetryable: () => true }, attempt)).toBe("done");
  expect([attempt.mock.calls.length, pauses]).toEqual([1, []]);
});

test("pauses double from one second to fifteen, and each is announced", async () => {
  const onPause = jest.fn();
  await retry({ deadline: 600_000, isRetryable: () => true, onPause }, failing(7, new Error("x")));
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  expect(onPause).toHaveBeenCalledTimes(7);
});

test("the first pause may be shorter", async () => {
  await retry({ deadline: 600_000, isRetryable: () => true, firstPause: 500 }, failing(3, new Error("x")));
  expect(pauses).toEqual([500, 1000, 2000]);
});

test("what time does not mend is thrown at once, unchanged", async () => {
  const error = new Error("forbidden");
  await expect(retry({ deadline: 600_000, isRetryable: () => false }, failing(1, error))).rejects.toBe(error);
  expect(pauses).toEqual([]);
});

test("no attempt begins after the deadline; the last failure is thrown, unchanged", async () => {
  const error = new Error("still forbidden");
  const attempt = failing(99, error);
  await expect(retry({ deadline: 3000, isRetryable: () => true }, attempt)).rejects.toBe(error);
  expect([attempt.mock.calls.length, pauses]).toEqual([3, [1000, 2000]]);
});
