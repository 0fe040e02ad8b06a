/** When stdout takes no more (full disk, ended reader), the command continues, and its end reports it. */
import { fstatSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { Failure, sentence } from "../../lib/errors/failure";
import { exitCodes } from "./exit-code";
import { printProblem } from "./output";

export function watchOutput(): void {
  const { stdout, stderr } = process;
  let reason: string | undefined;
  stdout.on("error", ({ code = "unknown" }: NodeJS.ErrnoException) => (reason ??= code));
  // There is nowhere left to tell it.
  stderr.on("error", () => undefined);
  writeAll(stdout);
  process.once("exit", (exitCode) => {
    // The reader may close the pipe early, as head does.
    if (reason === undefined || reason === "EPIPE") return;
    process.exitCode = exitCode || exitCodes.failed;
    printProblem(lost(reason));
  });
}

const lost = (reason: string): Failure =>
  new Failure("output-lost", {
    what: `Standard output could not be written (${reason}): it is incomplete.`,
    why: "Everything but the printing is done.",
    fixes: [sentence("Free space there, or write it elsewhere, and check again.")],
  });

/** On a full disk a write may be partial, and Node.js reports it as complete. */
function writeAll(stream: Writable & { fd?: number }): void {
  const { fd } = stream;
  if (fd === undefined || !fstatSync(fd).isFile()) return;
  stream._write = (chunk: Buffer, _encoding, done) => {
    try {
      for (let left = chunk; left.length > 0;) left = left.subarray(writeSync(fd, left));
      done();
    } catch (error) {
      done(error as Error);
    }
  };
}
