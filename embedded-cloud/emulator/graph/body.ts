import type { GraphContext } from "./authorization";
import { GraphError } from "./errors";

export type Properties = Record<string, unknown>;

export function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The request's JSON object; anything else is refused as Graph refuses it. */
export async function readBody(c: GraphContext): Promise<Properties> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (!isProperties(body)) {
    throw new GraphError(
      400,
      "BadRequest",
      "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
    );
  }
  return body;
}

/** Applies a change the way Graph does: complex values are merged, everything else, lists included, is replaced. */
export function mergeProperties(current: Properties, change: Properties): Properties {
  const merged: Properties = { ...current };
  for (const [name, value] of Object.entries(change)) {
    const before = merged[name];
    merged[name] = isProperties(value) && isProperties(before) ? mergeProperties(before, value) : value;
  }
  return merged;
}

/** Properties of a request that are data, without OData's own annotations and bindings. */
export function withoutAnnotations(body: Properties): Properties {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !name.includes("@odata.")));
}

/** The properties except those named. */
export function without(object: Properties, ...names: string[]): Properties {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
