/** Reads a file that somebody names, within a limit, and without waiting for a pipe's writer. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** @returns its descriptor; a pipe is opened without its writer */
export const openAtOnce = (path: string): number => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);

/** @param most bytes @returns undefined if there are more, as always in /dev/zero */
export function bytesIn(descriptor: number, most: number): Buffer | undefined {
  if (fstatSync(descriptor).size > most) return undefined;
  const pieces: Buffer[] = [];
  for (let left = most; left >= 0;) {
    const piece = Buffer.alloc(65_536);
    const bytes = readSync(descriptor, piece);
    if (bytes === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, bytes));
    left -= bytes;
  }
  return undefined;
}

/** @param most bytes @throws the system's error, or an error that names the problem, for a pipe or a large file */
export function textIn(path: string, most: number): string {
  const descriptor = openAtOnce(path);
  try {
    if (fstatSync(descriptor).isFIFO()) throw new Error("it is a pipe, and no file");
    const bytes = bytesIn(descriptor, most);
    if (bytes === undefined) throw new Error(`it has more than ${megabytes(most)}`);
    return bytes.toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}

export const megabytes = (bytes: number): string => `${bytes / 1_000_000} MB`;
