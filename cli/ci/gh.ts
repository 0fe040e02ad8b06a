/** GitHub's own command, with the sign-in of this machine's user. It gets no secret, in no argument and on no input. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { type Command, Failure, type Fix, sentence } from "../../errors/failure";
import { commandLine } from "../../errors/text";
import { UsageError } from "../exit-code";

/** @param fixes for the case that it cannot be used @throws UsageError if it is not installed, or not signed in */
export async function requireGh(...fixes: readonly Fix[]): Promise<void> {
  const { code } = await ended(["auth", "status"], "");
  if (code === 0) return;
  const what = code === undefined ? "There is no gh on PATH." : "Nobody is signed in with gh.";
  throw new UsageError(what, ...fixes);
}

/** Runs one line, which may be piped into another. @throws Failure with gh's own message */
export async function runGh({ args, into }: Command, input = ""): Promise<void> {
  const { code, out, said } = await ended(args, input);
  // GitHub's answer to a branch policy that exists already.
  if (code !== 0 && !said.includes("(HTTP 303)")) {
    const line = commandLine({ program: "gh", args });
    const what = `${line} failed: ${said.trim() || `exit code ${String(code)}`}`;
    throw new Failure("ci-set-up", what, sentence("Once that is fixed, run this again: it sets everything once more."));
  }
  if (into !== undefined) await runGh(into, out);
}

interface Ended {
  /** undefined: it could not be started. */
  code: number | undefined;
  out: string;
  said: string;
}

async function ended(args: readonly string[], input: string): Promise<Ended> {
  const child = spawn("gh", args, { env: process.env, stdio: "pipe" });
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
