/** Asks for confirmation before an action that affects many customers. */
import { createInterface } from "node:readline/promises";
import { again, run } from "../../errors/failure";
import { interruption } from "../../startup/waiting";
import { UsageError } from "../exit-code";

/** @param what "take back the consent to application … for 12 customers" @throws UsageError if nobody can answer, or the answer is no */
export async function requireYes(what: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  const { stdin, stderr } = process;
  const agree = run("Say yes beforehand", again("--yes"));
  if (!stdin.isTTY || !stderr.isTTY) throw new UsageError(`To ${what}, somebody has to say yes.`, agree);
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await lines.question(`About to ${what}. Type yes to go on: `, { signal: interruption() });
    if (answer.trim().toLowerCase() === "yes") return;
  } finally {
    lines.close();
  }
  throw new UsageError("Nothing was done: it was not confirmed.", agree);
}
