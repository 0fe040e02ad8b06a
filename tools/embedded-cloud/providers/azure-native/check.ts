/** azure-native's check: unknown inputs are accepted, and names must match the patterns of Azure. */
import type { Checked } from "../base/check";
import type { Properties, Property } from "../base/plugin";
import { isUnknown, isValues, type Value, type Values } from "../base/values";

/** @param olds inputs in state; those of earlier versions of this plugin lack an API version, and get none */
export function check(
  properties: Properties,
  { news, olds }: { news: Values; olds: Values },
  apiVersion: string,
): Checked {
  const failures: string[] = [];
  const inputs = object(properties, news, failures);
  const isOld = Object.keys(olds).length > 0 && olds["azureApiVersion"] === undefined;
  return { inputs: isOld ? inputs : { ...inputs, azureApiVersion: inputs["azureApiVersion"] ?? apiVersion }, failures };
}

function object(properties: Properties, values: Values, failures: string[]): Values {
  const result: Values = {};
  for (const [key, value] of Object.entries(values)) {
    const property = properties[key];
    if (value !== null) result[key] = property === undefined ? value : checked(property, value, key, failures);
  }
  for (const [key, property] of Object.entries(properties)) {
    if (result[key] !== undefined) continue;
    if (property.default !== undefined) result[key] = property.default;
    else if (property.required) failures.push(`missing required property '${key}'`);
  }
  return result;
}

function checked(property: Property, value: Value, key: string, failures: string[]): Value {
  if (isUnknown(value)) return value;
  if (property.type === "object" && isValues(value)) return object(property.properties, value, failures);
  if (property.type === "list" && Array.isArray(value)) {
    return value.map((item) => checked(property.of, item, key, failures));
  }
  if (property.type === "string" || property.type === "number") {
    const problem = property.problem?.(value, key);
    if (problem !== undefined) failures.push(problem);
  }
  return value;
}

/** A text from Azure's description of its interface. */
export const matching =
  (pattern: RegExp) =>
  (value: Value, name: string): string | undefined =>
    typeof value !== "string" || pattern.test(value)
      ? undefined
      : `'${name}' does not match expression '${pattern.source}'`;
