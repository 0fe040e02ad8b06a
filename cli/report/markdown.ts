/** GitHub's Markdown, in which nothing from outside is more than text. */

/** A code span, so that what a tamperer wrote is no mention, link or HTML. The fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const padding = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${padding}${text}${padding}${fence}`;
}

/** A bar would end the cell even in a code span. */
export const cell = (text: string): string => code(text).replaceAll("|", "\\|");
