/** Check: fills in defaults, and reports unknown keys, missing and wrong values. */
import type { Plugin, Properties, Property } from "./plugin";
import { fields, isUnknown, isValues, items, texts, type Value, type Values } from "./values";

type Dialect = Pick<Plugin<never>, "argument" | "marksDefaults">;

/** Where a value is: as failure texts name it, and as the program does (down to the first list). */
interface Place {
  argument: string;
  property: string;
  inList?: true;
}

interface Walk {
  dialect: Dialect;
  failures: string[];
}

export interface Checked {
  inputs: Values;
  /** Texts without a property: as recorded, the position is part of the text. */
  failures: string[];
}

/** The value to check, and the corresponding one in the engine's state. */
interface Subject<T extends Value> {
  news: T;
  olds: Value | undefined;
}

/** @param name the resource's name, the root of every place. */
export function check(properties: Properties, values: Subject<Values>, name: string, dialect: Dialect): Checked {
  const walk: Walk = { dialect, failures: [] };
  const inputs = checkObject(properties, values, { argument: "", property: name }, walk);
  return { inputs, failures: walk.failures };
}

function checkObject(properties: Properties, subject: Subject<Values>, at: Place, walk: Walk): Values {
  const olds = fields(subject.olds);
  const result: Values = {};
  const defaults: string[] = [];
  for (const [key, value] of Object.entries(subject.news)) {
    if (key === "__defaults" || value === null) continue;
    const property = properties[key];
    const place = placeOf(key, property, at, walk.dialect);
    if (property === undefined) fail(walk, place, "Invalid or unknown key");
    if (property?.refused !== undefined) fail(walk, place, property.refused);
    result[key] = property === undefined ? value : checkValue(property, { news: value, olds: olds[key] }, place, walk);
  }
  for (const [key, property] of Object.entries(properties)) {
    const place = placeOf(key, property, at, walk.dialect);
    if (result[key] !== undefined) checkConflict(property, result, place, walk);
    else if (property.default !== undefined) defaults.push(key);
    else if (property.required) {
      const argument = walk.dialect.argument(key);
      const missing = `The argument "${argument}" is required, but no definition was found.`;
      fail(walk, place, `Missing required argument. ${missing}`);
    }
  }
  for (const key of defaults) {
    const adopted = walk.dialect.marksDefaults && wasDefault(key, olds) ? olds[key] : undefined;
    result[key] = adopted ?? properties[key]?.default ?? null;
  }
  if (walk.dialect.marksDefaults) result["__defaults"] = defaults;
  return result;
}

/** Without a list all old values count as defaults: one that changed in the cloud is the new default. */
const wasDefault = (key: string, olds: Values): boolean =>
  olds["__defaults"] === undefined || texts(olds["__defaults"]).includes(key);

function checkConflict(property: Property, values: Values, at: Place, walk: Walk): void {
  if (property.conflictsWith === undefined || values[property.conflictsWith] === undefined) return;
  const other = walk.dialect.argument(property.conflictsWith);
  fail(walk, at, `Conflicting configuration arguments. "${at.argument}": conflicts with ${other}`);
}

function checkValue(property: Property, { news: value, olds }: Subject<Value>, at: Place, walk: Walk): Value {
  if (isUnknown(value)) return value;
  switch (property.type) {
    case "object":
      if (isValues(value))
        return checkObject(property.properties, { news: value, olds }, { ...at, argument: `${at.argument}.0` }, walk);
      break;
    case "map":
      if (isValues(value)) return value;
      break;
    case "list":
    case "set":
      if (Array.isArray(value)) return checkItems(property, { news: value, olds }, at, walk);
      break;
    case "string":
    case "number":
    case "boolean":
      if (typeof value === property.type) {
        const problem = property.problem?.(value, at.argument);
        if (problem !== undefined) fail(walk, at, problem);
        return value;
      }
  }
  fail(walk, at, `expected "${at.argument}" to be a ${property.type}, got ${JSON.stringify(value)}`);
  return value;
}

function checkItems(
  property: Property & { type: "list" | "set" },
  { news: value, olds }: Subject<Value[]>,
  at: Place,
  walk: Walk,
): Value[] {
  const minimum = property.minimum ?? 0;
  if (value.length < minimum) {
    const items = `${minimum} item minimum, but config has only ${value.length} declared.`;
    fail(walk, at, `Not enough list items. Attribute ${at.argument} requires ${items}`);
  }
  return value.map((item, index) => {
    const place: Place = { argument: `${at.argument}.${index}`, property: at.property, inList: true };
    const old = items(olds)[index];
    if (property.of.type === "object" && isValues(item)) {
      return checkObject(property.of.properties, { news: item, olds: old }, place, walk);
    }
    return checkValue(property.of, { news: item, olds: old }, place, walk);
  });
}

function placeOf(key: string, property: Property | undefined, at: Place, dialect: Dialect): Place {
  const argument = property?.argument ?? dialect.argument(key);
  return {
    ...at,
    argument: at.argument === "" ? argument : `${at.argument}.${argument}`,
    property: at.inList ? at.property : `${at.property}.${key}`,
  };
}

function fail(walk: Walk, at: Place, problem: string): void {
  walk.failures.push(`${problem}. Examine values at '${at.property}'.`);
}
