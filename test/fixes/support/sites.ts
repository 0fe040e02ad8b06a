/** Every place of the product that makes a fix, read from its source: what the tests of this folder are held against. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

const repository = join(__dirname, "..", "..", "..");

/** The rooms of the product: what a user of it may be told. */
const rooms = [
  "application",
  "azure",
  "ci",
  "cli",
  "components",
  "config",
  "consent",
  "http",
  "oauth",
  "partner-center",
  "providers",
  "startup",
  "vault",
];

/** What makes a fix, in errors/failure.ts; of the last two a person has to do something. */
const makers = ["run", "forStack", "forCommand", "sentence", "byPerson"] as const;
type Maker = (typeof makers)[number];

export interface Site {
  /** `<file>: <text>`; what is filled in at run time is `{}`, and of equal ones the second is `… (2)`. */
  id: string;
  maker: Maker;
  /** Text, and every command with its literal arguments, as the source has them. */
  source: string;
}

/** In the order of files and lines. */
export function sitesOfFixes(): Site[] {
  return filesOfProduct().flatMap(sitesIn);
}

/** Every source of the product, parsed. */
export function sourcesOfProduct(): { file: string; source: ts.SourceFile }[] {
  return filesOfProduct().map((file) => {
    const text = readFileSync(join(repository, file), "utf8");
    return { file, source: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) };
  });
}

const filesOfProduct = (): string[] => [
  "bootstrap.ts",
  "model.ts",
  "index.ts",
  ...rooms.flatMap((room) => sourcesIn(join(repository, room))).map((file) => relative(repository, file)),
];

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((one) => one.isFile() && one.name.endsWith(".ts"))
    .map((one) => join(one.parentPath, one.name))
    .sort();
}

function sitesIn(file: string): Site[] {
  const text = readFileSync(join(repository, file), "utf8");
  if (!text.includes('errors/failure"')) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imported = importedFrom(source);
  const found: Site[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const maker = makers.find((one) => one === imported.get(node.expression.getText(source)));
      const [first] = node.arguments;
      if (maker !== undefined && first !== undefined) {
        const id = `${file}: ${patternOf(first)}`;
        const before = found.filter((one) => one.id === id || one.id.startsWith(`${id} (`)).length;
        found.push({ id: before === 0 ? id : `${id} (${before + 1})`, maker, source: node.getText(source) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Local names of what a file takes from errors/failure.ts. */
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

/** A text as the source has it, `{}` for what is filled in. */
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
