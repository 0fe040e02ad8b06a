import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Stage } from "./stage";

/** Waits for the address that a consent prints for a browser on another machine. @returns it, and the output so far */
export async function addressElsewhere(stage: Stage, child: ChildProcess): Promise<{ url: string; said: string }> {
  const address = new RegExp(`^ {2}(${stage.emulator.url}/\\S+)$`, "mu");
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  while (!address.test(said) && child.exitCode === null) await once(child.stderr ?? child, "data");
  return { url: address.exec(said)?.[1] ?? said, said };
}
