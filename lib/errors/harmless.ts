/** Makes outside text harmless: its control characters, its marks of direction, the secrets it quotes. */
import { invisible } from "./invisible";
import { inUnits, withoutSecrets } from "./secrets";

/** Longer than any useful message; a page of HTML in place of a response is longer. */
const longest = 2000;

/** Tabs and line feeds are neither. */
const harmful = new RegExp(String.raw`(?![\t\n])[${invisible}]`, "gu");

/** Without a limit, for text that is limited elsewhere. */
export const withoutControls = (text: string): string => text.replaceAll("\r\n", "\n").replace(harmful, " ");

/** On one line, and otherwise whole: for what is compared. From within a run of spaces none is looked through again. */
export const oneLine = (text: string): string => withoutControls(text).replace(/(?<!\s)\s*[\t\n]\s*/gu, " ");

/** Colours of the text, bold and the like: sequences that change a terminal's look alone. Black, backgrounds and hidden text are none: nobody sees it. */
const looks = /(\u001B\[(?:[0-4]|2[2-4]|3[1-79]|9[0-7])m)/u;

export const forTerminal = (text: string): string =>
  text
    .split(looks)
    .map((part, index) => (index % 2 === 0 ? withoutControls(part) : part))
    .join("");

/** JSON whose strings have the same values: a terminal shows it as well. */
export const escapedControls = (json: string): string => json.replace(harmful, inUnits);

/** The text with its line breaks, shortened if it is too long. */
export function harmless(text: string): string {
  const plain = withoutSecrets(withoutControls(text));
  return plain.length <= longest
    ? plain
    : `${plain.slice(0, longest).trimEnd()} … (${plain.length - longest} more characters)`;
}

export const harmlessLine = (text: string): string => oneLine(harmless(text));
