/** Wrong bodies for a schema, each made of a right one. */
import type * as v from "valibot";

export type Properties = Record<string, unknown>;

/** The sample with one error, for each possible error. */
export function mutants(schema: v.GenericSchema, sample: unknown, where = ""): { what: string; properties: unknown }[] {
  const { isNullable, inner } = unwrapped(schema);
  const own = wrongValues(inner, isNullable).map((value) => ({
    what: `${where}=${JSON.stringify(value)}`,
    properties: value,
  }));
  if (isArray(inner)) {
    const [first, ...others] = sample as unknown[];
    const items = mutants(inner.item, first, `${where}[]`);
    return [...own, ...items.map(({ what, properties }) => ({ what, properties: [properties, ...others] }))];
  }
  if (!isObject(inner)) return own;
  const object = sample as Properties;
  // A property that the sample lacks would not be tested.
  expect([where, Object.keys(object).toSorted()]).toEqual([where, Object.keys(inner.entries).toSorted()]);
  const names = Object.entries(inner.entries).flatMap(([name, entry]) =>
    mutants(entry, object[name], `${where}.${name}`).map(({ what, properties }) => ({
      what,
      properties: { ...object, [name]: properties },
    })),
  );
  return [...own, { what: `${where}.flavour`, properties: { ...object, flavour: "mint" } }, ...names];
}

/** Values of other types than the schema's; null only if it is not allowed. The body itself is an object. */
function wrongValues({ type }: v.GenericSchema, isNullable: boolean): unknown[] {
  const values: Record<string, unknown> = { string: "mint", number: 7, boolean: true, array: [], object: {} };
  const right = type === "strict_object" ? "object" : type === "picklist" ? "" : type;
  const others = Object.entries(values).filter(([name]) => name !== right);
  return [...others.map(([, value]) => value), ...(isNullable ? [] : [null])];
}

function unwrapped(schema: v.GenericSchema): { isNullable: boolean; inner: v.GenericSchema } {
  const isNullable = schema.type === "nullish" || schema.type === "nullable";
  if ("pipe" in schema) {
    const last = (schema.pipe as v.GenericSchema[]).find(({ type }) => type === "strict_object");
    return { isNullable, inner: last ?? schema };
  }
  if (!("wrapped" in schema)) return { isNullable, inner: schema };
  const inner = unwrapped(schema.wrapped as v.GenericSchema);
  return { inner: inner.inner, isNullable: isNullable || inner.isNullable };
}

function isArray(schema: v.GenericSchema): schema is v.ArraySchema<v.GenericSchema, undefined> {
  return schema.type === "array";
}

function isObject(schema: v.GenericSchema): schema is v.StrictObjectSchema<v.ObjectEntries, undefined> {
  return schema.type === "strict_object";
}
