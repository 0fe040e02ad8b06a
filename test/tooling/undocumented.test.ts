import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Source, sources, undocumented } from "../support/undocumented";
import { repository } from "./markdown";

const files = undocumented.map(({ file }) => file);
const others = (isFound: (text: string) => boolean): string[] =>
  sources.filter(({ file, text }: Source) => isFound(text) && !files.includes(file)).map(({ file }) => file);

test("each use of what Pulumi does not document says what it relies on, what happens without it, and what tests it", () => {
  expect(files.length).toBeGreaterThan(0);
  expect(others((text) => text.includes("* Relies on:"))).toEqual([]);
  const tests = undocumented.flatMap((one) => one.tests);
  expect(tests.filter((name) => !existsSync(join(repository, name)))).toEqual([]);
});

test.each([
  ["a file of the SDK's", /"@pulumi\/pulumi\/(?!package\.json")/u],
  ["a module in Node's cache", /\brequire\.cache\b/u],
  ["an id of the engine's", /"(?:4dabf181|1b470612|04da6b54)/u],
  ["the code of a dynamic resource", /__provider/u],
  ["a function of the engine's", /"pulumi:pulumi:read/u],
  ["a variable of the language host's", /PULUMI_(?:NODEJS_(?!STACK)|CONFIG_SECRET)/u],
])("%s is used nowhere else", (_, pattern) => {
  expect(others((text) => pattern.test(text))).toEqual([]);
});
