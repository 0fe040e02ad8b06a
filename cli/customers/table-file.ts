/** Customers in a file: the list that Partner Center exports, the failures of an earlier run, or one column that a person typed. */
import { type CsvError, parse } from "csv-parse/sync";
import { customerFileBytes } from "../../config/limits";
import { sentence } from "../../errors/failure";
import { UsageError } from "../exit-code";
import { readTextFile } from "../text-file";

/**
 * Headings of columns, without spaces and in lower case, in order of preference.
 * Partner Center's own: "Microsoft ID", "Company name", "Primary domain name"
 * (https://learn.microsoft.com/partner-center/customers/see-your-customer-list).
 */
const headings = [
  ["tenantid", "customertenantid", "microsoftid", "customerid", "customer"],
  ["domain", "primarydomainname", "primarydomain", "defaultdomainname"],
  ["name", "companyname", "customername"],
];

/**
 * @returns for each row its id, otherwise its domain, otherwise its name; for a file without headings, each row's first column
 * @throws UsageError
 */
export function namesInTable(file: string): string[] {
  const text = readTextFile("--from", file, customerFileBytes);
  const [table, ...others] = [",", ";", "\t"].map((delimiter) => rowsOf(text, delimiter));
  for (const rows of [table, ...others]) {
    if (!Array.isArray(rows)) continue;
    const [first = [], ...below] = rows;
    const columns = headings.map((names) => first.findIndex((cell) => names.includes(headingOf(cell))));
    if (columns.every((column) => column === -1)) continue;
    return below.map((row) => columns.map((column) => row[column] ?? "").find((cell) => cell !== "") ?? "");
  }
  if (!Array.isArray(table)) {
    throw new UsageError({ what: `--from ${file} is no table.`, why: table }, sentence("Save it as CSV in UTF-8."));
  }
  const names = table.map(([first = ""]) => first);
  if (names.length > 0) return names;
  throw new UsageError(`--from ${file} names no customer.`, sentence("Name one a line: tenant id, domain or name."));
}

const headingOf = (cell: string): string => cell.toLowerCase().replace(/[\s_-]/gu, "");

/** @returns the problem as text if it is not a table */
function rowsOf(text: string, delimiter: string): string[][] | string | undefined {
  try {
    return parse(text, { delimiter, relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    return (error as CsvError).message;
  }
}
