import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as limits from "../../lib/config/limits";
import { settingsPage } from "./settings-page";

const repository = join(__dirname, "..", "..");
const page = join(repository, "docs", "settings.md");

test("docs/settings.md is what the settings say of themselves; WRITE_PAGES=1 npm test -- settings-page writes it", () => {
  if (process.env["WRITE_PAGES"]) writeFileSync(page, settingsPage());
  expect(readFileSync(page, "utf8")).toBe(settingsPage());
});

const rows = settingsPage()
  .split("\n")
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/gu, "").trim()));

test("it lists sub-keys and entries of lists, ranges with their units, and defaults", () => {
  const rowOf = (name: string) => rows.find(([first]) => first === `\`${name}\``)?.slice(2);
  expect(rowOf("vault.readers[].principalId")).toEqual(["an object id (GUID)", "required", ""]);
  expect(rowOf("vault.retentionDays")).toEqual(["a whole number of days from 7 to 90", "90", ""]);
  expect(rowOf("consent.port")).toEqual(["a whole number from 1024 to 65535", "8400", ""]);
  expect(rowOf("tenantId")).toEqual([
    "a tenant's GUID or one of its verified domains",
    "the deployer's tenant",
    "`partner.example`",
  ]);
  expect(rowOf("owners[]")).toEqual(["an object id (GUID)", "", ""]);
  expect(rowOf("vault")?.[1]).toBe("required");
});

/** Doc comments cannot be computed, because consumers read them in an editor. */
test.each([
  ["partner-consent", "deadlineMinutes", limits.deadlineMinutes],
  ["partner-consent", "warnBeforeDays", limits.warnBeforeDays],
  ["partner-consent", "port", limits.signInPort],
  ["token-vault", "retentionDays", limits.retentionDays],
] as const)("components/%s tells range and default of %s in its arguments", (file, name, { least, most, ...limit }) => {
  const source = readFileSync(join(repository, "components", `${file}.ts`), "utf8");
  const [, comment] = new RegExp(`/\\*\\* ([^\\n]*) \\*/\\n  ${name}\\?:`, "u").exec(source) ?? [];
  expect(comment).toMatch(new RegExp(`${least} to ${most}[;,] default ${limit.default}\\.`, "u"));
});
