/**
 * Inputs for a state that was just read, derived from the program's inputs alone, as in Terraform's bridge.
 * So they can lack some of the state: lists never grow, and a set that grew loses the last in its order.
 */
import { isDeepStrictEqual } from "node:util";
import type { Existing, Properties, Property, ResourceType } from "../base/plugin";
import { isValues, texts, type Value, type Values } from "../base/values";
import { paired } from "./paired";

/** The program's inputs with the found values; for an import, everything that is not a default. */
export function inputsAfterRead(type: ResourceType<never>, { inputs }: Existing, found: Values): Values {
  if (Object.keys(inputs).length > 0) return declaredOf(inputs, found, type.properties);
  const told = Object.entries(type.properties).filter(([key, property]) => tells(property, found[key] ?? null));
  return { __defaults: [], ...Object.fromEntries(told.map(([key]) => [key, found[key] ?? null])) };
}

function tells(property: Property, value: Value): boolean {
  if (Array.isArray(value)) return value.some((item) => tells({ type: "string" }, item));
  if (isValues(value)) return Object.values(value).some((inner) => tells({ type: "string" }, inner));
  return value !== null && value !== "" && value !== false && value !== property.default;
}

/** An object's declared keys. A default whose value changed is no longer one; an empty list is omitted. */
function declaredOf(inputs: Values, found: Values, properties: Properties): Values {
  const result: Values = {};
  const defaults = texts(inputs["__defaults"]).filter((key) => isDeepStrictEqual(found[key], inputs[key]));
  if (defaults.length > 0) result["__defaults"] = defaults;
  for (const [key, input] of Object.entries(inputs)) {
    const value = found[key] ?? null;
    if (key !== "__defaults" && value !== null) result[key] = valueOf(input, value, properties[key]);
  }
  return result;
}

function valueOf(input: Value, found: Value, property: Property | undefined): Value {
  if (isValues(input) && isValues(found)) {
    return declaredOf(input, found, property?.type === "object" ? property.properties : {});
  }
  if (!Array.isArray(input) || !Array.isArray(found) || (property?.type !== "list" && property?.type !== "set")) {
    return found;
  }
  const { of } = property;
  if (property.type === "set" && of.type === "object") {
    return paired(input.filter(isValues), found.filter(isValues)).map(([old, live]) =>
      declaredOf(old, live, of.properties),
    );
  }
  return found.slice(0, input.length).map((live, index) => valueOf(input[index] ?? null, live, of));
}
