/** A file that the command line names. */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { sentence } from "../../errors/failure";
import { UsageError } from "../exit-code";

/** Takes a byte order mark for none. */
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * @param option that named it @param most bytes @param less what helps where it has more
 * @throws UsageError for one that is not there, no file, larger, or not UTF-8: what was written in another encoding would be other names
 */
export function readTextFile(option: string, file: string, most: number, less = sentence("Divide it.")): string {
  try {
    const descriptor = openSync(file, "r");
    try {
      if (fstatSync(descriptor).size <= most) return decoder.decode(readFileSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      throw new UsageError(`${option} ${file} is not text in UTF-8.`, sentence("Save it anew, in UTF-8."));
    }
    throw new UsageError(`${option} ${file} cannot be read (${code}).`, sentence("Name a file that is there."));
  }
  throw new UsageError(`${option} ${file} has more than ${most / 1_000_000} MB.`, less);
}
