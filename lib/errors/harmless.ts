/** Makes outside text harmless: its control characters, its marks of direction, the secrets it quotes. */
import { invisible } from "./invisible";
import { inUnits, withoutSecrets } from "./secrets";

/** Longer than any useful message; a page of HTML in place of a response is longer. */
const longest = 2000;

/** Control and invisible characters, except tabs and line feeds. */
const harmful = new RegExp(String.raw`(?![\t\n])[${invisible}]`, "gu");

/** The text without control characters, not shortened: for text that is limited elsewhere. */
export const withoutControls = (text: string): string => text.replaceAll("\r\n", "\n").replace(harmful, " ");

/** The text on one line, not shortened: for comparisons. The lookbehind scans each run of spaces only once. */
export const oneLine = (text: string): string => withoutControls(text).replace(/(?<!\s)\s*[\t\n]\s*/gu, " ");

/** Sequences for text colours, bold and the like. Without black, backgrounds and hidden text, which can hide text. */
const looks = /(\u001B\[(?:[0-4]|2[2-4]|3[1-79]|9[0-7])m)/u;

export const forTerminal = (text: string): string =>
  text
    .split(looks)
    .map((part, index) => (index % 2 === 0 ? withoutControls(part) : part))
    .join("");

/** JSON with escaped control characters: the same values, safe to show on a terminal. */
export const escapedControls = (json: string): string => json.replace(harmful, inUnits);

/** The text with its line breaks, shortened if it is too long. */
export function harmless(text: string): string {
  const plain = withoutSecrets(withoutControls(text));
  return plain.length <= longest
    ? plain
    : `${plain.slice(0, longest).trimEnd()} … (${plain.length - longest} more characters)`;
}

export const harmlessLine = (text: string): string => oneLine(harmless(text));
