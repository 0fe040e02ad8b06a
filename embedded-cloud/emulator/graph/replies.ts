import type { Context } from "../context";
import { passes } from "../odata/evaluate";
import { pageOf } from "../odata/page";
import { sorted } from "../odata/sort";
import type { GraphContext } from "./authorization";
import { type Properties } from "./body";
import type { Kind } from "./kinds";
import { entityQuery, isEventual, listQuery } from "./queries";

const pageSize = 100;

/** Replies with one object and its `@odata.context`, narrowed to `$select`. */
export function entity(
  c: GraphContext,
  context: Context,
  kind: Kind,
  object: Properties,
  status: 200 | 201 = 200,
): Response {
  const { select } = entityQuery(c, kind);
  if (status === 201) {
    c.header("Location", `${versionRoot(c, context)}/${kind.set}/${String(object["id"])}`);
  }
  return c.json(
    {
      "@odata.context": `${metadata(c, context)}#${kind.set}${selected(select)}/$entity`,
      ...visible(kind, object, select),
    },
    status,
  );
}

/** Replies with a list: filtered, sorted, a page at a time (default 100, with `@odata.nextLink`), narrowed to `$select`. */
export function list(c: GraphContext, context: Context, kind: Kind, objects: Properties[]): Response {
  const { filter, select, orderby = [], top = pageSize, skiptoken, count } = listQuery(c, kind);
  const found = filter ? objects.filter((object) => passes(object, filter)) : objects;
  const { items, next } = pageOf(sorted(found, orderby), top, skiptoken);
  // Without that header Graph omits the count without an error.
  const isCounted = count === true && isEventual(c) && skiptoken === undefined;
  return c.json({
    "@odata.context": `${metadata(c, context)}#${kind.set}${selected(select)}`,
    ...(isCounted && { "@odata.count": found.length }),
    ...(next !== undefined && { "@odata.nextLink": nextLink(c, context, next) }),
    value: items.map((object) => visible(kind, object, select)),
  });
}

/** The selected properties, in the form of `@odata.context` after the set. */
const selected = (select: readonly string[] | undefined): string => (select ? `(${select.join(",")})` : "");

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

function nextLink(c: GraphContext, context: Context, token: string): string {
  const query = new URL(c.req.url).searchParams;
  query.set("$skiptoken", token);
  return `${context.origins.microsoftGraph}${c.req.path}?${query.toString()}`;
}

function visible(kind: Kind, object: Properties, select: string[] | undefined): Properties {
  const shown = select
    ? // `id` and the type are returned whatever was selected; the azuread provider relies on the id.
      (name: string) => select.includes(name) || name === "id" || name === "@odata.type"
    : (name: string) => !kind.selectable?.includes(name);
  return Object.fromEntries(Object.entries(object).filter(([name]) => shown(name)));
}
