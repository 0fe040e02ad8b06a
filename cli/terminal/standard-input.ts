/** Reads standard input, and pipes that the command line names, within limits: their length and duration depend on the sender. */
import type { Readable } from "node:stream";
import { inputMinutes } from "../../lib/config/limits";
import { Failure, sentence } from "../../lib/errors/failure";
import { limits } from "../../lib/http/limits";
import { within } from "../../lib/http/within";
import { announce } from "../../lib/startup/waiting";
import { UsageError } from "./exit-code";

/** How the reading ended: at the end of the input, at the limit of its length or time, or when the caller needs no more. */
export type InputEnd = "ended" | "too long" | "too late" | "enough";

/**
 * @param most bytes
 * @param take receives the text in pieces; after it returns false nothing more is read
 * @throws UsageError for an input that cannot be read, such as a folder
 */
export async function readInput(most: number, take: (text: string) => boolean): Promise<InputEnd> {
  let left = most;
  let isLong = false as boolean;
  const end = await readPieces(process.stdin.setEncoding("utf8"), "standard input", (piece: string) => {
    const isTaken = take(piece.slice(0, left));
    left -= piece.length;
    isLong = isTaken && left <= 0;
    return isTaken && !isLong;
  });
  return isLong ? "too long" : end;
}

/**
 * @param name in errors, and where it takes long
 * @param take receives each piece, a text or bytes as the stream gives them; after it returns false nothing more is read
 * @throws UsageError for an input that cannot be read
 */
export async function readPieces<T>(
  input: Readable & AsyncIterable<T>,
  name: string,
  take: (piece: T) => boolean,
): Promise<Exclude<InputEnd, "too long">> {
  const milliseconds = inputMinutes * 60_000;
  let stop: (() => void) | undefined;
  const slow = setTimeout(() => {
    stop = announce(`${name} to end`, milliseconds, undefined);
  }, limits.slow);
  const late = new Failure("input-late", `${name} did not end.`);
  try {
    return await within(
      milliseconds,
      undefined,
      () => late,
      async () => await readFrom(input, name, take),
    );
  } catch (error) {
    if (error === late) return "too late";
    throw error;
  } finally {
    clearTimeout(slow);
    stop?.();
    // An open pipe would keep the process alive.
    input.destroy();
  }
}

async function readFrom<T>(
  input: AsyncIterable<T>,
  name: string,
  take: (piece: T) => boolean,
): Promise<"ended" | "enough"> {
  try {
    for await (const piece of input) if (!take(piece)) return "enough";
    return "ended";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(
      `${name.replace(/^s/u, "S")} cannot be read (${code}).`,
      sentence("Name a file, or pipe the text in."),
    );
  }
}
