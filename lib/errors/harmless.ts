/** Makes outside text harmless: its control characters, its marks of direction, the secrets it quotes. */
import { withoutSecrets } from "./secrets";

/** Longer than any useful message; a page of HTML in place of a response is longer. */
const longest = 2000;

/** C0 and C1 controls except tab and line feed; marks that change the direction of text, or are invisible. */
const harmful = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/gu;

/** Without a limit, for text that is limited elsewhere. */
export const withoutControls = (text: string): string => text.replaceAll("\r\n", "\n").replace(harmful, " ");

/** On one line, and otherwise whole: for what is compared. */
export const oneLine = (text: string): string => withoutControls(text).replace(/\s*[\t\n]\s*/gu, " ");

/** Colours and bold: the only sequences that change nothing but the look of a terminal. */
const looks = /(\u001B\[\d{1,2}m)/u;

export const forTerminal = (text: string): string =>
  text
    .split(looks)
    .map((part, index) => (index % 2 === 0 ? withoutControls(part) : part))
    .join("");

/** JSON whose strings have the same values: a terminal shows it as well. */
export const escapedControls = (json: string): string =>
  json.replace(harmful, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The text with its line breaks, shortened if it is too long. */
export function harmless(text: string): string {
  const plain = withoutSecrets(withoutControls(text));
  return plain.length <= longest
    ? plain
    : `${plain.slice(0, longest).trimEnd()} … (${plain.length - longest} more characters)`;
}

export const harmlessLine = (text: string): string => oneLine(harmless(text));
