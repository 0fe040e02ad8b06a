import * as v from "valibot";
import type { ResourceContext } from "./authorization";
import { ResourceError } from "./errors";

/** The request's JSON document, checked; refused with the path of the first value that does not fit. */
export async function readBody<Schema extends v.GenericSchema>(
  c: ResourceContext,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  const result = v.safeParse(schema, body);
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    const where = path === null ? "The request content was invalid" : `Invalid value found at ${path}`;
    throw new ResourceError(400, "InvalidRequestContent", `${where}: ${issue.message}`);
  }
  return result.output;
}

export const tagValues = v.nullish(v.record(v.string(), v.pipe(v.string(), v.maxLength(256))));
