/** How the demo looks where it is shown: colours where the terminal has them, and lines that break between words. */
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Respects NO_COLOR, FORCE_COLOR and what is no terminal. */
export const paint = (format: Format, text: string): string => styleText(format, text, { stream: process.stdout });

/** Columns of the terminal; elsewhere lines have no end. */
export const columns = (): number => (process.stdout.isTTY ? process.stdout.columns : Infinity);

/**
 * Breaks a line between words where it would be wider than the terminal; what follows stands below what it goes on from.
 * A word that is wider by itself stays whole: it can be copied.
 * @param hanging columns that every line but the first begins with
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
