import type { Call, Comparison, Filter } from "./filter";
import { QueryError } from "./query-error";
import type { Literal } from "./tokens";

export type EdmType = Exclude<Literal["type"], "null">;
export type Operator = Comparison | Call | "in" | "not";

/** The rules for filters by one property. */
export interface FilterRule {
  /** Of the property, or of each of its elements. */
  type: EdmType;
  /** A collection can only be filtered with `any` or `all`. */
  isCollection?: boolean;
  /** Operators that always work. */
  operators: readonly Operator[];
  /** Operators that work only in advanced queries. */
  advanced?: readonly Operator[];
}

export interface FilterRules {
  /** Name of the type in the service's errors: `microsoft.graph.application`. */
  type: string;
  /** Every top-level property. */
  properties: ReadonlySet<string>;
  /** By path. */
  filterable: Readonly<Record<string, FilterRule>>;
  /** The service's own functions. */
  functions?: readonly string[];
}

/** How a filter violates its rules. */
export type FilterFault =
  | { fault: "property"; property: string }
  | { fault: "operator"; property: string; operator: Operator; advanced: boolean };

/** @returns the first violation, to which each service has its own text @throws QueryError malformed */
export function faultOf(filter: Filter, rules: FilterRules, isAdvanced: boolean): FilterFault | undefined {
  const unknown = functionsIn(filter).find((name) => !rules.functions?.includes(name));
  if (unknown !== undefined) throw malformed(`An unknown function with name '${unknown}' was found.`);
  for (const { path, operators, values, inLambda } of uses(filter)) {
    const rule = ruleOf(path, rules);
    if (rule === undefined) return { fault: "property", property: path };
    if (inLambda && rule.isCollection !== true) throw malformed("Any/All may only be used following a collection.");
    const type = !inLambda && rule.isCollection ? `Collection(${rule.type})` : rule.type;
    const [operator] = operators;
    const odd = values.find((value) => value.type !== "null" && value.type !== type);
    if (odd !== undefined && operator !== undefined) throw incompatible(type, odd, operator);
    for (const used of operators) {
      if (rule.operators.includes(used)) continue;
      const advanced = rule.advanced?.includes(used) ?? false;
      if (!advanced || !isAdvanced) return { fault: "operator", property: path, operator: used, advanced };
    }
  }
  return undefined;
}

interface Use {
  path: string;
  /** The comparison operator comes first. */
  operators: Operator[];
  values: Literal[];
  inLambda: boolean;
}

function uses(filter: Filter, isNegated = false, collection?: { path: string; variable: string }): Use[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return [filter.left, filter.right].flatMap((part) => uses(part, isNegated, collection));
    case "not":
      return uses(filter.operand, true, collection);
    case "lambda": {
      const inner = uses(filter.condition, isNegated, filter);
      if (collection !== undefined || inner.some(({ inLambda }) => !inLambda)) {
        throw malformed(`The lambda of '${filter.path}' may only ask for its own variable '${filter.variable}'.`);
      }
      return inner;
    }
    case "function":
      return [];
    case "comparison":
    case "call":
      return [use(filter.path, filter.operator, [filter.value], isNegated, collection)];
    case "in":
      return [use(filter.path, "in", filter.values, isNegated, collection)];
  }
}

function functionsIn(filter: Filter): string[] {
  if (filter.kind === "and" || filter.kind === "or") return [filter.left, filter.right].flatMap(functionsIn);
  if (filter.kind === "not") return functionsIn(filter.operand);
  if (filter.kind === "lambda") return functionsIn(filter.condition);
  return filter.kind === "function" ? [filter.name] : [];
}

function use(
  path: string,
  operator: Operator,
  values: Literal[],
  isNegated: boolean,
  collection?: { path: string; variable: string },
): Use {
  const [first, ...rest] = path.split("/");
  const inLambda = collection?.variable === first;
  return {
    path: inLambda ? [collection?.path, ...rest].join("/") : path,
    operators: isNegated ? [operator, "not"] : [operator],
    values,
    inLambda,
  };
}

function ruleOf(path: string, { type, properties, filterable }: FilterRules): FilterRule | undefined {
  const [first = ""] = path.split("/");
  if (!properties.has(first)) throw malformed(`Could not find a property named '${first}' on type '${type}'.`);
  return Object.hasOwn(filterable, path) ? filterable[path] : undefined;
}

const kinds: Readonly<Record<Comparison, string>> = {
  eq: "Equal",
  ne: "NotEqual",
  gt: "GreaterThan",
  ge: "GreaterThanOrEqual",
  lt: "LessThan",
  le: "LessThanOrEqual",
};

function incompatible(type: string, value: Literal, operator: Operator): QueryError {
  if (Object.hasOwn(kinds, operator)) {
    const found = `Found operand types '${type}' and '${value.type}' for operator kind '${kinds[operator as Comparison]}'.`;
    return malformed(`A binary operator with incompatible types was detected. ${found}`);
  }
  return malformed(`No function signature for '${operator}' matches operands of types '${type}' and '${value.type}'.`);
}

function malformed(message: string): QueryError {
  return new QueryError("malformed", "$filter", message);
}
