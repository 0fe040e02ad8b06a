/** What another program prints. On Windows its name may be a script's, as az.cmd's, which Node.js itself does not start. */
import { spawn } from "cross-spawn";
import type { SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Command } from "../../lib/errors/failure";

export interface Ended {
  /** Undefined: there is no such program, or no such folder to run it in. */
  code: number | undefined;
  out: string;
  /** On standard error, or by the system where the program could not be started. */
  said: string;
}

type Options = Pick<SpawnOptions, "cwd" | "env" | "timeout" | "signal">;

/** Runs a program to its end. @param input it may end before it has read all of it */
export async function outputOf(
  { program, args }: Pick<Command, "program" | "args">,
  options: Options = {},
  input = "",
): Promise<Ended> {
  const child = spawn(program, args, { env: process.env, ...options, stdio: "pipe" });
  const end = once(child, "close").then(
    ([code]: (number | null)[]) => ({ code: code ?? 1, error: "" }),
    (error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      return { code: code === "ENOENT" ? undefined : 1, error: message };
    },
  );
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [out, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const { code, error } = await end;
  return { code, out, said: said === "" ? error : said };
}
