/** Check: fills in defaults, and reports unknown keys, missing and wrong values. */
import type { Plugin, Properties, Property } from "./plugin";
import { fields, isUnknown, isValues, items, texts, type Value, type Values } from "./values";

type Dialect = Pick<Plugin<never>, "argument" | "marksDefaults">;

/** A value's place: as failure texts name it, and as the program does (down to the first list). */
interface Place {
  argument: string;
  property: string;
  inList?: true;
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
  const walk = new Walk(dialect);
  const inputs = walk.object(properties, values, { argument: "", property: name });
  return { inputs, failures: walk.failures };
}

class Walk {
  readonly failures: string[] = [];

  constructor(private readonly dialect: Dialect) {}

  object(properties: Properties, subject: Subject<Values>, at: Place): Values {
    const olds = fields(subject.olds);
    const result: Values = {};
    const defaults: string[] = [];
    for (const [key, value] of Object.entries(subject.news)) {
      if (key === "__defaults" || value === null) continue;
      const property = properties[key];
      const place = this.#placeOf(key, property, at);
      if (property === undefined) this.#fail(place, "Invalid or unknown key");
      if (property?.refused !== undefined) this.#fail(place, property.refused);
      result[key] = property === undefined ? value : this.#value(property, { news: value, olds: olds[key] }, place);
    }
    for (const [key, property] of Object.entries(properties)) {
      const place = this.#placeOf(key, property, at);
      if (result[key] !== undefined) this.#refuseConflict(property, result, place);
      else if (property.default !== undefined) defaults.push(key);
      else if (property.required) {
        const missing = `The argument "${this.dialect.argument(key)}" is required, but no definition was found.`;
        this.#fail(place, `Missing required argument. ${missing}`);
      }
    }
    return { ...result, ...this.#defaultsOf(properties, defaults, olds) };
  }

  #defaultsOf(properties: Properties, keys: string[], olds: Values): Values {
    const { marksDefaults } = this.dialect;
    const entries = keys.map((key): [string, Value] => {
      const adopted = marksDefaults && wasDefault(key, olds) ? olds[key] : undefined;
      return [key, adopted ?? properties[key]?.default ?? null];
    });
    return { ...Object.fromEntries(entries), ...(marksDefaults && { __defaults: keys }) };
  }

  #refuseConflict({ conflictsWith }: Property, values: Values, at: Place): void {
    if (conflictsWith === undefined || values[conflictsWith] === undefined) return;
    const other = this.dialect.argument(conflictsWith);
    this.#fail(at, `Conflicting configuration arguments. "${at.argument}": conflicts with ${other}`);
  }

  #value(property: Property, { news: value, olds }: Subject<Value>, at: Place): Value {
    if (isUnknown(value)) return value;
    switch (property.type) {
      case "object":
        if (!isValues(value)) break;
        return this.object(property.properties, { news: value, olds }, { ...at, argument: `${at.argument}.0` });
      case "map":
        if (!isValues(value)) break;
        return value;
      case "list":
      case "set":
        if (!Array.isArray(value)) break;
        return this.#items(property, { news: value, olds }, at);
      case "string":
      case "number":
      case "boolean":
        if (typeof value === property.type) {
          const problem = property.problem?.(value, at.argument);
          if (problem !== undefined) this.#fail(at, problem);
          return value;
        }
    }
    this.#fail(at, `expected "${at.argument}" to be a ${property.type}, got ${JSON.stringify(value)}`);
    return value;
  }

  #items(property: Property & { type: "list" | "set" }, { news, olds }: Subject<Value[]>, at: Place): Value[] {
    const minimum = property.minimum ?? 0;
    if (news.length < minimum) {
      const items = `${minimum} item minimum, but config has only ${news.length} declared.`;
      this.#fail(at, `Not enough list items. Attribute ${at.argument} requires ${items}`);
    }
    return news.map((item, index) => {
      const place: Place = { argument: `${at.argument}.${index}`, property: at.property, inList: true };
      const old = items(olds)[index];
      return property.of.type === "object" && isValues(item)
        ? this.object(property.of.properties, { news: item, olds: old }, place)
        : this.#value(property.of, { news: item, olds: old }, place);
    });
  }

  #placeOf(key: string, property: Property | undefined, at: Place): Place {
    const argument = property?.argument ?? this.dialect.argument(key);
    return {
      ...at,
      argument: at.argument === "" ? argument : `${at.argument}.${argument}`,
      property: at.inList ? at.property : `${at.property}.${key}`,
    };
  }

  #fail(at: Place, problem: string): void {
    this.failures.push(`${problem}. Examine values at '${at.property}'.`);
  }
}

/** An old value without a list of defaults counts as one: if it changed in the cloud, it is the new default. */
const wasDefault = (key: string, olds: Values): boolean =>
  olds["__defaults"] === undefined || texts(olds["__defaults"]).includes(key);
