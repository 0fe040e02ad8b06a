import { onceSecretReplicated } from "../../consent/client-secret";
import { entraError } from "../../oauth/aadsts";
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
