/** The product's uses of what Pulumi does not document: each is a file of its own, and says so in its first comment. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const repository = join(__dirname, "..", "..");

export interface Source {
  file: string;
  text: string;
}

export const sources: readonly Source[] = ["cli", "components", "lib", "program"].flatMap((room) =>
  readdirSync(join(repository, room), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${room}/${name}`)
    .map((file) => ({ file, text: readFileSync(join(repository, file), "utf8") })),
);

const head =
  /^\/\*\*(?:(?!\*\/)[^])*?\n \* Relies on: \S(?:(?!\*\/)[^])*?\n \* Without it: \S(?:(?!\*\/)[^])*?\n \* Tested by: (.+)\n \*\/\n/u;

/** Of the files that begin so, the tests that run the use. */
export const undocumented = sources.flatMap(({ file, text }) => {
  const [, tests] = head.exec(text) ?? [];
  return tests === undefined ? [] : [{ file, tests: tests.split(", ") }];
});
