/** Reads standard input and named pipes within limits, as length and duration depend on the sender. */
import type { Readable } from "node:stream";
import { inputMinutes } from "../../lib/config/limits";
import { Failure, sentence } from "../../lib/errors/failure";
import { within } from "../../lib/http/within";
import { UsageError } from "./exit-code";

type PipeEnd = "ended" | "too late" | "enough";

/** @param most bytes @param take gets each piece of text; false ends the reading @throws UsageError */
export async function readInput(most: number, take: (text: string) => boolean): Promise<PipeEnd | "too long"> {
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

/** @param name for errors and waits @param take gets each piece; false ends the reading @throws UsageError */
export async function readPieces<T>(
  input: Readable & AsyncIterable<T>,
  name: string,
  take: (piece: T) => boolean,
): Promise<PipeEnd> {
  const late = new Failure("input-late", `${name} did not end.`);
  // A stream's own pieces are of no type.
  const pieces: AsyncIterable<T> = input;
  const read = async (): Promise<PipeEnd> => {
    for await (const piece of pieces) if (!take(piece)) return "enough";
    return "ended";
  };
  try {
    return await within(inputMinutes * 60_000, undefined, () => late, read, `${name} to end`);
  } catch (error) {
    if (error === late) return "too late";
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof Failure) throw error;
    throw new UsageError(
      `${name.replace(/^s/u, "S")} cannot be read (${code}).`,
      sentence("Name a file, or pipe the text in."),
    );
  } finally {
    // An open pipe would keep the process alive.
    input.destroy();
  }
}
