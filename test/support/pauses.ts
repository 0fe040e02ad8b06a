/** Pauses of the code under test that take no time worth waiting for. */
import { join } from "node:path";
import timers from "node:timers/promises";
import { preloading } from "../../tools/embedded-cloud/testing/node-options";
import { sleepShort, startShort } from "./short-pauses.cjs";

export const shortPauses = preloading(join(__dirname, "short-pauses.cjs"));

/** In this process, for as long as `run` takes: the product's own pauses, and those of the vendors' clients, which pause by the global timer. */
export async function withShortPauses<T>(run: () => Promise<T>): Promise<T> {
  const started = jest.spyOn(globalThis, "setTimeout").mockImplementation(startShort);
  const slept = jest.spyOn(timers, "setTimeout").mockImplementation(sleepShort);
  try {
    return await run();
  } finally {
    started.mockRestore();
    slept.mockRestore();
  }
}
