/** Formats the demo's output: colours if the terminal supports them, and line breaks between words. */
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Respects NO_COLOR, FORCE_COLOR and outputs other than a terminal. */
export const paint = (format: Format, text: string): string => styleText(format, text, { stream: process.stdout });

/** Columns of the terminal; elsewhere lines are not limited. */
export const columns = (): number => (process.stdout.isTTY ? process.stdout.columns : Infinity);

/**
 * Breaks a line between words if it is wider than the terminal; the following lines are indented.
 * A longer word is not broken, so that it can be copied.
 * @param hanging columns of indentation for every line but the first
 */
export function wrapped(line: string, hanging: number, width: number): string {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const begins = lines.length === 0 ? rest.search(/\S|$/u) : hanging;
    const space = rest.lastIndexOf(" ", width);
    const at = space > begins ? space : rest.indexOf(" ", Math.max(begins, width));
    if (at === -1) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = " ".repeat(hanging) + rest.slice(at).trimStart();
  }
  return [...lines, rest].join("\n");
}
