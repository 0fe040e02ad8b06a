/** A file that the command line names, or a pipe, as a shell makes of `<(…)`. */
import { closeSync, fstatSync } from "node:fs";
import { Socket } from "node:net";
import { Failure, type Fix, sentence } from "../../lib/errors/failure";
import { bytesIn, megabytes, openAtOnce } from "../../lib/startup/bounded-file";
import { UsageError } from "./exit-code";
import { readPieces } from "./standard-input";

const nameAnother = sentence("Name an existing file.");
const letRead = sentence("Let its owner give this account the right to read it, or name another file.");
const fixes: Readonly<Record<string, Fix>> = {
  EISDIR: sentence("It is a folder: name a file in it."),
  EACCES: letRead,
  EPERM: letRead,
};

/** Reads UTF-8, and UTF-16 with a byte order mark, which Windows PowerShell writes. */
export async function readTextFile(option: string, file: string, most: number): Promise<string> {
  try {
    const bytes = await bytesOf(option, file, most);
    if (bytes !== undefined) return decoded(bytes);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA")
      throw new UsageError(`${option} ${file} is not text in UTF-8.`, sentence("Save it in UTF-8."));
    throw new UsageError(`${option} ${file} cannot be read (${code}).`, fixes[code] ?? nameAnother);
  }
  throw new UsageError(`${option} ${file} has more than ${megabytes(most)}.`, sentence("Split it."));
}

async function bytesOf(option: string, file: string, most: number): Promise<Buffer | undefined> {
  const descriptor = openAtOnce(file);
  if (fstatSync(descriptor).isFIFO()) return await bytesFrom(descriptor, `${option} ${file}`, most);
  try {
    return bytesIn(descriptor, most);
  } finally {
    closeSync(descriptor);
  }
}

async function bytesFrom(pipe: number, name: string, most: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let left = most;
  const end = await readPieces(new Socket({ fd: pipe, readable: true, writable: false }), name, (piece: Buffer) => {
    pieces.push(piece);
    left -= piece.length;
    return left >= 0;
  });
  if (end === "too late") throw new UsageError(`${name} did not end in time.`, nameAnother);
  return end === "enough" ? undefined : Buffer.concat(pieces);
}

const decoded = (bytes: Buffer): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
