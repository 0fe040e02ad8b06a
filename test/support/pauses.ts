/** Pauses of the code under test that take no time worth waiting for. */
import { join } from "node:path";
import { startShort } from "./short-pauses.cjs";

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
