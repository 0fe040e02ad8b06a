import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
  expect(rowOf("tenantId")).toEqual(["a tenant's GUID or one of its verified domains", "the deployer's tenant", ""]);
  expect(rowOf("owners[]")).toEqual(["an object id (GUID)", "", ""]);
  expect(rowOf("vault")?.[1]).toBe("required");
});
