import type { Context as Exchange } from "hono";
import * as v from "valibot";

/** A refusal of the admin surface, which its service renders. */
export class AdminRefusal extends Error {
  constructor(
    readonly status: 400 | 401 | 404 | 501,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const badRequest = (message: string): AdminRefusal => new AdminRefusal(400, "BadRequest", message);

/** What a request names. @throws AdminRefusal 404 if there is none */
export function existing<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new AdminRefusal(404, "NotFound", `there is no ${name}`);
  return found;
}

/** The checked body of a request. @throws AdminRefusal 400 with all its problems */
export async function inputOf<Schema extends v.GenericSchema>(
  c: Exchange,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const { success, output, issues } = v.safeParse(schema, await c.req.json<unknown>().catch(() => undefined));
  if (success) return output;
  throw badRequest(issues.map((issue) => `${v.getDotPath(issue) ?? "body"}: ${issue.message}`).join("; "));
}
