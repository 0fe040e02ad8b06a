// The places of a source file that a mutant changes, found in its syntax tree: each with a name that holds while the code around it moves.
import ts from "typescript";

const K = ts.SyntaxKind;

/** What an operator becomes; the compiler refuses those of the wrong type (compiles.mjs). */
const OPERATORS = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "&&": "||",
  "||": "&&",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
};
const PAIRS = [
  ["some", "every"],
  ["startsWith", "endsWith"],
  ["min", "max"],
];
const METHODS = new Map([...PAIRS, ...PAIRS.map((pair) => pair.toReversed())]);
/** Calls in place of which stands what they are called on. */
const PASSED = ["filter", "toSorted", "toReversed", "trim", "toLowerCase", "slice"];
/** Calls whose loss a person alone would see. */
const TELLING =
  /^(?:await )?(?:say|progress|ui|console|process\.std|.*\.(?:start|finish|say|progress|log|warn|debug)\()/u;

const literal = { [K.TrueKeyword]: "false", [K.FalseKeyword]: "true" };
const isCode = ({ text }) => text !== "" && !/\s/u.test(text);

/** Pairs of an operation and the text in a node's place. */
function* changes(node, text) {
  const source = node.getSourceFile();
  if (node.kind in literal) yield ["literal", literal[node.kind]];
  if (ts.isBinaryExpression(node)) {
    const [left, operator, right] = [node.left, node.operatorToken, node.right].map((part) => part.getText(source));
    if (operator in OPERATORS) yield ["operator", `(${left} ${OPERATORS[operator]} ${right})`];
    if (operator === "??") yield ["left alone", `(${left})`];
    if (operator === "??") yield ["right alone", `(${right})`];
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken) yield ["not", `(${text.slice(1)})`];
  const { parent } = node;
  const isCondition =
    (ts.isIfStatement(parent) && parent.expression === node) ||
    (ts.isConditionalExpression(parent) && parent.condition === node);
  if (isCondition) yield* ["true", "false"].map((value) => [value, value]);
  if ((ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) && isCode(node)) yield ["empty", '""'];
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0) yield ["empty", "[]"];
  if (ts.isObjectLiteralExpression(node) && node.properties.length > 0) yield ["empty", "({})"];
  if (ts.isExpressionStatement(node) && /\)\s*;?$/u.test(text) && !TELLING.test(text)) yield ["removed", ";"];
  if (ts.isReturnStatement(node) && node.expression) yield ["undefined", "return undefined;"];
  if (ts.isBlock(node) && ts.isFunctionLike(parent) && node.statements.length > 0) yield ["emptied", "{}"];
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression: object, name } = node.expression;
    const on = object.getText(source);
    const other = METHODS.get(name.text);
    if (other !== undefined) yield ["other method", on + text.slice(on.length).replace(name.text, other)];
    if (PASSED.includes(name.text)) yield ["passed", on];
  }
}

/** Nothing of it runs, or it only names something. */
const isDead = (node) =>
  ts.isTypeNode(node) ||
  [K.ImportDeclaration, K.ExportDeclaration, K.InterfaceDeclaration, K.TypeAliasDeclaration].includes(node.kind);
const isName = (node) => node.parent.name === node || ts.isElementAccessExpression(node.parent);

/** @returns mutants of a file: name, start, end, text in its place */
export function sitesOf(file, content) {
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
  const found = [];
  const times = new Map();
  function visit(node, within) {
    if (isDead(node)) return;
    const text = node.getText(source);
    const own = ts.isIdentifier(node.name ?? node) ? node.name?.text : undefined;
    const inside = own === undefined || ts.isPropertyAccessExpression(node) ? within : [...within, own];
    for (const [operation, replacement] of isName(node) ? [] : changes(node, text)) {
      const what = operation === "emptied" ? "" : text.replace(/\s+/gu, " ").slice(0, 80);
      const key = JSON.stringify([inside.join("."), operation, what]);
      const ordinal = times.get(key) ?? 0;
      times.set(key, ordinal + 1);
      const name = { file, in: inside.join("."), operation, what, ...(ordinal > 0 && { ordinal }) };
      found.push({ name, start: node.getStart(source), end: node.end, replacement });
    }
    ts.forEachChild(node, (child) => visit(child, inside));
  }
  ts.forEachChild(source, (node) => visit(node, []));
  return found;
}

export const mutated = (content, { start, end, replacement }) =>
  content.slice(0, start) + replacement + content.slice(end);
