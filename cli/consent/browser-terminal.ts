/** A sign-in from a terminal: in a browser here, or elsewhere with its address pasted in. */
import { on } from "node:events";
import { createInterface } from "node:readline";
import { pipedBytes } from "../../lib/config/limits";
import { VerificationError } from "../../lib/token/errors";
import type { SignInUi } from "../../lib/consent/sign-in";
import { printNote } from "../terminal/output";

/** @param how the person signs in: "with the service account" */
export async function atTerminal<T>(how: string, work: (ui: SignInUi) => Promise<T>): Promise<T> {
  // Standard input is read only when a person must sign in: it may belong to a script.
  let pasted: PastedUrls | undefined;
  try {
    return await work({
      progress: printNote,
      ...(process.stdin.isTTY && process.stderr.isTTY ? { timeLeft: (left) => pasted?.showLeft(left) } : {}),
      showUrl: (url, authorizationUrl) => {
        printNote(
          `Sign in ${how} in the browser that opens, or open:\n\n  ${url}\n\n` +
            "Is your browser on another machine (for example over ssh)? Open this one there. It ends at http://localhost…, which it cannot open;\n" +
            `paste that address here, or pipe it in:\n\n  ${authorizationUrl}\n`,
        );
        return () => undefined;
      },
      pastedUrl: (signal, problem) => (pasted ??= new PastedUrls()).next(signal, problem),
    });
  } finally {
    pasted?.close();
  }
}

const promptWith = (left: string): string => `No browser here? Paste the address it ended at${left}: `;

type Line = IteratorResult<[line: string], undefined>;

/** Reads standard input for one sign-in. */
class PastedUrls {
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
    // Piped input may have no end and no line breaks: all of it would be kept in memory.
    if (!this.#input.isTTY) {
      let left = pipedBytes;
      this.#input.on("data", (piece: Buffer | string) => {
        left -= piece.length;
        if (left < 0) this.close();
      });
    }
    // A terminal's Ctrl-C arrives here and would end only the prompt. On Windows a signal that is sent ends a process at once.
    this.#prompt.on("SIGINT", () => {
      this.close();
      if (!process.emit("SIGINT")) process.kill(process.pid, "SIGINT");
    });
  }

  /** Without input it waits for the browser. @throws VerificationError after invalid lines */
  async next(signal: AbortSignal, problem: string): Promise<string> {
    if (problem !== "") printNote(problem);
    if (this.#input.isTTY) this.#prompt.prompt();
    for (;;) {
      // An ended round leaves its pending line to the next round.
      const { done, value } = await (this.#next ??= this.#lines.next() as Promise<Line>);
      if (done || signal.aborted) break;
      this.#next = undefined;
      if (value[0].trim() !== "") return value[0];
    }
    if (problem !== "" && !signal.aborted) {
      const what = "Standard input ended without an address of this sign-in.";
      throw new VerificationError({ what, why: `${problem} Nothing was stored.` });
    }
    // The browser answered, or there is no input: the caller races this.
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
