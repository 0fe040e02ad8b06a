/** Asks a person at this terminal. */
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { interruption } from "../../lib/startup/waiting";

export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** @returns the answer without spaces around it; undefined if the input ended */
export async function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // A terminal's Ctrl-C arrives here, and would end only the question.
  lines.on("SIGINT", () => {
    if (!process.emit("SIGINT")) process.kill(process.pid, "SIGINT");
  });
  const ended = once(lines, "close").then(() => undefined);
  // Newer Node.js rejects at Ctrl-D, older ones wait for ever.
  const answered = lines.question(question, { signal: interruption() }).catch(() => {
    interruption().throwIfAborted();
    return undefined;
  });
  try {
    return (await Promise.race([answered, ended]))?.trim();
  } finally {
    lines.close();
  }
}
