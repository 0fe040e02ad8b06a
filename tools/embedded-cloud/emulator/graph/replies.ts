import type { Hono } from "hono";
import { passes } from "../odata/filter";
import { pageOf } from "../odata/page";
import { requireAny, type GraphContext, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import type { Kind } from "./kinds";
import { entityQuery, listQuery } from "./queries";

const pageSize = 100;

/** Adds a list that a caller with one of the permissions reads. */
export function addList(
  routes: Hono<GraphEnv>,
  path: string,
  names: readonly string[],
  kind: Kind,
  objects: (c: GraphContext) => Properties[],
): void {
  routes.get(path, (c) => {
    requireAny(c, names);
    return list(c, kind, objects(c));
  });
}

/** Adds one object that a caller with one of the permissions reads. */
export function addEntity(
  routes: Hono<GraphEnv>,
  path: string,
  names: readonly string[],
  kind: Kind,
  object: (c: GraphContext) => Properties,
): void {
  routes.get(path, (c) => {
    requireAny(c, names);
    return entity(c, kind, object(c));
  });
}

/** Replies with one object and its `@odata.context`, narrowed to `$select`. */
export function entity(c: GraphContext, kind: Kind, object: Properties, status: 200 | 201 = 200): Response {
  const { select } = entityQuery(c, kind);
  if (status === 201) c.header("Location", `${versionRoot(c)}/${kind.set}/${String(object["id"])}`);
  const metadata = metadataOf(c, `${kind.set}${selected(select)}/$entity`);
  return c.json({ "@odata.context": metadata, ...visible(kind, object, select) }, status);
}

/** Replies with a page of a list (default 100, with `@odata.nextLink`): filtered and selected. */
export function list(c: GraphContext, kind: Kind, objects: Properties[]): Response {
  const { filter, select, top = pageSize, skiptoken } = listQuery(c, kind);
  const found = filter ? objects.filter((object) => passes(object, filter)) : objects;
  const { items, next } = pageOf(found, top, skiptoken);
  return c.json({
    "@odata.context": metadataOf(c, `${kind.set}${selected(select)}`),
    ...(next !== undefined && { "@odata.nextLink": nextLink(c, next) }),
    value: items.map((object) => visible(kind, object, select)),
  });
}

/** The selected properties, in the form of `@odata.context` after the set. */
const selected = (select: readonly string[] | undefined): string => (select ? `(${select.join(",")})` : "");

const versionRoot = ({ var: { context }, req }: GraphContext): string =>
  `${context.origins.microsoftGraph}/${req.path.split("/")[1] ?? ""}`;

/** URL of a result, for `@odata.context`. */
export const metadataOf = (c: GraphContext, fragment: string): string => `${versionRoot(c)}/$metadata#${fragment}`;

function nextLink({ var: { context }, req }: GraphContext, token: string): string {
  const query = new URL(req.url).searchParams;
  query.set("$skiptoken", token);
  return `${context.origins.microsoftGraph}${req.path}?${query.toString()}`;
}

function visible(kind: Kind, object: Properties, select: string[] | undefined): Properties {
  const shown = select
    ? // `id` and the type are returned whatever was selected; the azuread provider relies on the id.
      (name: string) => select.includes(name) || name === "id" || name === "@odata.type"
    : (name: string) => !kind.selectable?.includes(name);
  return Object.fromEntries(Object.entries(object).filter(([name]) => shown(name)));
}
