/** GitHub's own command, with the sign-in of this machine's user. It gets no secret, in no argument and on no input. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { type Command, Failure, type Fix, sentence } from "../../errors/failure";
import { commandLine } from "../../errors/text";
import { UsageError } from "../exit-code";

/** @param fixes for the case that it cannot be used @throws UsageError if it is not installed, or not signed in */
export async function requireGh(...fixes: readonly Fix[]): Promise<void> {
  const what = await ghMissing();
  if (what !== undefined) throw new UsageError(what, ...fixes);
}

/** Why it cannot be used; undefined: it can. */
export async function ghMissing(): Promise<string | undefined> {
  const { code } = await ended(["auth", "status"], "");
  if (code === 0) return undefined;
  return code === undefined ? "There is no gh on PATH." : "Nobody is signed in with gh.";
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

/** GitHub's answer: its body; or of a refusal its status and its words. */
export type Reply = { body: unknown } | { status: number; said: string };

/** @param path below https://api.github.com/ */
export async function readGh(path: string): Promise<Reply> {
  const { code, out, said } = await ended(["api", path], "");
  if (code === 0) return { body: JSON.parse(out) };
  const [, words = said.trim(), status = "0"] = /^gh: (.*) \(HTTP (\d{3})\)$/mu.exec(said) ?? [];
  return { status: Number(status), said: words };
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
