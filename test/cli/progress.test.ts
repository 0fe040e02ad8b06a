import { Progress } from "../../cli/terminal/progress";

let time = 0;
beforeEach(() => {
  time = Date.parse("2026-11-25T00:00:00Z");
  jest.spyOn(Date, "now").mockImplementation(() => time);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** The output during a number of steps of a given duration. */
function written(isTTY: boolean, steps: number, milliseconds: number, total?: number): string[] {
  const lines: string[] = [];
  const write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  jest.spyOn(process.stderr, "write").mockImplementation(write);
  const progress = new Progress("tokens", total, { isTTY, write });
  for (let step = 0; step < steps; step++) {
    time += milliseconds;
    progress.step();
  }
  progress.clear();
  return lines;
}

test("nothing of a few, however long they take; nothing where all of it is quick", () => {
  expect([written(true, 25, 60_000), written(false, 25, 60_000), written(true, 1000, 0)]).toEqual([[], [], []]);
});

test("on a terminal one line that changes, and is gone at the end", () => {
  const erase = "\r\u001b[K";
  expect(written(true, 30, 100, 30)).toEqual([
    `${erase}26 of 30 tokens …`,
    `${erase}28 of 30 tokens …`,
    `${erase}30 of 30 tokens …`,
    erase,
  ]);
});

test("elsewhere a line now and then", () => {
  expect(written(false, 400, 100)).toEqual(["150 tokens …\n", "300 tokens …\n"]);
});
