/** The names of the tests in a file, read from its source. */
import { readFileSync } from "node:fs";
import ts from "typescript";

/** Titles of `test`, `it` and `describe`; those of a table also with each case's first text inserted. */
export function testNames(file: string): Set<string> {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const titles: string[] = [];
  const cases: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:test|it|describe)\b/u.test(rootOf(node.expression))) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
    }
    const [first] = ts.isArrayLiteralExpression(node) ? node.elements : [];
    if (first !== undefined && ts.isStringLiteralLike(first)) cases.push(first.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const filled = titles.flatMap((title) =>
    title.includes("%s") ? cases.map((text) => title.replace("%s", () => text)) : [],
  );
  return new Set([...titles, ...filled]);
}

/** `test` of `test("…")`, `test.each(cases)("…")` and the like. */
function rootOf(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression))
    return rootOf(expression.expression);
  return "";
}
