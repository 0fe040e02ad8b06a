import { testNames } from "./test-names";

test("names are titles, and titles with their cases", () => {
  const names = testNames(__filename);
  expect([...names].filter((name) => name.startsWith("names are"))).toEqual([
    "names are titles, and titles with their cases",
  ]);
  expect(names.has("no such test")).toBe(false);
});

test.each([["a case", 1]])("names of a table hold %s", (name) => {
  expect(testNames(__filename).has(`names of a table hold ${name}`)).toBe(true);
});
