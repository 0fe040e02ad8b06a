/** Where a whole file is written: what is there stays, unless all of the new one is. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirePlace, writeWhole } from "../../cli/terminal/whole-file";
import { temporaryFolder } from "../support/temporary-folder";

const page = (text: string) => ({ name: "The page", text, code: "page-not-written" });
const folder = temporaryFolder();

test("what cannot take the page stays whole, and nothing is left beside it", async () => {
  const own = join(folder, "own");
  const taken = join(own, "taken");
  mkdirSync(taken, { recursive: true });
  writeFileSync(join(taken, "index.html"), "before");
  await expect(writeWhole(taken, page("after"))).rejects.toMatchObject({
    code: "page-not-written",
    what: `The page could not be written to ${taken} (EISDIR).`,
  });
  expect([readdirSync(own), readFileSync(join(taken, "index.html"), "utf8")]).toEqual([["taken"], "before"]);
});

test("the longest name that a file can have", async () => {
  const file = join(folder, `${"n".repeat(250)}.html`);
  requirePlace("--html", file);
  await writeWhole(file, page("page"));
  expect(readFileSync(file, "utf8")).toBe("page");
});

test.each([
  ["a folder", "", / is not a file\. Name one: /u],
  ["below a file", "file/status.html", /cannot be a file \(ENOTDIR\)\. Name one: /u],
  ["far below a file", "file/a/status.html", /cannot be a file \(ENOTDIR\)\. Name one: /u],
  ["longer than a name can be", `${"n".repeat(300)}.html`, /cannot be a file \(ENAMETOOLONG\)\. Name one: /u],
  [
    "in folders that are not there",
    "a/b/status.html",
    /there is no folder .*a\/b\. Make the folder: mkdir .*\/a, then mkdir .*\/a\/b$/u,
  ],
])("%s: said before anything is looked at", (_, name, message) => {
  writeFileSync(join(folder, "file"), "");
  expect(() => {
    requirePlace("--html", join(folder, name));
  }).toThrow(expect.objectContaining({ code: "usage", message: expect.stringMatching(message) as string }) as Error);
});
