import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { createProgress } from "../../engine/repository";

function recorded(terminal: boolean): {
  stream: PassThrough & { isTTY: boolean; columns: number };
  text: () => string;
} {
  const stream = Object.assign(new PassThrough(), { isTTY: terminal, columns: 40 });
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return { stream, text: () => text };
}

test("without a terminal: a line at the start, one each interval, one at the end", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  const { stream, text } = recorded(false);
  const progress = createProgress({ stream });
  progress.start("Building");
  progress.detail("7 packages");
  jest.advanceTimersByTime(25_000);
  progress.finish("Built");
  jest.advanceTimersByTime(25_000);
  jest.useRealTimers();
  await sleep(0);
  expect(text()).toBe("Building\nBuilding: 7 packages (10 s)\nBuilding: 7 packages (20 s)\nBuilt (25 s)\n");
});

test("on a terminal one line is rewritten, cut to its width, and erased", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  const { stream, text } = recorded(true);
  const progress = createProgress({ stream });
  progress.start("A step with a name that is wider than the terminal");
  progress.note("a note that stays");
  progress.finish("Done");
  jest.useRealTimers();
  await sleep(0);
  const clear = "\r\u001b[2K";
  expect(text()).toBe(`${clear}A step with a name that is wider than t${clear}a note that stays\n${clear}Done\n`);
});
