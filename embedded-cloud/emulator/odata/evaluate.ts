import type { Filter } from "./filter";
import type { Literal } from "./tokens";

type Properties = Readonly<Record<string, unknown>>;

/** A service's own functions, by name. */
export type Functions = Readonly<Record<string, (object: Properties, values: readonly Literal[]) => boolean>>;

/** Texts are compared without regard to case, as in Microsoft's services. */
export function passes(object: Properties, filter: Filter, functions: Functions = {}): boolean {
  switch (filter.kind) {
    case "and":
      return passes(object, filter.left, functions) && passes(object, filter.right, functions);
    case "or":
      return passes(object, filter.left, functions) || passes(object, filter.right, functions);
    case "not":
      return !passes(object, filter.operand, functions);
    case "function":
      return functions[filter.name]?.(object, filter.values) ?? false;
    case "in":
      return filter.values.some((value) => compare(valueAt(object, filter.path), value) === 0);
    case "lambda": {
      const elements = listAt(object, filter.path);
      const test = (element: unknown) => passes({ [filter.variable]: element }, filter.condition);
      return filter.operator === "any" ? elements.some(test) : elements.every(test);
    }
    case "call": {
      const value = comparable(valueAt(object, filter.path));
      const wanted = comparable(filter.value.value);
      if (typeof value !== "string" || typeof wanted !== "string") return false;
      return {
        startswith: value.startsWith(wanted),
        endswith: value.endsWith(wanted),
        contains: value.includes(wanted),
      }[filter.operator];
    }
    case "comparison": {
      const order = compare(valueAt(object, filter.path), filter.value);
      if (order === undefined) return filter.operator === "ne";
      return {
        eq: order === 0,
        ne: order !== 0,
        gt: order > 0,
        ge: order >= 0,
        lt: order < 0,
        le: order <= 0,
      }[filter.operator];
    }
  }
}

function valueAt(object: Properties, path: string): unknown {
  return path.split("/").reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), object);
}

function listAt(object: Properties, path: string): unknown[] {
  const value = valueAt(object, path);
  return Array.isArray(value) ? value : [];
}

/** Undefined if the two cannot be compared: one of them is null, or they have different types. */
function compare(value: unknown, literal: Literal): number | undefined {
  const [one, other] = [
    comparable(literal.type === "Edm.DateTimeOffset" ? Date.parse(String(value)) : value),
    comparable(literal.value),
  ];
  if (one === other) return 0;
  if (typeof one === "string" && typeof other === "string") return one < other ? -1 : 1;
  return typeof one === "number" && typeof other === "number" ? one - other : undefined;
}

function comparable(value: unknown): unknown {
  if (typeof value === "string") return value.toLowerCase();
  return value ?? null;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}
