/** The part of docs/embedded-cloud.md that lists what each service refuses. */
import { markdownTable } from "../../support/markdown-table";
import type { Refusal } from "./refusal";

const begin = "<!-- refusals: WRITE_PAGES=1 npm test -- refusals -->";
const end = "<!-- end of refusals -->";

/** The page with the list between its two marks. @throws when the marks are not there */
export function withRefusals(page: string, services: Readonly<Record<string, readonly Refusal[]>>): string {
  const [before, rest = ""] = page.split(begin);
  const after = rest.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`embedded-cloud.md lacks "${begin}" and "${end}"`);
  const sections = Object.entries(services).map(([name, rows]) => `### ${name}\n\n${tableOf(rows)}`);
  return `${before}${begin}\n\n${sections.join("\n\n")}\n\n${end}${after}`;
}

function tableOf(rows: readonly Refusal[]): string {
  const cells = rows.map(({ request, refused, answer, source }) => [inCode(request), refused, answer, linked(source)]);
  return markdownTable(["request", "what is refused", "answer", "known from"], cells);
}

/** Paths contain braces and characters that Markdown would interpret. */
const inCode = (request: string): string => (request.includes("/") ? `\`${request}\`` : request);

function linked(source: Refusal["source"]): string {
  if (!source.startsWith("https://")) return source;
  const { hostname, pathname } = new URL(source);
  return `[${pathname.split("/").findLast((part) => part !== "") ?? hostname}](${source})`;
}
