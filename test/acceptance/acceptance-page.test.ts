import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checks } from "../../tools/acceptance/all-checks";
import { documents, readDocument, repository } from "../tooling/markdown";

test("every check has a name of its own, and says its promise in a sentence", () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { id, promise } of checks)
    expect([id, promise]).toEqual([
      expect.stringMatching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u),
      expect.stringMatching(/^\S.*\.$/u),
    ]);
});

test("the checks that only read come before the ones that change anything, as far as they need no deployment", () => {
  const first = checks.findIndex(({ effect }) => effect === "changes");
  const later = checks.slice(first).filter(({ effect }) => effect === "reads");
  const ofDeployment = new Set(["application", "deployment"]);
  expect(later.filter(({ needs }) => !needs.some((need) => ofDeployment.has(need)))).toEqual([]);
  expect(checks.at(-1)?.id).toBe("destroy");
});

test("a document that a check settles something in names the check, and every check that a mark names is there", () => {
  const lacking = checks.flatMap(({ id, settles }) =>
    settles
      .filter((document) => !readFileSync(join(repository, document), "utf8").includes(id))
      .map((document) => `${document}: ${id}`),
  );
  expect(lacking).toEqual([]);
  const marks = documents().flatMap((document) =>
    [...readDocument(document).matchAll(/acceptance check `([a-z0-9-]+)`/gu)].map(([, id = ""]) => id),
  );
  expect(marks.length).toBeGreaterThan(0);
  expect(marks.filter((id) => !checks.some((check) => check.id === id))).toEqual([]);
});
