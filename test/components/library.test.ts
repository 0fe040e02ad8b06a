/** What a program of one's own can name: all that the library's arguments are made of. */
import { join } from "node:path";
import * as ts from "typescript";

const library = join(__dirname, "..", "..", "components", "library.ts");

/** Reads this repository's sources alone: what packages declare, they export. */
function readSources(): ts.Program {
  const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS, noLib: true, types: [] };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      if (!text.startsWith(".")) return { resolvedModule: undefined };
      return ts.resolveModuleName(text, from, options, host);
    });
  return ts.createProgram([library], options, host);
}

/** Interfaces, with what they extend, and types; of functions and classes what they take. */
function takenBy(declaration: ts.Declaration): readonly ts.Node[] {
  if (ts.isInterfaceDeclaration(declaration))
    return [...declaration.members, ...(declaration.heritageClauses ?? []).flatMap(({ types }) => types)];
  if (ts.isTypeAliasDeclaration(declaration)) return [declaration.type];
  if (ts.isFunctionDeclaration(declaration)) return declaration.parameters;
  if (!ts.isClassDeclaration(declaration)) return [];
  return declaration.members.filter(ts.isConstructorDeclaration).flatMap(({ parameters }) => [...parameters]);
}

test("each type in an argument of what is exported is exported", () => {
  const program = readSources();
  const checker = program.getTypeChecker();
  const meant = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const file = program.getSourceFile(library);
  const module = file && checker.getSymbolAtLocation(file);
  const exported = new Set(module ? checker.getExportsOfModule(module).map(meant) : []);
  expect([...exported].map(({ name }) => name)).toContain("SecureApplicationModelArgs");
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isBase = ts.isExpressionWithTypeArguments(node);
    const name = isBase ? node.expression : ts.isTypeReferenceNode(node) ? node.typeName : undefined;
    const named = name && checker.getSymbolAtLocation(name);
    const symbol = named && meant(named);
    // A package's has no declaration here. A base, and one that a file keeps to itself, stand for their parts.
    const [declaration] = symbol?.declarations ?? [];
    if (symbol && declaration && !exported.has(symbol)) {
      const isOwn = (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) === 0;
      if (isBase || isOwn) takenBy(declaration).forEach(visit);
      else found.add(symbol.name);
    }
    node.forEachChild(visit);
  };
  for (const { declarations = [] } of exported) declarations.flatMap(takenBy).forEach(visit);
  expect([...found]).toEqual([]);
});
