import { onceSecretReplicated, retry } from "../../azure/retry";
import { entraError } from "../../oauth/aadsts";

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
  jest.spyOn(Date, "now").mockImplementation(() => clock);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Fails so many times, then succeeds; counts its attempts. */
function failing(times: number, error: Error): jest.Mock<Promise<string>, []> {
  let left = times;
  return jest.fn(() => (left-- > 0 ? Promise.reject(error) : Promise.resolve("done")));
}

test("what succeeds is not repeated", async () => {
  const attempt = failing(0, new Error());
  expect(await retry({ deadline: 0, worthIt: () => true }, attempt)).toBe("done");
  expect([attempt.mock.calls.length, pauses]).toEqual([1, []]);
});

test("pauses double from one second to fifteen, and each is announced", async () => {
  const onPause = jest.fn();
  await retry({ deadline: 600_000, worthIt: () => true, onPause }, failing(7, new Error("x")));
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  expect(onPause).toHaveBeenCalledTimes(7);
});

test("the first pause may be shorter", async () => {
  await retry({ deadline: 600_000, worthIt: () => true, firstPause: 500 }, failing(3, new Error("x")));
  expect(pauses).toEqual([500, 1000, 2000]);
});

test("what time does not mend is thrown at once, unchanged", async () => {
  const error = new Error("forbidden");
  await expect(retry({ deadline: 600_000, worthIt: () => false }, failing(1, error))).rejects.toBe(error);
  expect(pauses).toEqual([]);
});

test("no attempt begins after the deadline; the last failure is thrown, unchanged", async () => {
  const error = new Error("still forbidden");
  const attempt = failing(99, error);
  await expect(retry({ deadline: 3000, worthIt: () => true }, attempt)).rejects.toBe(error);
  expect([attempt.mock.calls.length, pauses]).toEqual([3, [1000, 2000]]);
});

test("a wrong client secret is given two minutes to reach every server of Entra", async () => {
  const error = entraError("x", "invalid_client", "AADSTS7000215: Invalid client secret.");
  expect(await onceSecretReplicated(failing(3, error))).toBe("done");
  await expect(onceSecretReplicated(failing(99, error))).rejects.toBe(error);
  expect(clock).toBeGreaterThan(100_000);
  expect(clock).toBeLessThanOrEqual(7000 + 120_000);
});

test.each(["AADSTS7000222: expired", "AADSTS70008: expired", "AADSTS65001: not consented"])(
  "any other refusal is not waited for: %s",
  async (description) => {
    const error = entraError("x", "invalid_client", description);
    await expect(onceSecretReplicated(failing(1, error))).rejects.toBe(error);
    expect(pauses).toEqual([]);
  },
);
