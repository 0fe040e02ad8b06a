/** Where a redirected URL is pasted: a prompt at a terminal, or whatever is piped into standard input. */
import { on } from "node:events";
import { createInterface } from "node:readline";
import { pipedBytes } from "../config/limits";
import { VerificationError } from "../consent/errors";
import { printNote } from "./output";

const promptWith = (left: string): string => `No browser here? Paste the address it ended at${left}: `;

/** One reader of standard input, for one sign-in. Closed, it no longer keeps the process. */
export class PastedUrls {
  readonly #input = process.stdin;
  readonly #prompt = createInterface({
    input: this.#input,
    output: process.stderr,
    terminal: this.#input.isTTY,
    prompt: promptWith(""),
  });
  readonly #lines = on(this.#prompt, "line", { close: ["close"] });

  constructor() {
    // What is not typed may have no end, and no lines: the reader would keep all of it.
    if (!this.#input.isTTY) {
      let left = pipedBytes;
      this.#input.on("data", (piece: Buffer | string) => {
        left -= piece.length;
        if (left < 0) this.close();
      });
    }
    // A terminal's Ctrl-C comes here and would end the prompt alone.
    this.#prompt.on("SIGINT", () => {
      this.close();
      process.kill(process.pid, "SIGINT");
    });
  }

  /** The next line. @throws VerificationError when only lines that were no good came before the end; an empty input leaves it to the browser */
  async next(signal: AbortSignal, problem: string): Promise<string> {
    if (problem !== "") printNote(problem);
    if (this.#input.isTTY) this.#prompt.prompt();
    for (;;) {
      const { done, value } = (await this.#lines.next()) as IteratorResult<[line: string], undefined>;
      if (done) break;
      if (value[0].trim() !== "") return value[0];
    }
    if (problem !== "" && !signal.aborted) {
      throw new VerificationError({
        what: "Standard input ended without an address of this sign-in.",
        why: `${problem} Nothing was stored.`,
      });
    }
    // The sign-in came back by itself, or there is nothing to read from: nobody waits for this.
    return await new Promise<never>(() => undefined);
  }

  /** Shows it in the prompt; what is typed there stays. @param left "9 minutes" */
  showLeft(left: string): void {
    this.#prompt.setPrompt(promptWith(` (${left} left)`));
    this.#prompt.prompt(true);
  }

  close(): void {
    this.#prompt.close();
    // A pipe that somebody holds open would keep the process.
    this.#input.destroy();
  }
}
