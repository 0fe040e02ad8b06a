/** GitHub's Markdown, in which nothing from outside is more than text. */

/** A code span, so that what a tamperer wrote is no mention, link or HTML. The fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const fence = "`".repeat(longestFence(text) + 1);
  const padding = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${padding}${text}${padding}${fence}`;
}

/**
 * A block of code, of as many lines as a body takes, each cut where nobody reads on.
 * @param rest says where the lines that are left out stand @param most characters
 */
export function codeBlock(text: string, rest: (lines: number) => string, most = mostCharacters): string {
  const lines = text.replace(longRun, longestRun).split("\n").map(cutLine);
  const { kept, left } = fitting(lines, most);
  const fence = "`".repeat(Math.max(3, longestFence(kept.join("\n")) + 1));
  return [fence, ...kept, fence, ...(left === 0 ? [] : ["", rest(left)])].join("\n");
}

/** The fence is longer than any, and there twice. */
const longRun = /`{51,}/gu;
const longestRun = "`".repeat(50);

const mostOfLine = 2000;
const cutLine = (line: string): string => (line.length > mostOfLine ? `${line.slice(0, mostOfLine)}…` : line);

function longestFence(text: string): number {
  return Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
}

/** GitHub takes bodies of 65,536 characters; what else stands in one is short. */
const mostCharacters = 60_000;

/**
 * A table of as many rows as an issue takes.
 * @param head its head, two lines @param cells of each row, in Markdown @param all the command that shows them all
 */
export function table(head: readonly string[], cells: readonly (readonly string[])[], all: string): string {
  const lines = cells.map((row) => ["", ...row, ""].join(" | ").trim());
  const { kept, left } = fitting(lines);
  return [...head, ...kept, ...(left === 0 ? [] : ["", `… and ${left} more: ${code(all)} shows them all.`])].join("\n");
}

/** As many of the first lines as a body takes. */
function fitting(lines: readonly string[], most = mostCharacters): { kept: string[]; left: number } {
  let length = 0;
  const end = lines.findIndex((line) => (length += line.length + 1) > most);
  const kept = end === -1 ? [...lines] : lines.slice(0, end);
  return { kept, left: lines.length - kept.length };
}

/** A bar would end the cell even in a code span. */
export const cell = (text: string): string => code(text).replaceAll("|", "\\|");
