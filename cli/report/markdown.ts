/** Markdown for GitHub, in which text from outside has no effect as markup. */
import type { Command } from "../../lib/errors/failure";
import { harmlessLine, oneLine, withoutControls } from "../../lib/errors/harmless";
import { commandLine, messageOf } from "../../lib/errors/text";
import type { Reported } from "./finding";

/** A code span, which text from outside can neither end nor make a mention, a link or HTML. */
export function code(outside: string): string {
  const text = oneLine(outside);
  const fence = "`".repeat(longestFence(text) + 1);
  const padding = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${padding}${text}${padding}${fence}`;
}

/** A code block of the lines that fit, each shortened. @param rest the sentence that names the place of the others @param most characters */
export function codeBlock(text: string, rest: (lines: number) => string, most = mostCharacters): string {
  // Limited to 50: the fence is longer than any run of backticks inside, and appears twice.
  const lines = withoutControls(text)
    .replace(/`{51,}/gu, "`".repeat(50))
    .split("\n");
  const { kept, left } = fitting(lines.map(cutLine), most);
  const fence = "`".repeat(Math.max(3, longestFence(kept.join("\n")) + 1));
  return [fence, ...kept, fence, ...(left === 0 ? [] : ["", rest(left)])].join("\n");
}

const mostOfLine = 2000;
const cutLine = (line: string): string => (line.length > mostOfLine ? `${line.slice(0, mostOfLine)}…` : line);

const longestFence = (text: string): number => Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));

/** Limit for a table or block: GitHub accepts bodies of 65,536 characters, and the text around it is short, or is cut. */
const mostCharacters = 60_000;
const mostOfAll = 64_000;

/** A table of the rows that fit in an issue. @param rows plain text @param all the command that shows all */
export function table(columns: readonly string[], rows: readonly (readonly string[])[], all: Command): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  // Escaped, because a bar ends the cell even in a code span.
  const { kept, left } = fitting(rows.map((row) => line(row.map((text) => code(text).replaceAll("|", "\\|")))));
  const rest = left === 0 ? [] : ["", `… and ${left} more: ${code(commandLine(all))} shows them all.`];
  return [line(columns), line(columns.map(() => "---")), ...kept, ...rest].join("\n");
}

/** A table of findings. @param columns headings of their subjects */
export const findingsTable = (columns: readonly string[], findings: readonly Reported[], all: Command): string =>
  table(
    ["state", ...columns, "what is wrong, and what helps"],
    findings.map(({ state, about, ...parts }) => [state, ...about, harmlessLine(messageOf(parts))]),
    all,
  );

/** Cuts a text to the length of a body; its tables and blocks, which come first, always fit. */
export function shortened(text: string): string {
  const { kept, left } = fitting(text.split("\n"), mostOfAll);
  return [...kept, ...(left === 0 ? [] : ["", `… and ${left} more lines.`])].join("\n");
}

/** The first lines, as many as fit in a body. */
function fitting(lines: readonly string[], most = mostCharacters): { kept: string[]; left: number } {
  let length = 0;
  const end = lines.findIndex((line) => (length += line.length + 1) > most);
  const kept = end === -1 ? [...lines] : lines.slice(0, end);
  return { kept, left: lines.length - kept.length };
}
