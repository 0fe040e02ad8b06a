/** Property values in plugins: plain JSON; unknowns are a sentinel, secrets are wrapped only in responses. */
import { createRequire } from "node:module";
import type * as anyProto from "google-protobuf/google/protobuf/any_pb";
import type * as emptyProto from "google-protobuf/google/protobuf/empty_pb";
import type * as structProto from "google-protobuf/google/protobuf/struct_pb";

export type Value = string | number | boolean | null | Value[] | Values;
export interface Values {
  [key: string]: Value;
}

export type Struct = structProto.Struct;

/** Stands for a value that is not known before `up`; the engine and every language SDK use this text. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Key that marks a special property in the wire format, and its value for a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

// Messages of @pulumi/pulumi accept only its own installation of google-protobuf, which may not be ours.
const requireAsPulumi = createRequire(require.resolve("@pulumi/pulumi/proto/provider_pb.js"));
const { Struct: StructMessage } = requireAsPulumi("google-protobuf/google/protobuf/struct_pb.js") as typeof structProto;
export const { Empty } = requireAsPulumi("google-protobuf/google/protobuf/empty_pb.js") as typeof emptyProto;
export const { Any } = requireAsPulumi("google-protobuf/google/protobuf/any_pb.js") as typeof anyProto;

export const isUnknown = (value: Value | undefined): boolean => value === unknownValue;

export function isValues(value: Value | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of a property; empty for any other type. */
export const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
export const flag = (value: Value | undefined): boolean => value === true;
export const items = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);
export const texts = (value: Value | undefined): string[] => items(value).map(text);
export const fields = (value: Value | undefined): Values => (isValues(value) ? value : {});

/** A request's properties with secrets unwrapped: a provider uses plain values, like the recorded one. */
export function fromStruct(struct: Struct | undefined): Values {
  return fields(unwrap(struct?.toJavaScript() ?? {}));
}

function unwrap(value: Value): Value {
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isValues(value)) return value;
  if (value[signatureKey] === secretSignature) return unwrap(value["value"] ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
}

/**
 * A response's properties.
 * @param secrets dotted paths of values to wrap as secrets, where they are present.
 */
export function toStruct(values: Values, secrets: readonly string[] = []): Struct {
  return StructMessage.fromJavaScript(secrets.reduce((marked, path) => mark(marked, path.split(".")), values));
}

function mark(values: Values, [key = "", ...rest]: string[]): Values {
  const value = values[key];
  if (value === undefined || value === null) return values;
  if (rest.length > 0) return isValues(value) ? { ...values, [key]: mark(value, rest) } : values;
  return { ...values, [key]: { [signatureKey]: secretSignature, value } };
}

/** Inputs without Check's notes about filled-in defaults. */
export function withoutMarks(values: Values): Values {
  const clean = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(clean);
    return isValues(value) ? withoutMarks(value) : value;
  };
  const entries = Object.entries(values).filter(([key]) => key !== "__defaults");
  return Object.fromEntries(entries.map(([key, value]) => [key, clean(value)]));
}

/** The same text for equal values in any order of keys: for equality of set elements, and their order. */
export function canonical(value: Value): string {
  if (Array.isArray(value)) return `[${value.map((item) => `${canonical(item)};`).join("")}]`;
  if (!isValues(value)) return JSON.stringify(value);
  const keys = Object.keys(value).filter((key) => key !== "__defaults");
  return `<${keys
    .sort()
    .map((key) => `${canonical(value[key] ?? null)};`)
    .join("")}>`;
}

/** A set in the recorded plugin's order: texts by code point, objects by their texts, key by key. */
export function inSetOrder<T extends Value>(set: readonly T[]): T[] {
  const bytes = (value: Value): Buffer => Buffer.from(typeof value === "string" ? value : canonical(value));
  return [...set].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
}
