/** A table as prettier aligns it, without a line end behind it. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(inCell));
  const widths = head.map((name, column) => Math.max(...[name, ...cells.map((row) => row[column] ?? "")].map(widthOf)));
  const line = (row: readonly string[]) =>
    `| ${head.map((_, column) => (row[column] ?? "").padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n");
}

const widthOf = ({ length }: string): number => length;

/** Outside of code a browser would take it for an element; a bar would end the cell. */
const inCell = (text: string): string =>
  (text.startsWith("`") ? text : text.replaceAll("<", "&lt;")).replaceAll("|", "\\|");
