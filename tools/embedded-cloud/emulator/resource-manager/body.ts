import * as v from "valibot";
import { hasOtherBody, problemOf, textMap } from "../strict-json";
import type { ResourceContext } from "./authorization";
import { ResourceError } from "./errors";

/** @throws ResourceError with the first invalid value's path, and `code` (BadRequest for vaults) */
export async function readBody<Schema extends v.GenericSchema>(
  c: ResourceContext,
  schema: Schema,
  code: "InvalidRequestContent" | "BadRequest" = "InvalidRequestContent",
): Promise<v.InferOutput<Schema>> {
  const { headers } = c.req.raw;
  if (hasOtherBody(headers)) {
    const type = headers.get("content-type") ?? "<null>";
    const message = `The content media type '${type}' is not supported. Only 'application/json' is supported.`;
    throw new ResourceError(415, "UnsupportedMediaType", message);
  }
  const body: unknown = await c.req.json().catch(() => undefined);
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = (v.getDotPath(issue) ?? "").replaceAll(/\.(\d+)/gu, "[$1]");
  if (path.startsWith("properties.accessPolicies") && path !== "properties.accessPolicies") throw invalidPolicies();
  const where = path === "" ? "The request content was invalid" : `Invalid value found at ${path}`;
  throw new ResourceError(400, code, `${where}: ${problemOf(issue)}`);
}

/** The vault provider's message for every mistake in a policy. */
export function invalidPolicies(): ResourceError {
  return new ResourceError(400, "BadRequest", "An invalid value was provided for 'accessPolicies'.");
}

const mostTags = 50;
const tagName = v.pipe(
  v.string(),
  v.maxLength(512),
  v.check((name) => !/[<>%&\\?/]/u.test(name), "a tag's name has none of <, >, %, &, \\, ?, /"),
);

/** Tags of a resource. Source: "Use tags to organize your Azure resources", limitations. */
export const tagValues = v.nullish(
  v.pipe(
    textMap(tagName, v.pipe(v.string(), v.maxLength(256))),
    v.check((tags) => Object.keys(tags).length <= mostTags, `a resource has at most ${mostTags} tags`),
  ),
);

type Echo = v.GenericSchema<string | null | undefined>;

/** Properties that clients send back as they read them: they must match the address. */
export const echoed = (id: string, type: string): { id: Echo; name: Echo; type: Echo } => ({
  id: sameAs(id),
  name: sameAs(id.slice(id.lastIndexOf("/") + 1)),
  type: sameAs(type),
});

const sameAs = (expected: string): Echo =>
  v.nullish(
    v.pipe(
      v.string(),
      v.check((text) => text.toLowerCase() === expected.toLowerCase(), "it is not what the address says"),
    ),
  );
