/** docs/clouds.md and the templates agree with lib/config/clouds.ts, so that nobody copies an outdated host. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { cloudNames, clouds, regionOf } from "../../lib/config/clouds";
import { fixLines } from "../../lib/errors/text";
import { cloudFixes } from "../../lib/oauth/remedies";
import { problemsOf } from "./configuration";

const repository = join(__dirname, "..", "..");
const page = readFileSync(join(repository, "docs", "clouds.md"), "utf8");

/** Cells of the table whose head contains the clouds' names, row by row; the head itself is first. */
function cloudTable(): string[][] {
  const rows = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const head = rows.findIndex((cells) => cells.includes("AzureCloud") && cells.includes("source"));
  const length = rows.slice(head).findIndex((cells) => cells.length === 1);
  return rows.slice(head, head + length).map((cells) => cells.slice(1, -1));
}

const [head = [], , ...rows] = cloudTable();
const codeIn = (cell: string): string | undefined => /^`([^`]+)`/u.exec(cell)?.[1];

test("the table has a column for each cloud, and each row a source that the page links", () => {
  expect(head).toEqual(["", ...cloudNames, "source"]);
  const sources = rows.map((cells) => (cells.at(-1) ?? "").match(/\[S\d+\]/gu) ?? []);
  expect(sources.filter((found) => found.length === 0)).toEqual([]);
  const linked = new Set([...page.matchAll(/^(\[S\d+\]): https:/gmu)].map(([, name]) => name));
  expect([...new Set(page.match(/\[S\d+\]/gu))].filter((name) => !linked.has(name))).toEqual([]);
  expect([...linked].filter((name) => name !== undefined && page.split(name).length < 3)).toEqual([]);
});

test.each(cloudNames)("every value of %s stands in the table as the program has it", (name) => {
  const column = head.indexOf(name);
  const shown = new Map(rows.map((cells) => [codeIn(cells[0] ?? ""), codeIn(cells[column] ?? "")]));
  const values = Object.entries(clouds[name]).filter(([key]) => key !== "name");
  expect(values.map(([key]) => [key, shown.get(key)])).toEqual(values);
});

test("its regions, and the fix of a wrong cloud, are those that the program names", () => {
  const regions = rows
    .find(([label]) => label === "a region of it")
    ?.slice(1, -1)
    .map(codeIn);
  expect(regions).toEqual(cloudNames.map((name) => regionOf[name]));
  expect(page).toContain(
    fixLines(cloudFixes("AzureUSGovernment"))
      .map((line) => `\n  ${line}`)
      .join(""),
  );
});

test.each([
  ["global", "AzureCloud", "AzureUSGovernment"],
  ["usgov", "AzureUSGovernment", "AzureCloud"],
] as const)("the template of %s names the hosts of its own cloud and none of the other", (stack, own, other) => {
  const template = readFileSync(join(repository, `Pulumi.${stack}.yaml`), "utf8");
  const { authority, vaultSuffix } = clouds[own];
  for (const text of [`cloud: ${own}\n`, `AZURE_AUTHORITY_HOST=${authority}\n`, `az cloud set --name ${own}`]) {
    expect(template).toContain(text);
  }
  expect(template).toMatch(new RegExp(`azurekeyvault://<vault>\\.${vaultSuffix.replaceAll(".", "\\.")}/keys/`));
  const foreign = [other, clouds[other].authority, clouds[other].vaultSuffix];
  expect(foreign.filter((text) => template.includes(text))).toEqual([]);
  const domain = codeIn(rows.find(([label]) => label?.includes("azblob") === true)?.[head.indexOf(own)] ?? "") ?? "";
  expect(template.includes(`domain=${domain}'`)).toBe(own === "AzureUSGovernment");
});

test.each(["global", "usgov"])("the template of %s lacks three settings, and nothing else", (stack) => {
  const { config } = parse(readFileSync(join(repository, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  const namespaced = Object.entries(config).map(([name, value]) => [name.replace(/^.*:/u, ""), value]);
  const text = problemsOf(Object.fromEntries(namespaced) as Record<string, unknown>);
  expect(text).toContain("The configuration of this stack has 3 problems:");
  const paths = [...text.matchAll(/^\s*secure-application-model:(\S+)$/gmu)].map(([, path]) => path);
  expect(paths).toEqual(["vault.name", "vault.location", "consent.account"]);
});
