import * as v from "valibot";
import type { GraphContext } from "./authorization";
import { badRequest, GraphError, notServed } from "./errors";
import type { Kind } from "./kinds";
import { resourceName } from "./queries";

export type Properties = Record<string, unknown>;

/** The properties of an object that a request may set: a schema of exactly those properties. */
export type BodySchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

export function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The request's JSON object; anything else is refused as in Graph. */
export async function readBody(c: GraphContext): Promise<Properties> {
  const type = c.req.header("content-type");
  const text = await c.req.text();
  if (type === undefined) {
    throw unreadable("Write requests (excluding DELETE) must contain the Content-Type header declaration.");
  }
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw unreadable("Entity only allows writes with a JSON Content-Type header.");
  }
  if (text === "") throw unreadable("Empty Payload. JSON content expected.");
  const body = parsed(text);
  if (!isProperties(body)) {
    const advice = "Please ensure Content-Type header is set and payload is of valid JSON format.";
    throw unreadable(`Unable to read JSON request payload. ${advice}`);
  }
  return body;
}

/** Parameters of an action: those of the schema, and no others. */
export function parametersOf<Schema extends BodySchema>(
  schema: Schema,
  action: string,
  body: Properties,
): v.InferOutput<Schema> {
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(schema.entries, name));
  if (unknown !== undefined) {
    const message = `The parameter '${unknown}' in the request payload is not a valid parameter for the operation`;
    throw badRequest(`${message} '${action}'.`);
  }
  return valid(schema, body, (name) => `Invalid value specified for parameter '${name}' of the operation '${action}'.`);
}

/**
 * @param current the object before the change: a read-only property is accepted with its current value
 * @throws GraphError for a property that is unknown or read-only, or has a value that is not allowed; a 501
 *   for one that can be set in Graph but not in the emulator
 */
export function checkedBody<Schema extends BodySchema>(
  c: GraphContext,
  kind: Kind,
  schema: Schema,
  body: Properties,
  current: Properties = {},
): v.InferOutput<Schema> {
  const type = body["@odata.type"];
  if (type !== undefined && type !== `#microsoft.graph.${kind.type}`) {
    throw badRequest(`The type ${JSON.stringify(type)} is not one of ${resourceName(kind)}.`);
  }
  const change = withoutAnnotations(body);
  for (const [name, value] of Object.entries(change)) {
    if (Object.hasOwn(schema.entries, name)) continue;
    if (!kind.properties.includes(name)) throw badRequest(`Invalid property '${name}'.`);
    if (value === current[name]) continue;
    if (kind.writtenElsewhere?.includes(name)) throw notServed(c, ` with ${name}`);
    throw badRequest(`Property '${name}' is read-only and cannot be set.`);
  }
  const writable = Object.fromEntries(Object.entries(change).filter(([name]) => Object.hasOwn(schema.entries, name)));
  return valid(schema, writable, (name) => invalidValue(name, kind));
}

/** Graph's refusal of a value, by the top-level property that contains it. */
export function invalidValue(property: string, kind: Kind): string {
  return `Invalid value specified for property '${property}' of resource '${resourceName(kind)}'.`;
}

function valid<Schema extends BodySchema>(
  schema: Schema,
  value: Properties,
  refusal: (name: string) => string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const isUnknown = issue.type === "strict_object" && issue.expected === "never";
  const name = String((isUnknown ? issue.path?.at(-1) : issue.path?.[0])?.key);
  throw badRequest(isUnknown ? `Invalid property '${name}'.` : refusal(name));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(message: string): GraphError {
  return new GraphError(400, "BadRequest", message);
}

/** As in Graph, complex values are merged; everything else, lists included, is replaced. */
export function mergeProperties(current: Properties, change: Properties): Properties {
  const merged: Properties = { ...current };
  for (const [name, value] of Object.entries(change)) {
    const before = merged[name];
    merged[name] = isProperties(value) && isProperties(before) ? mergeProperties(before, value) : value;
  }
  return merged;
}

/** Properties of a request that are data, without OData's own annotations and bindings. */
function withoutAnnotations(body: Properties): Properties {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !name.includes("@odata.")));
}

/** The properties except those named. */
export function without(object: Properties, ...names: string[]): Properties {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
