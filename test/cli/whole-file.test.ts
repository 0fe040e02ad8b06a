/** Where a whole file is written: what is there stays, unless all of the new one is. */
import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appendOwn, requirePlace, writeWhole } from "../../cli/terminal/whole-file";
import { hasModes } from "./support/as-windows";
import { temporaryFolder } from "../support/temporary-folder";

const page = (text: string) => ({ name: "The page", text, code: "page-not-written" as const });
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
  ["a link", "link", / is a link, which is not followed\. Name one: /u],
  ["longer than a name can be", `${"n".repeat(300)}.html`, /cannot be a file \(ENAMETOOLONG\)\. Name one: /u],
  [
    "in folders that are not there",
    "a/b/status.html",
    /there is no folder .*a\/b\. Make the folder: mkdir .*\/a, then mkdir .*\/a\/b$/u,
  ],
])("%s: said before anything is looked at", (_, name, message) => {
  writeFileSync(join(folder, "file"), "");
  if (name === "link") symlinkSync(join(folder, "file"), join(folder, name));
  expect(() => {
    requirePlace("--html", join(folder, name));
  }).toThrow(expect.objectContaining({ code: "usage", message: expect.stringMatching(message) as string }) as Error);
});

test("a page takes the place of a link, and has nothing of what that leads to", async () => {
  const [own, link] = [join(folder, "own.txt"), join(folder, "own.html")];
  writeFileSync(own, "unharmed", { mode: 0o666 });
  chmodSync(own, 0o666);
  symlinkSync(own, link);
  await writeWhole(link, page("page"));
  expect([readFileSync(own, "utf8"), readFileSync(link, "utf8"), lstatSync(link).isFile()]).toEqual([
    ...["unharmed", "page", true],
  ]);
  // Nor of another user's file.
  jest.spyOn(process, "getuid").mockReturnValue(4711);
  await writeWhole(own, page("page"));
  jest.restoreAllMocks();
  for (const file of hasModes ? [link, own] : []) expect(lstatSync(file).mode & 0o777).toBe(0o600);
});

test("a line goes to the end of a file of this user's, and of no other: not where a link leads, nor into a pipe", () => {
  const [log, link, fifo] = [join(folder, "log"), join(folder, "log.link"), join(folder, "fifo")];
  for (const line of ["a\n", "b\n"]) appendOwn(log, line);
  expect(readFileSync(log, "utf8")).toBe("a\nb\n");
  if (hasModes) expect(lstatSync(log).mode & 0o777).toBe(0o600);
  symlinkSync(log, link);
  symlinkSync(join(folder, "nobody's"), join(folder, "nowhere"));
  execFileSync("mkfifo", [fifo]);
  for (const [file, why] of [
    [link, "ELOOP"],
    [join(folder, "nowhere"), "ELOOP"],
    [fifo, "ENXIO"],
  ] as const)
    expect(() => {
      appendOwn(file, "c\n");
    }).toThrow(expect.objectContaining({ code: why }) as Error);
  expect(readFileSync(log, "utf8")).toBe("a\nb\n");
  jest.spyOn(process, "getuid").mockReturnValue(4711);
  expect(() => {
    appendOwn(log, "c\n");
  }).toThrow("it is no file of this user's");
  jest.restoreAllMocks();
});
