/** Pauses of the code under test that take no time worth waiting for. */
import { join } from "node:path";
import { sleepShort, startShort } from "./short-pauses.cjs";

/** NODE_OPTIONS of a process whose pauses are short. */
export const shortPauses = `--require=${JSON.stringify(join(__dirname, "short-pauses.cjs"))}`;

/** In this process, for as long as `run` takes: for the vendors' clients, which pause by the global timer. */
export async function withShortPauses<T>(run: () => Promise<T>): Promise<T> {
  const timers = jest.spyOn(globalThis, "setTimeout").mockImplementation(startShort);
  try {
    return await run();
  } finally {
    timers.mockRestore();
  }
}

/** In place of "node:timers/promises", for a file of tests that mocks it with this: for the product's own waits. */
export const shortTimers = (): object => ({
  ...process.getBuiltinModule("node:timers/promises"),
  setTimeout: sleepShort,
});
