/** SECURITY.md's threat model: every row names tests that are there, or says that none is possible, and what is left. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { codeSpans, readDocument, repository, tableRows } from "./markdown";

const rows = tableRows(readDocument("SECURITY.md"), 6);

test("the table is there", () => {
  expect(rows.length).toBeGreaterThan(10);
});

test.each(rows)("%s, %s: %s", (asset, who, way, stops, proof, left) => {
  expect([asset, who, way, stops, left]).not.toContain("");
  const tests = codeSpans(proof);
  expect(tests.filter((file) => !/^test\/.+\.test\.ts$/u.test(file) || !existsSync(join(repository, file)))).toEqual(
    [],
  );
  if (tests.length === 0) expect(proof).toMatch(/^none is possible: /u);
});
