import type { Context } from "../context";
import type { GraphContext } from "./authorization";
import { type Properties } from "./body";
import { GraphError, notServed } from "./errors";

/** How one kind of object is named in replies, and which of its properties only show when `$select` asks for them. */
export interface Kind {
  /** Entity set, as in `$metadata#applications`. */
  set: string;
  /** Type without its namespace, as in `#microsoft.graph.application`. */
  type: string;
  selectable: readonly string[];
}

const pageSize = 100;
const queryOptions = new Set(["$filter", "$select", "$top", "$skiptoken"]);

/** Replies with one object and its `@odata.context`, narrowed to `$select`. */
export function entity(
  c: GraphContext,
  context: Context,
  kind: Kind,
  object: Properties,
  status: 200 | 201 = 200,
): Response {
  const names = selectedNames(c, kind, object);
  const suffix = names ? `(${names.join(",")})` : "";
  if (status === 201) {
    c.header("Location", `${versionRoot(c, context)}/${kind.set}/${String(object["id"])}`);
  }
  return c.json(
    { "@odata.context": `${metadata(c, context)}#${kind.set}${suffix}/$entity`, ...visible(kind, object, names) },
    status,
  );
}

/**
 * Replies with a list: filtered, a page at a time (`$top`, default 100, with `@odata.nextLink`), narrowed to `$select`.
 * Refuses with 501 any other query option, and filters on properties that are not named as filterable.
 */
export function list(
  c: GraphContext,
  context: Context,
  kind: Kind,
  objects: Properties[],
  filterable: readonly string[] = [],
): Response {
  const query = new URL(c.req.url).searchParams;
  for (const name of query.keys()) {
    if (!queryOptions.has(name)) {
      throw notServed(c, ` with ${name}`);
    }
  }
  const found = applyFilter(c, query.get("$filter"), objects, filterable);
  const from = Number(query.get("$skiptoken") ?? 0);
  const until = from + Math.min(Number(query.get("$top") ?? pageSize), pageSize);
  const names = found[0] && selectedNames(c, kind, found[0]);
  return c.json({
    "@odata.context": `${metadata(c, context)}#${kind.set}`,
    ...(until < found.length && { "@odata.nextLink": nextLink(c, context, until) }),
    value: found.slice(from, until).map((object) => visible(kind, object, names)),
  });
}

function versionRoot(c: GraphContext, context: Context): string {
  return `${context.origins.microsoftGraph}/${c.req.path.split("/")[1] ?? ""}`;
}

function metadata(c: GraphContext, context: Context): string {
  return `${versionRoot(c, context)}/$metadata`;
}

/** URL of an action's or a relation's result, for `@odata.context`. */
export function metadataOf(c: GraphContext, context: Context, fragment: string): string {
  return `${metadata(c, context)}#${fragment}`;
}

function nextLink(c: GraphContext, context: Context, from: number): string {
  const query = new URL(c.req.url).searchParams;
  query.set("$skiptoken", String(from));
  return `${context.origins.microsoftGraph}${c.req.path}?${query.toString()}`;
}

function selectedNames(c: GraphContext, kind: Kind, object: Properties): string[] | undefined {
  const names = new URL(c.req.url).searchParams.get("$select")?.split(",");
  const unknown = names?.find((name) => !(name in object));
  if (unknown !== undefined) {
    const message = `Could not find a property named '${unknown}' on type 'microsoft.graph.${kind.type}'.`;
    throw new GraphError(400, "BadRequest", `Parsing OData Select and Expand failed: ${message}`);
  }
  return names;
}

function visible(kind: Kind, object: Properties, names: string[] | undefined): Properties {
  const shown = names
    ? // `id` and the type come along whatever was selected; the azuread provider relies on the id.
      (name: string) => names.includes(name) || name === "id" || name === "@odata.type"
    : (name: string) => !kind.selectable.includes(name);
  return Object.fromEntries(Object.entries(object).filter(([name]) => shown(name)));
}

/** `name eq 'value'` and `names/any(x:x eq 'value')`, the two forms the clients here use; quotes are doubled inside. */
const filterPattern =
  /^(?:(?<name>\w+) eq|(?<names>\w+)\/any\((?<variable>\w+):\s*\k<variable> eq) '(?<value>(?:[^']|'')*)'\)?$/;

function applyFilter(
  c: GraphContext,
  filter: string | null,
  objects: Properties[],
  filterable: readonly string[],
): Properties[] {
  if (filter === null) {
    return objects;
  }
  const groups = filterPattern.exec(filter)?.groups;
  const name = groups?.["name"] ?? groups?.["names"];
  if (!groups || name === undefined || !filterable.includes(name)) {
    throw notServed(c, ` with $filter=${filter}`);
  }
  const wanted = groups["value"]?.replaceAll("''", "'").toLowerCase();
  const matches = (value: unknown): boolean => typeof value === "string" && value.toLowerCase() === wanted;
  return objects.filter((object) => {
    const value = object[name];
    return Array.isArray(value) ? value.some(matches) : matches(value);
  });
}
