/** GitHub's Markdown, in which nothing from outside is more than text. */

/** A code span, so that what a tamperer wrote is no mention, link or HTML. The fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const padding = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${padding}${text}${padding}${fence}`;
}

/** GitHub takes bodies of 65,536 characters; what else stands in one is short. */
const mostCharacters = 60_000;

/**
 * A table of as many rows as an issue takes.
 * @param head its head, two lines @param cells of each row, in Markdown @param all the command that shows them all
 */
export function table(head: readonly string[], cells: readonly (readonly string[])[], all: string): string {
  const lines = cells.map((row) => ["", ...row, ""].join(" | ").trim());
  let length = 0;
  const kept = lines.filter((line) => (length += line.length + 1) <= mostCharacters);
  const left = lines.length - kept.length;
  return [...head, ...kept, ...(left === 0 ? [] : ["", `… and ${left} more: ${code(all)} shows them all.`])].join("\n");
}

/** A bar would end the cell even in a code span. */
export const cell = (text: string): string => code(text).replaceAll("|", "\\|");
