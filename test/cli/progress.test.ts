import { Progress } from "../../cli/terminal/progress";

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse("2026-11-25T00:00:00Z") });
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** The output during a number of steps of a given duration, every third of them failed where `fails`. */
function written(isTTY: boolean, steps: number, milliseconds: number, total?: number, fails = false): string[] {
  const lines: string[] = [];
  const write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  jest.spyOn(process.stderr, "write").mockImplementation(write);
  const progress = new Progress("tokens", total, { isTTY, write, columns: 60 });
  for (let step = 1; step <= steps; step++) {
    progress.step(fails && step % 3 === 0);
    jest.advanceTimersByTime(milliseconds);
  }
  progress.end();
  return lines;
}

test("nothing of a few, however long they take; nothing where all of it is quick", () => {
  expect([written(true, 25, 60_000), written(false, 25, 60_000), written(true, 1000, 0)]).toEqual([[], [], []]);
});

test("on a terminal one line that changes, fits the window, and is gone at the end", () => {
  const erase = "\r\u001b[K";
  expect(written(true, 30, 125, 30, true)).toEqual([
    `${erase}26 of 30 tokens (86 %), 8.0 a second, 1 second left; 8 fail`,
    `${erase}28 of 30 tokens (93 %), 8.0 a second, 1 second left; 9 fail`,
    `${erase}30 of 30 tokens (100 %), 8.0 a second, 0 seconds left; 10 f`,
    erase,
  ]);
});

test("elsewhere a line now and then", () => {
  expect(written(false, 2000, 10)).toEqual(["1,000 tokens, 100.0 a second\n", "2,000 tokens, 100.0 a second\n"]);
  expect(written(false, 1234, 20, 10_000, true)).toEqual([
    "500 of 10,000 tokens (5 %), 50.0 a second, 190 seconds left; 166 failed\n",
    "1,000 of 10,000 tokens (10 %), 50.0 a second, 3 minutes left; 333 failed\n",
  ]);
});
