/** Partner Center's export of customers, an earlier run's failures, or a typed column. */
import { type CsvError, parse } from "csv-parse/sync";
import { customerFileBytes, isGuid } from "../../lib/config/limits";
import { sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { isDomain } from "../redemption/partner-token";
import { readTextFile } from "../terminal/text-file";

/** Headings in order of preference: learn.microsoft.com/partner-center/customers/see-your-customer-list. */
const headings = [
  ["tenantid", "customertenantid", "microsoftid", "customerid", "customer"],
  ["domain", "primarydomainname", "primarydomain", "defaultdomainname"],
  ["name", "companyname", "customername"],
];

/** @returns each row's id, domain or name; without a heading its only column @throws UsageError */
export async function namesInTable(file: string, option = "--from"): Promise<string[]> {
  const text = await readTextFile(option, file, customerFileBytes);
  const given = `${option} ${file}`;
  const [table, ...others] = [",", ";", "\t"].map((delimiter) => rowsOf(text, delimiter));
  for (const rows of [table, ...others]) {
    if (!Array.isArray(rows)) continue;
    const [first = [], ...below] = rows;
    const columns = headings.map((names) => first.findIndex((cell) => names.includes(headingOf(cell))));
    if (columns.every((column) => column === -1)) continue;
    const named = below.map((row) => columns.map((column) => row[column] ?? "").find((cell) => cell !== "") ?? "");
    if (named.length > 0) return named;
    throw nobodyIn(given);
  }
  if (!Array.isArray(table))
    throw new UsageError({ what: `${given} is not a table.`, why: table }, sentence("Save it as CSV in UTF-8."));
  if (table.length === 0) throw nobodyIn(given);
  return table.map(([first = "", ...more], index) => {
    if (more.length === 0 || isGuid(first) || isDomain(first)) return first;
    const what = `${given} has more than one column at row ${index + 1}, and no heading names the customer's column.`;
    const fix = "Name that column tenantId, domain or name. Put values with a comma in quotes.";
    throw new UsageError(what, sentence(fix));
  });
}

const nobodyIn = (given: string): UsageError =>
  new UsageError(`${given} names no customer.`, sentence("Name one a line: tenant id, domain or name."));

const headingOf = (cell: string): string => cell.toLowerCase().replace(/[\s_-]/gu, "");

/** @returns the problem as text if it is not a table */
function rowsOf(text: string, delimiter: string): string[][] | string | undefined {
  try {
    return parse(text, { delimiter, relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    return (error as CsvError).message;
  }
}
