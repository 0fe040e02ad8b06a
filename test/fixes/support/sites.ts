/** Every place of the product that creates a fix, read from its source, to compare with the tests of this folder. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const repository = join(__dirname, "..", "..", "..");

const rooms = ["cli", "components", "lib", "program"];

/** The functions in lib/errors/failure.ts that create a fix; for the last two a person must do something. */
const makers = ["run", "forStack", "forCommand", "sentence", "byPerson"] as const;
type Maker = (typeof makers)[number];

export interface Site {
  /** `<file>: <text>`; values of the run time are `{}`, and of equal ones the second is `… (2)`. */
  id: string;
  maker: Maker;
}

export function sitesOfFixes(): Site[] {
  return sourcesOfProduct().flatMap(sitesIn);
}

interface Source {
  file: string;
  source: ts.SourceFile;
}

export function sourcesOfProduct(): Source[] {
  const inRooms = rooms.flatMap((room) =>
    readdirSync(join(repository, room), { recursive: true, encoding: "utf8" }).map((name) => join(room, name)),
  );
  const files = ["index.ts", ...inRooms.filter((name) => name.endsWith(".ts")).sort()];
  return files.map((file) => {
    const text = readFileSync(join(repository, file), "utf8");
    return { file, source: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) };
  });
}

function sitesIn({ file, source }: Source): Site[] {
  const imported = importedFrom(source);
  const found: Site[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const maker = makers.find((one) => one === imported.get(node.expression.getText(source)));
      const [first] = node.arguments;
      if (maker !== undefined && first !== undefined) {
        const id = `${file}: ${patternOf(first)}`;
        const before = found.filter((one) => one.id === id || one.id.startsWith(`${id} (`)).length;
        found.push({ id: before === 0 ? id : `${id} (${before + 1})`, maker });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function importedFrom(source: ts.SourceFile): Map<string, string> {
  const names = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (!statement.moduleSpecifier.text.endsWith("errors/failure") || !bindings || !ts.isNamedImports(bindings))
      continue;
    for (const { name, propertyName } of bindings.elements) names.set(name.text, (propertyName ?? name).text);
  }
  return names;
}

/** A text from the source, with `{}` for values of the run time. */
function patternOf(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("");
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return patternOf(node.left) + patternOf(node.right);
  }
  return "{}";
}
