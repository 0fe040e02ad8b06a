/** Where a redirected URL is pasted: a prompt at a terminal, or whatever is piped into standard input. */
import { createInterface, type Interface } from "node:readline";
import { VerificationError } from "../consent/errors";
import { printNote } from "./output";

/** One reader of one standard input, for one sign-in. Closed, it no longer keeps the process. */
export class PastedUrls {
  readonly #input: NodeJS.ReadStream;
  readonly #lines: Interface;
  readonly #isTerminal: boolean;
  readonly #waiting: ((line: string | undefined) => void)[] = [];
  readonly #read: string[] = [];
  #ended = false;

  constructor(input: NodeJS.ReadStream = process.stdin, output: NodeJS.WritableStream = process.stderr) {
    this.#input = input;
    this.#isTerminal = input.isTTY;
    const prompt = "No browser here? Paste the address it ended at: ";
    this.#lines = createInterface({ input, output, terminal: this.#isTerminal, prompt });
    // A terminal's Ctrl-C comes here and would end the prompt alone.
    this.#lines.on("SIGINT", () => {
      this.close();
      process.kill(process.pid, "SIGINT");
    });
    this.#lines.on("line", (line) => {
      if (line.trim() === "") return;
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#read.push(line);
      else waiting(line);
    });
    this.#lines.once("close", () => {
      this.#ended = true;
      for (const waiting of this.#waiting.splice(0)) waiting(undefined);
    });
  }

  /**
   * The next line.
   * @throws VerificationError when only lines that were no good came before the end; an empty input just leaves it to the browser
   */
  async next(signal: AbortSignal, problem: string): Promise<string> {
    if (problem !== "") printNote(problem);
    if (this.#isTerminal) this.#lines.prompt();
    const line = await this.#line(signal);
    if (line !== undefined) return line;
    if (problem !== "" && !signal.aborted) {
      throw new VerificationError({
        what: "Standard input ended without an address of this sign-in.",
        why: `${problem} Nothing was stored.`,
      });
    }
    // The sign-in came back by itself, or there is nothing to read from: nobody waits for this.
    return await new Promise<never>(() => undefined);
  }

  close(): void {
    this.#lines.close();
    // A pipe that somebody holds open would keep the process.
    this.#input.destroy();
  }

  async #line(signal: AbortSignal): Promise<string | undefined> {
    const read = this.#read.shift();
    if (read !== undefined || this.#ended || signal.aborted) return read;
    return await new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

/** All of standard input, for a secret that must stand in no argument. */
export async function standardInput(input: NodeJS.ReadStream = process.stdin): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of input as AsyncIterable<Buffer | string>) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}
