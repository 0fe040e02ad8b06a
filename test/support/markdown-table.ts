/** A table without a line end behind it, as prettier formats one that is wider than a line. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${head.map((_, column) => inCell(row[column] ?? "")).join(" | ")} |`;
  const rule = `| ${head.map(() => "---").join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** Outside of code a browser would take `<` for an element; a bar would end the cell. */
const inCell = (text: string): string =>
  text.replace(/`[^`]*`|</gu, (part) => (part === "<" ? "&lt;" : part)).replaceAll("|", "\\|");
