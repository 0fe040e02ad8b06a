import module from "node:module";
import { announcement } from "./announcement";
import type { Arguments } from "./arguments";
import { createEmulator } from "./emulator";

/** Milliseconds between two checks whether the parent still runs. */
const parentInterval = 500;

/** Runs until a signal or, with the option for it, until the parent is gone. @throws PortTakenError */
export async function serve(options: Arguments & { directory: string }): Promise<void> {
  const end = ending(options);
  const emulator = await createEmulator(options);
  process.stdout.write(`${JSON.stringify(announcement(emulator))}\n`);
  module.flushCompileCache();
  await end;
  await emulator.close();
}

function ending({ exitWithParent }: Arguments): Promise<void> {
  return new Promise((resolve) => {
    const told = (): void => {
      resolve();
    };
    process.once("SIGTERM", told).once("SIGINT", told);
    if (!exitWithParent) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) told();
    }, parentInterval);
  });
}
