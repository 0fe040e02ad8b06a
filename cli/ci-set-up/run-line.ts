/** The commands of the CI providers, gh and az, with the sign-in of this machine's user. They get no secret, in no argument and on no input. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { type Command, Failure, sentence } from "../../lib/errors/failure";
import { commandLine } from "../../lib/errors/text";

/** Runs one line, which may be piped into another. @throws Failure with the program's own message */
export async function runLine({ program, args, into }: Command, input = ""): Promise<void> {
  const { code, out, said } = await ended({ program, args }, input);
  // GitHub's answer to a branch policy that exists already.
  if (code !== 0 && !said.includes("(HTTP 303)")) {
    const what = `${commandLine({ program, args })} failed: ${said.trim() || `exit code ${String(code)}`}`;
    throw new Failure("ci-set-up", what, sentence("Once that is fixed, run this again: it sets everything once more."));
  }
  if (into !== undefined) await runLine(into, out);
}

export interface Ended {
  /** undefined: it could not be started. */
  code: number | undefined;
  out: string;
  said: string;
}

export async function ended({ program, args }: Command, input = ""): Promise<Ended> {
  const child = spawn(program, args, { env: process.env, stdio: "pipe" });
  const code = new Promise<number | undefined>((resolve) => {
    child.once("error", () => {
      resolve(undefined);
    });
    child.once("close", (exitCode) => {
      resolve(exitCode ?? 1);
    });
  });
  // It may end before it has read all input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [out, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, said };
}
