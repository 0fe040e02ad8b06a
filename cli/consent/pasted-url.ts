/** Reads a pasted redirected URL: from a prompt at a terminal, or from piped standard input. */
import { on } from "node:events";
import { createInterface } from "node:readline";
import { pipedBytes } from "../../lib/config/limits";
import { VerificationError } from "../../lib/consent/errors";
import { printNote } from "../terminal/output";

const promptWith = (left: string): string => `No browser here? Paste the address it ended at${left}: `;

type Line = IteratorResult<[line: string], undefined>;

/** One reader of standard input, for one sign-in. After it is closed, it no longer keeps the process alive. */
export class PastedUrls {
  readonly #input = process.stdin;
  readonly #prompt = createInterface({
    input: this.#input,
    output: process.stderr,
    terminal: this.#input.isTTY,
    prompt: promptWith(""),
  });
  #next: Promise<Line> | undefined;
  readonly #lines = on(this.#prompt, "line", { close: ["close"] });

  constructor() {
    // Piped input may have neither an end nor line breaks: the reader would keep all of it in memory.
    if (!this.#input.isTTY) {
      let left = pipedBytes;
      this.#input.on("data", (piece: Buffer | string) => {
        left -= piece.length;
        if (left < 0) this.close();
      });
    }
    // A terminal's Ctrl-C arrives here and would end only the prompt.
    this.#prompt.on("SIGINT", () => {
      this.close();
      process.kill(process.pid, "SIGINT");
    });
  }

  /** The next line. @throws VerificationError if the input ended after invalid lines; with an empty input the sign-in waits for the browser */
  async next(signal: AbortSignal, problem: string): Promise<string> {
    if (problem !== "") printNote(problem);
    if (this.#input.isTTY) this.#prompt.prompt();
    for (;;) {
      // A round of the sign-in that is over leaves its line to the next one.
      const { done, value } = await (this.#next ??= this.#lines.next() as Promise<Line>);
      if (done || signal.aborted) break;
      this.#next = undefined;
      if (value[0].trim() !== "") return value[0];
    }
    if (problem !== "" && !signal.aborted) {
      throw new VerificationError({
        what: "Standard input ended without an address of this sign-in.",
        why: `${problem} Nothing was stored.`,
      });
    }
    // The sign-in came back by itself, or there is no input: this never resolves, and the caller races it.
    return await new Promise<never>(() => undefined);
  }

  /** Shows the time left in the prompt; typed text stays. @param left "9 minutes" */
  showLeft(left: string): void {
    this.#prompt.setPrompt(promptWith(` (${left} left)`));
    this.#prompt.prompt(true);
  }

  close(): void {
    this.#prompt.close();
    // An open pipe would keep the process alive.
    this.#input.destroy();
  }
}
