/** What another program prints. On Windows its name may be a script's, as az.cmd's, which Node.js itself does not start. */
import { spawn } from "cross-spawn";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import type { Command } from "../../lib/errors/failure";

export interface Ended {
  /** Undefined: there is no such program, or no such folder to run it in. */
  code: number | undefined;
  out: string;
  /** Standard error; or the system's message if the program could not be started, or was ended. */
  said: string;
}

type Options = Pick<SpawnOptions, "cwd" | "env" | "timeout" | "signal">;

/** A process that a program left behind may hold its output for ever. */
export function giveUpOutput({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy();
  stderr?.destroy();
}

/** Runs a program to its end. @param input it may end before it has read all of it */
export async function outputOf(
  { program, args }: Pick<Command, "program" | "args">,
  { timeout, ...options }: Options = {},
  input = "",
): Promise<Ended> {
  const printed = { out: "", said: "" };
  return await new Promise((resolve) => {
    const failed = (error: unknown) => {
      const { code = "", message } = error as NodeJS.ErrnoException;
      const isMissing = ["EACCES", "ENOENT", "ENOTDIR"].includes(code);
      resolve({ ...printed, code: isMissing ? undefined : 1, said: printed.said || message });
    };
    try {
      const child = spawn(program, args, { env: process.env, ...options, stdio: "pipe" });
      child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.out += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.said += text));
      // Node.js's own keeps this process waiting where the program is not there.
      if (timeout !== undefined) setTimeout(() => child.kill(), timeout).unref();
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
      child.once("error", failed);
      child.once("exit", (_code, signal) => {
        if (signal !== null) giveUpOutput(child);
      });
      child.once("close", (code, signal) => {
        const why = signal === null ? "" : `It was ended by ${signal}.`;
        resolve({ ...printed, code: code ?? 1, said: printed.said || why });
      });
    } catch (error) {
      // spawn throws some of the system's errors, such as that of a path below a file.
      failed(error);
    }
  });
}
