/** Reads standard input within limits: its length and duration depend on the sender. */
import { inputMinutes } from "../config/limits";
import { Failure, sentence } from "../errors/failure";
import { limits } from "../http/limits";
import { within } from "../http/within";
import { announce } from "../startup/waiting";
import { UsageError } from "./exit-code";

/** How the reading ended: at the end of the input, at the limit of its length or time, or when the caller needs no more. */
export type InputEnd = "ended" | "too long" | "too late" | "enough";

/**
 * @param most bytes
 * @param take receives the text in pieces; after it returns false nothing more is read
 * @throws UsageError for an input that cannot be read, such as a folder
 */
export async function readInput(most: number, take: (text: string) => boolean): Promise<InputEnd> {
  const { stdin } = process;
  const milliseconds = inputMinutes * 60_000;
  let stop: (() => void) | undefined;
  const slow = setTimeout(() => {
    stop = announce("standard input to end", milliseconds, undefined);
  }, limits.slow);
  const late = new Failure("input-late", `Standard input did not end within ${inputMinutes} minutes.`);
  try {
    return await within(
      milliseconds,
      undefined,
      () => late,
      async () => await readFrom(stdin, most, take),
    );
  } catch (error) {
    if (error === late) return "too late";
    throw error;
  } finally {
    clearTimeout(slow);
    stop?.();
    // An open pipe would keep the process alive.
    stdin.destroy();
  }
}

async function readFrom(input: NodeJS.ReadStream, most: number, take: (text: string) => boolean): Promise<InputEnd> {
  let left = most;
  input.setEncoding("utf8");
  try {
    for await (const piece of input as AsyncIterable<string>) {
      const text = piece.slice(0, left);
      left -= text.length;
      if (!take(text)) return "enough";
      if (left <= 0 || text.length < piece.length) return "too long";
    }
    return "ended";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`Standard input cannot be read (${code}).`, sentence("Name a file, or pipe the text in."));
  }
}
