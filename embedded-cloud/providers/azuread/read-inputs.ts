/** Inputs that go with a state just read, as the recorded plugin derives them. */
import type { Existing, Properties, Property, ResourceType } from "../base/plugin";
import { canonical, isValues, items, type Value, type Values } from "../base/values";

/** What the program gave, with the values found; of an import, everything that says more than a default. */
export function inputsAfterRead(type: ResourceType<never>, { inputs }: Existing, found: Values): Values {
  if (Object.keys(inputs).length > 0) return projected(inputs, found, type.properties);
  const told = Object.entries(type.properties).filter(([key, property]) => tells(property, found[key] ?? null));
  return { __defaults: [], ...Object.fromEntries(told.map(([key]) => [key, found[key] ?? null])) };
}

function tells(property: Property, value: Value): boolean {
  if (Array.isArray(value)) return value.some((item) => tells({ type: "string" }, item));
  if (isValues(value)) return Object.values(value).some((inner) => tells({ type: "string" }, inner));
  return value !== null && value !== "" && value !== false && value !== property.default;
}

function projected(inputs: Values, found: Values, properties: Properties): Values {
  const result: Values = {};
  for (const [key, input] of Object.entries(inputs)) {
    if (key === "__defaults") {
      if (items(input).length > 0) result[key] = input;
    } else result[key] = project(input, found[key] ?? null, properties[key]);
  }
  return result;
}

function project(input: Value, found: Value, property: Property | undefined): Value {
  if (property?.type === "object" && isValues(input) && isValues(found)) {
    return projected(input, found, property.properties);
  }
  // A set of objects keeps the program's order and elements: only those found changed are replaced (recorded).
  if (property?.type === "set" && property.of.type === "object") {
    const { properties } = property.of;
    return items(input).map((item) => {
      const twin = items(found).find((candidate) => shares(item, candidate));
      return isValues(item) && isValues(twin) ? projected(item, twin, properties) : item;
    });
  }
  if (property?.type === "list" && Array.isArray(found)) {
    return found.map((item, index) => project(items(input)[index] ?? item, item, property.of));
  }
  return found;
}

/** Whether two objects have a scalar property in common: the one that says what they are about. */
function shares(a: Value, b: Value): boolean {
  if (!isValues(a) || !isValues(b)) return canonical(a) === canonical(b);
  return Object.entries(a).some(([key, value]) => typeof value === "string" && b[key] === value);
}
