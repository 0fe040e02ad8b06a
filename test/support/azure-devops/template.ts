/** Expands a pipeline and the templates of templates/azure-pipelines/ as Azure Pipelines does: of its expressions, those that they use, and no others. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";

type Names = Readonly<Record<string, unknown>>;
type Mapping = Record<string, unknown>;

const isMapping = (node: unknown): node is Mapping => typeof node === "object" && node !== null && !Array.isArray(node);

/**
 * @param given parameters; those that are not given have their defaults
 * @param variables that are known before a run
 * @returns the file's other members, expanded
 */
export function expandFile(path: string, given: Names, variables: Names = {}): Mapping {
  const { parameters: declared = [], ...rest } = parse(readFileSync(path, "utf8")) as Mapping & {
    parameters?: { name: string; default?: unknown }[];
  };
  const values = declared.map(({ name, default: usual }) => {
    const value = given[name] ?? usual;
    if (value === undefined) throw new Error(`${path} is given no ${name}.`);
    return [name, value];
  });
  const unknown = Object.keys(given).filter((name) => !declared.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`${path} has no parameter ${unknown.join(", ")}.`);
  return expand(rest, { parameters: Object.fromEntries(values) as Names, variables }, dirname(path)) as Mapping;
}

function expand(node: unknown, names: Names, folder: string): unknown {
  if (typeof node === "string") return interpolated(node, names);
  if (Array.isArray(node)) return node.flatMap((item: unknown) => itemsOf(item, names, folder));
  if (!isMapping(node)) return node;
  const entries = Object.entries(node).flatMap(([key, value]) => {
    const [, condition] = /^\$\{\{ if (.*) \}\}$/u.exec(key) ?? [];
    if (condition === undefined) return [[key, expand(value, names, folder)]];
    return evaluate(condition, names) ? Object.entries(expand(value, names, folder) as Mapping) : [];
  });
  return Object.fromEntries(entries) as Mapping;
}

/** An item of a list: itself, those of a directive or those of a template. */
function itemsOf(item: unknown, names: Names, folder: string): unknown[] {
  const [[key, value] = ["", undefined]] = isMapping(item) ? Object.entries(item) : [];
  const [, variable = "", list] = /^\$\{\{ each (\w+) in (.*) \}\}$/u.exec(key) ?? [];
  if (list !== undefined) {
    const all = evaluate(list, names) as unknown[];
    return all.flatMap((one) => expand(value, { ...names, [variable]: one }, folder) as unknown[]);
  }
  const [, condition] = /^\$\{\{ if (.*) \}\}$/u.exec(key) ?? [];
  if (condition !== undefined) return evaluate(condition, names) ? (expand(value, names, folder) as unknown[]) : [];
  if (!isMapping(item) || typeof item["template"] !== "string") return [expand(item, names, folder)];
  const parameters = expand(item["parameters"] ?? {}, names, folder) as Names;
  return Object.values(expandFile(join(folder, item["template"]), parameters)).flat();
}

function interpolated(text: string, names: Names): unknown {
  const [, whole] = /^\$\{\{ ([^}]*) \}\}$/u.exec(text) ?? [];
  if (whole !== undefined) return evaluate(whole, names);
  return text.replaceAll(/\$\{\{ (.*?) \}\}/gu, (_, expression: string) => String(evaluate(expression, names)));
}

const functions: Record<string, (...args: unknown[]) => unknown> = {
  and: (...all) => all.every(Boolean),
  eq: (one, other) => String(one).toLowerCase() === String(other).toLowerCase(),
  not: (one) => !one,
  coalesce: (...all) => all.find((one) => one !== ""),
  replace: (text, one, other) => String(text).replaceAll(String(one), String(other)),
};

function evaluate(expression: string, names: Names): unknown {
  const [, literal] = /^'([^']*)'$/u.exec(expression) ?? [];
  if (literal !== undefined) return literal;
  if (/^\d+$/u.test(expression)) return Number(expression);
  const [, name = "", args = ""] = /^(\w+)\((.*)\)$/u.exec(expression) ?? [];
  const called = functions[name];
  if (called !== undefined) return called(...args.split(", ").map((one) => evaluate(one, names)));
  const members = [...expression.matchAll(/(\w+)|\[([^\]]+)\]/gu)].map(([, member, index]) =>
    index === undefined ? member : evaluate(index, names),
  );
  const value = members.reduce<unknown>((from, member) => (from as Mapping | undefined)?.[String(member)], names);
  // As in Azure Pipelines, a variable that is not there is empty, and so is a member of a stack's row.
  if (value === undefined && (members[0] === "variables" || members[0] === "row")) return "";
  if (value === undefined) throw new Error(`The expansion has no ${expression}.`);
  return value;
}
