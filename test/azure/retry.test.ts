import { retry } from "../../lib/azure/retry";
import { useClock } from "../../lib/startup/clock";
import { forgetInterruption, interrupt, InterruptedError } from "../../lib/startup/waiting";

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

const lines: string[] = [];
const wait = { waitsFor: "the role", say: (line: string) => lines.push(line) };
beforeEach(() => {
  lines.length = 0;
});

/** Fails a number of times, then succeeds; counts its attempts. */
function failing(times: number, error: Error): jest.Mock<Promise<string>, []> {
  let left = times;
  return jest.fn(() => (left-- > 0 ? Promise.reject(error) : Promise.resolve("done")));
}

test("what succeeds is not repeated", async () => {
  const attempt = failing(0, new Error());
  expect(await retry({ ...wait, deadline: 0, isRetryable: () => true }, attempt)).toBe("done");
  expect([attempt.mock.calls.length, pauses]).toEqual([1, []]);
});

test("pauses grow by a quarter from the first one to 15 seconds; the wait is told once, before it begins, with its end", async () => {
  const vault = { ...wait, deadline: 600_000, isRetryable: () => true, firstPause: 250 };
  await retry(vault, failing(21, new Error("x")));
  expect(pauses.slice(0, 4)).toEqual([250, 312.5, 390.625, 488.281_25]);
  expect(pauses.slice(-3).map(Math.round)).toEqual([13_878, 15_000, 15_000]);
  expect(lines).toEqual(["Waiting for the role, for at most 10 minutes …"]);
});

test("another failure is another wait, with an end of its own", async () => {
  const [name, role] = [new Error("name"), new Error("role")];
  const attempt = failing(1, name);
  const then = failing(1, role);
  const options = {
    ...wait,
    waitsFor: (error: unknown) => `the ${(error as Error).message}`,
    deadline: (error: unknown) => (error === name ? 60_000 : 900_000),
    isRetryable: () => true,
  };
  await retry(options, async () => (await attempt()) + (await then()));
  expect(lines).toEqual([
    "Waiting for the name, for at most 60 seconds …",
    "Waiting for the role, for at most 15 minutes …",
  ]);
});

test("a wait that goes on is shown, and its end is kept though an attempt hangs; then nothing is shown any more", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance", "Date"] });
  try {
    const error = new Error("refused");
    let left = 1;
    const attempt = () => (left-- > 0 ? Promise.reject(error) : new Promise<never>(() => undefined));
    const waited = retry({ ...wait, deadline: 121_000, isRetryable: () => true }, attempt).catch((e: unknown) => e);
    await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(60_000);
    expect(lines[1]).toMatch(/^Still waiting for the role, for at most .* more …$/u);
    clock = 121_000;
    jest.advanceTimersByTime(61_000);
    expect(await waited).toBe(error);
    const shown = lines.length;
    jest.advanceTimersByTime(600_000);
    expect(lines).toHaveLength(shown);
  } finally {
    jest.useRealTimers();
  }
});

test("an interruption ends it, whatever the attempt was at and what it made of that", async () => {
  try {
    const hangs = retry({ ...wait, deadline: 600_000, isRetryable: () => true }, async () => {
      interrupt();
      return await Promise.reject(new Error("told in other words"));
    });
    await expect(hangs).rejects.toThrow(InterruptedError);
    await expect(retry({ ...wait, deadline: 1, isRetryable: () => true }, failing(9, new Error()))).rejects.toThrow(
      "Stopped.",
    );
    expect(pauses).toEqual([]);
  } finally {
    forgetInterruption();
  }
});

test("what time does not fix is thrown at once, unchanged", async () => {
  const error = new Error("forbidden");
  await expect(retry({ ...wait, deadline: 600_000, isRetryable: () => false }, failing(1, error))).rejects.toBe(error);
  expect(pauses).toEqual([]);
});

test("no attempt begins after the deadline; the last failure is thrown, unchanged", async () => {
  const error = new Error("still forbidden");
  const attempt = failing(99, error);
  await expect(retry({ ...wait, deadline: 3000, isRetryable: () => true }, attempt)).rejects.toBe(error);
  expect([attempt.mock.calls.length, pauses]).toEqual([3, [1000, 1250]]);
});
