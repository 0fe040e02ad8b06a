import { progressLine } from "../../cli/customers/progress";

test.each([
  [{ over: 0, failed: 0 }, 10_000, 0, "0 of 10,000 customers (0 %), 0.0 a second"],
  [{ over: 1234, failed: 0 }, 10_000, 24_680, "1,234 of 10,000 customers (12 %), 50.0 a second, 176 seconds left"],
  [
    { over: 9999, failed: 7 },
    10_000,
    200_000,
    "9,999 of 10,000 customers (99 %), 50.0 a second, 1 second left; 7 failed",
  ],
  [{ over: 0, failed: 0 }, 0, 10, "0 of 0 customers (100 %), 0.0 a second"],
])("%j of %i after %i ms", (counts, total, milliseconds, line) => {
  expect(progressLine(counts, total, milliseconds)).toBe(line);
});
