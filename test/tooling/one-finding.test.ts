/** A finding has one form (cli/report/finding.ts): no other type pairs a state with what helps. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { repository } from "./markdown";

const states = ["state", "severity", "verdict"];
const helps = ["fix", "fixes", "steps"];

/** Names of the members that a type declares itself, of each type in a source. */
function membersIn(source: ts.SourceFile): string[][] {
  const found: string[][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node))
      found.push(node.members.flatMap(({ name }) => (name === undefined ? [] : [name.getText(source)])));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const pairs = (file: string): boolean => {
  const text = readFileSync(join(repository, file), "utf8");
  const all = membersIn(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return all.some((names) => [states, helps].every((some) => some.some((name) => names.includes(name))));
};

test("no type of the command has a state and fixes of its own", () => {
  expect(globSync("cli/**/*.ts", { cwd: repository }).filter(pairs)).toEqual([]);
});
