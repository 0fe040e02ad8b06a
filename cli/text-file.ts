/** A file that the command line names. */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { type Fix, sentence } from "../errors/failure";
import { UsageError } from "./exit-code";

const nameAnother = sentence("Name a file that is there.");
const letRead = sentence("Have its owner let this account read it, or name another file.");
/** By the system's code. */
const fixes: Readonly<Record<string, Fix>> = {
  EISDIR: sentence("It is a folder: name a file in it."),
  EACCES: letRead,
  EPERM: letRead,
};

/**
 * @returns its text: UTF-8, or UTF-16 with its mark, which Windows PowerShell writes behind ">"
 * @param option that named it @param most bytes @param less what helps where it has more
 * @throws UsageError for one that is not there, no file, larger, or in another encoding, which would be read as other names
 */
export function readTextFile(option: string, file: string, most: number, less = sentence("Divide it.")): string {
  try {
    const descriptor = openSync(file, "r");
    try {
      if (fstatSync(descriptor).size <= most) return decoded(readFileSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA")
      throw new UsageError(`${option} ${file} is not text in UTF-8.`, sentence("Save it anew, in UTF-8."));
    throw new UsageError(`${option} ${file} cannot be read (${code}).`, fixes[code] ?? nameAnother);
  }
  throw new UsageError(`${option} ${file} has more than ${most / 1_000_000} MB.`, less);
}

/** Without the mark. */
const decoded = (bytes: Buffer): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
