import { now, useClock } from "../../lib/startup/clock";

test("is the system's until another one takes its place, and again afterwards", () => {
  const before = Date.now();
  const restore = useClock(() => Date.UTC(2028, 1, 29));
  expect(new Date(now()).toISOString()).toBe("2028-02-29T00:00:00.000Z");
  restore();
  expect(now()).toBeGreaterThanOrEqual(before);
});
