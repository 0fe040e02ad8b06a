/** The report: confirmed promises, differences, and marks in the documents that can be removed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, Json } from "./check";

export interface Report {
  /** ISO 8601. */
  began: string;
  /** With the removal: "32 minutes". */
  took: string;
  cloud: string;
  /** The program's version. */
  version: string;
  findings: readonly Finding[];
  /** What could not be removed, and the command that removes it. */
  left?: string;
}

/** Documents whose marks can be removed, because all their checks were confirmed; by id of the check. */
export function settledIn(findings: readonly Finding[]): Record<string, string[]> {
  const settled: Record<string, string[]> = {};
  for (const { id, outcome, settles } of findings) {
    for (const document of outcome === "confirmed" ? settles : []) (settled[document] ??= []).push(id);
  }
  return settled;
}

export function summaryOf(findings: readonly Finding[]): string {
  const count = (outcome: Finding["outcome"]) => findings.filter((finding) => finding.outcome === outcome).length;
  return `${count("confirmed")} confirmed, ${count("differed")} differed, ${count("skipped")} skipped`;
}

function markdownOf(report: Report): string {
  const { findings, left } = report;
  const settled = Object.entries(settledIn(findings));
  return [
    `# Acceptance in ${report.cloud}`,
    `Version ${report.version}, begun ${report.began}, took ${report.took}: ${summaryOf(findings)}.`,
    ...(left === undefined ? [] : [`**Something is left.** ${left}`]),
    ...section("Differed", findings, "differed", (finding) =>
      [bullet(finding), fenced("promised", finding.expected), fenced("answered", finding.found)].join("\n"),
    ),
    ...section("Confirmed", findings, "confirmed", bullet),
    ...section("Skipped", findings, "skipped", (finding) => `${bullet(finding)} ${finding.reason ?? ""}`),
    ...(settled.length === 0
      ? []
      : [
          "## Marks that may go",
          settled.map(([document, ids]) => `- ${document}: ${ids.map((id) => `\`${id}\``).join(", ")}`).join("\n"),
        ]),
    "",
  ].join("\n\n");
}

const bullet = ({ id, promise }: Finding): string => `- \`${id}\`: ${promise}`;

function section(
  heading: string,
  findings: readonly Finding[],
  outcome: Finding["outcome"],
  line: (finding: Finding) => string,
): string[] {
  const lines = findings.filter((finding) => finding.outcome === outcome).map(line);
  return lines.length === 0 ? [] : [`## ${heading}`, lines.join("\n")];
}

function fenced(name: string, answer: Json | undefined): string {
  const text = JSON.stringify(answer ?? null, null, 2).replaceAll("\n", "\n  ");
  return `\n  ${name}:\n\n  \`\`\`json\n  ${text}\n  \`\`\``;
}

/** Writes acceptance.md and acceptance.json. @returns the Markdown's path */
export function writeReport(folder: string, report: Report): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "acceptance.md");
  writeFileSync(path, markdownOf(report));
  writeFileSync(
    join(folder, "acceptance.json"),
    `${JSON.stringify({ ...report, settled: settledIn(report.findings) }, null, 2)}\n`,
  );
  return path;
}
