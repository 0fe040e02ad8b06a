/** Asks for confirmation before something is changed. */
import { createInterface } from "node:readline/promises";
import { again, run } from "../../lib/errors/failure";
import { interruption } from "../../lib/startup/waiting";
import { UsageError } from "./exit-code";

/** @param what "take back the consent to …"; default: what was printed @throws UsageError without a yes */
export async function requireYes(yes: boolean | undefined, what?: string): Promise<void> {
  if (yes) return;
  const { stdin, stderr } = process;
  const agree = run("Confirm with --yes", again("--yes"));
  if (!stdin.isTTY || !stderr.isTTY)
    throw new UsageError(
      `No terminal to confirm at${what === undefined ? "" : `, so this was not done: ${what}`}.`,
      agree,
    );
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const about = what === undefined ? "" : `About to ${what}. `;
    const answer = await lines.question(`${about}Type yes to continue: `, { signal: interruption() });
    if (answer.trim().toLowerCase() === "yes") return;
  } finally {
    lines.close();
  }
  throw new UsageError("Nothing was done: it was not confirmed.", agree);
}
