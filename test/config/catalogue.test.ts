import { settingsByPath } from "../../lib/config/catalogue";
import { problemOf, readAny, withSetting } from "./configuration";

const all = [...settingsByPath];

test("every setting, sub-keys and list entries included, is described", () => {
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter(([, { about, allowed }]) => !/^[A-Z].*\.$/u.test(about) || allowed === "")).toEqual([]);
  expect(all.filter(([path, { absent }]) => path.endsWith("[]") !== (absent === undefined))).toEqual([]);
  expect([...settingsByPath.keys()]).toEqual(
    expect.arrayContaining(["vault.readers[].principalId", "vault.networkRules.ipRules[]", "credential.rotateEvery"]),
  );
});

/** The engine's conversion of a typed value: whole numbers and booleans are not texts. */
const asTyped = (example: string): unknown =>
  /^(?:\d+|true|false)$/u.test(example) ? (JSON.parse(example) as unknown) : example;

const pastable = all.flatMap(([path, { example }]) =>
  example === undefined || example.startsWith("<") || path === "endpoints" ? [] : [[path, example] as const],
);

test.each(pastable)("the example of %s is one that is taken: %s", (path, example) => {
  expect(() => readAny(withSetting(path, asTyped(example)))).not.toThrow();
});

test.each(all)("a mistyped %s is told with its own rule", (path, { allowed, absent }) => {
  const shown = path.replaceAll("[]", "[0]");
  const value = path === "displayName" ? "" : allowed === "true or false" ? "yes" : true;
  const [where, found, rule, fix] = problemOf(withSetting(path, value)).split("\n");
  expect([where, found, rule]).toEqual([
    `  secure-application-model:${shown}`,
    `    found:   ${JSON.stringify(value)}`,
    `    allowed: ${allowed}${absent === undefined ? "" : ` (${absent})`}`,
  ]);
  expect(fix).toMatch(/^ {4}fix: {5}pulumi config (?:set|rm) /u);
});
