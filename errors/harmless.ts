/** Makes text from outside harmless: a terminal executes control characters, bidirectional marks make it show a different text, and it may quote a secret. */
import { withoutSecrets } from "./secrets";

/** Longer than any useful message; a page of HTML in place of a response is longer. */
const longest = 2000;

/** C0 and C1 controls except tab and line feed; marks that change the direction of text, or are invisible. */
const harmful = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/gu;

/** Without a limit, for text that is limited elsewhere. */
export const withoutControls = (text: string): string => text.replaceAll("\r\n", "\n").replace(harmful, " ");

/** The text with its line breaks, shortened if it is too long. */
export function harmless(text: string): string {
  const plain = withoutSecrets(withoutControls(text));
  return plain.length <= longest
    ? plain
    : `${plain.slice(0, longest).trimEnd()} … (${plain.length - longest} more characters)`;
}

/** The same on one line. */
export function harmlessLine(text: string): string {
  return harmless(text).replace(/\s*[\t\n]\s*/gu, " ");
}
