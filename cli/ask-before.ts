/** Asks for confirmation before something is changed. */
import { createInterface } from "node:readline/promises";
import { UsageError } from "./exit-code";

/** @param yes whether it was confirmed by an option @throws UsageError if standard input is no terminal, or the answer is no */
export async function askBefore(yes: boolean | undefined): Promise<void> {
  if (yes) return;
  const { stdin, stderr } = process;
  if (!stdin.isTTY)
    throw new UsageError(
      "Nobody can be asked here, and this command asks before it changes anything unless it is told --yes.",
    );
  const prompt = createInterface({ input: stdin, output: stderr });
  const answer = await prompt.question("Type yes to go on: ");
  prompt.close();
  if (answer.trim() !== "yes") throw new UsageError("Nothing was changed.");
}
