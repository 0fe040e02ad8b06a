/** Diff: what an update changes, property by property, and what it replaces. */
import type { Properties, Property } from "./plugin";
import { canonical, isUnknown, isValues, type Value, type Values } from "./values";

export interface Change {
  /** In the engine's format of paths: `web.redirectUris[1]`. */
  path: string;
  kind: "ADD" | "DELETE" | "UPDATE";
}

/** Whether omitting a property with this value changes nothing, because the value means the same. */
export type SaysNothing = (property: Property, value: Value) => boolean;

/**
 * Changes from `olds` to `news`. Elements of sets are identified by content. An added one has its index in
 * `news`, a deleted one in `olds`; two with the same path are compared with each other (recorded).
 */
export const changes = (properties: Properties, olds: Values, news: Values, saysNothing: SaysNothing): Change[] =>
  new Comparison(saysNothing).values(properties, olds, news);

/** Changes without the paths in the program's `ignoreChanges`. */
export const without = (found: readonly Change[], ignored: readonly string[]): Change[] =>
  found.filter(
    ({ path }) => !ignored.some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`)),
  );

class Comparison {
  constructor(private readonly saysNothing: SaysNothing) {}

  values(properties: Properties, olds: Values, news: Values, prefix = ""): Change[] {
    return Object.entries(properties).flatMap(([key, property]) =>
      this.#value(property, olds[key] ?? null, news[key] ?? null, prefix + key),
    );
  }

  #value(property: Property, before: Value, given: Value, path: string): Change[] {
    const after = given ?? property.default ?? null;
    if (after === null)
      return property.computed || this.saysNothing(property, before) ? [] : [{ path, kind: "DELETE" }];
    if (before === null || isEmptyList(before)) return isEmptyList(after) ? [] : [{ path, kind: "ADD" }];
    if (isUnknown(after)) return [{ path, kind: "UPDATE" }];
    if (isEmptyList(after)) return [{ path, kind: "DELETE" }];
    if (Array.isArray(before) && Array.isArray(after)) return this.#items(property, before, after, path);
    if (isValues(before) && isValues(after)) {
      const parts = property.type === "object" ? property.properties : entries(before, after);
      return this.values(parts, before, after, `${path}.`);
    }
    const same = property.type === "string" ? property.same?.(before, after) : undefined;
    return before === after || same ? [] : [{ path, kind: "UPDATE" }];
  }

  #items(property: Property, before: Value[], after: Value[], path: string): Change[] {
    const item: Property = property.type === "list" || property.type === "set" ? property.of : { type: "string" };
    const olds: (Value | undefined)[] = [...before];
    const news: (Value | undefined)[] = [...after];
    if (property.type === "set") dropCommon(olds, news);
    return Array.from({ length: Math.max(olds.length, news.length) }, (_, index): Change[] => {
      const [old, fresh, place] = [olds[index], news[index], `${path}[${index}]`];
      if (old === undefined) return fresh === undefined ? [] : [{ path: place, kind: "ADD" }];
      return fresh === undefined ? [{ path: place, kind: "DELETE" }] : this.#value(item, old, fresh, place);
    }).flat();
  }
}

/** Removes the elements that both sets have. */
function dropCommon(olds: (Value | undefined)[], news: (Value | undefined)[]): void {
  news.forEach((fresh, index) => {
    const twin = olds.findIndex(
      (old) => old !== undefined && fresh !== undefined && canonical(old) === canonical(fresh),
    );
    if (twin < 0) return;
    olds[twin] = undefined;
    news[index] = undefined;
  });
}

const isEmptyList = (value: Value): boolean => Array.isArray(value) && value.length === 0;

/** The schema of maps and values without one: every key is an optional text. */
function entries(before: Values, after: Values): Properties {
  return Object.fromEntries([...Object.keys(before), ...Object.keys(after)].map((key) => [key, { type: "string" }]));
}
