/** Unset values by Terraform's rules. */
import type { Property } from "./plugin";
import { isValues, type Value } from "./values";

/** Whether a value equals an absent one: null, "", false, 0, its default, or an object of such values. */
export function isEmpty(property: Property, value: Value): boolean {
  if (value === null || value === "" || value === false || value === 0 || value === property.default) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isValues(value)) return false;
  const inner = property.type === "object" ? property.properties : {};
  return Object.entries(value).every(([key, item]) => isEmpty(inner[key] ?? { type: "string" }, item));
}
