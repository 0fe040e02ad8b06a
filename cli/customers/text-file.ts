/** Reads a file given on the command line. */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { sentence } from "../../errors/failure";
import { UsageError } from "../exit-code";

/**
 * @param option that names it
 * @param most bytes
 * @param less the fix for a larger one
 * @throws UsageError for one that does not exist, is not a file, or is larger
 */
export function readTextFile(option: string, file: string, most: number, less = sentence("Divide it.")): string {
  try {
    const descriptor = openSync(file, "r");
    try {
      if (fstatSync(descriptor).size <= most) return readFileSync(descriptor, "utf8").replace(/^\uFEFF/u, "");
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new UsageError(`${option} ${file} cannot be read (${code}).`, sentence("Name a file that is there."));
  }
  throw new UsageError(`${option} ${file} has more than ${most / 1_000_000} MB.`, less);
}
