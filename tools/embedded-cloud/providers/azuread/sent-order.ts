/**
 * Sets are sent to Graph, which preserves their order, in that of a hash of each element, as in Terraform's
 * SDK (helper/schema, set.go and serialize.go): neither the program's order nor that of the state.
 */
import { crc32 } from "node:zlib";
import type { Properties, Property, ResourceType } from "../base/plugin";
import { isValues, type Value, type Values } from "../base/values";
import { snakeCase } from "./snake-case";

/** The same type, whose creations and updates are sent with their sets in that order. */
export function sendingInOrder<Cloud>(type: ResourceType<Cloud>): ResourceType<Cloud> {
  const ordered = <S extends { inputs: Values }>(subject: S): S => ({
    ...subject,
    inputs: objectInOrder(subject.inputs, type.properties),
  });
  const update = type.update?.bind(type);
  return {
    ...type,
    create: (cloud, subject) => type.create(cloud, ordered(subject)),
    ...(update && { update: (cloud, existing) => update(cloud, ordered(existing)) }),
  };
}

function objectInOrder(values: Values, properties: Properties): Values {
  const entries = Object.entries(values).map(([key, value]) => [key, inOrder(value, properties[key])] as const);
  return Object.fromEntries(entries);
}

function inOrder(value: Value, property: Property | undefined): Value {
  if (property?.type === "object" && isValues(value)) return objectInOrder(value, property.properties);
  if ((property?.type !== "list" && property?.type !== "set") || !Array.isArray(value)) return value;
  const { of, type } = property;
  const elements = value.map((element) => inOrder(element, of));
  return type === "list" ? elements : inHashOrder(elements, of);
}

/** Hashes are compared as texts. */
const inHashOrder = (set: readonly Value[], of: Property): Value[] =>
  set
    .map((element) => ({ element, hash: String(crc32(serialized(element, of, false))) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .map(({ element }) => element);

/** @param isMember of a list or set: objects inside these are in angle brackets */
function serialized(value: Value | undefined, property: Property, isMember: boolean): string {
  if (property.type === "object") {
    const inside = serializedObject(isValues(value) ? value : {}, property.properties);
    return isMember ? `<${inside}>;` : inside;
  }
  if (property.type === "list" || property.type === "set") {
    const { of, type } = property;
    const elements = Array.isArray(value) ? value : [];
    const inside = (type === "set" ? inHashOrder(elements, of) : elements)
      .map((one) => serialized(one, of, true))
      .join("");
    return type === "set" ? `{${inside}};` : `(${inside});`;
  }
  if (property.type === "boolean") return value === true ? "1;" : "0;";
  return typeof value === "string" || typeof value === "number" ? `${value};` : ";";
}

const serializedObject = (values: Values, properties: Properties): string =>
  Object.entries(properties)
    .map(([key, property]) => ({ name: property.argument ?? snakeCase(key), value: values[key], property }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value, property }) => `${name}:${serialized(value, property, false)}`)
    .join("");
