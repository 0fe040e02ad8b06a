import type { MiddlewareHandler } from "hono";
import { passes } from "../odata/filter";
import { type Filterable, QueryError, readQuery } from "../odata/query";
import type { ResourceContext, ResourceEnv } from "./authorization";
import { notServed, ResourceError } from "./errors";

/** What the lists that take a filter are filtered by here, by the end of their path. */
const served: readonly [RegExp, Filterable][] = [
  [/^\/subscriptions\/[^/]+\/resources$/u, { resourceType: ["eq"] }],
  [/\/providers\/Microsoft\.Authorization\/roleAssignments$/u, { principalId: ["eq"] }],
  [/\/providers\/Microsoft\.Authorization\/roleDefinitions$/u, { roleName: ["eq"] }],
];

/** The list of blob containers has one that OData does not know. */
const othersOf = (path: string): string[] => [
  "api-version",
  ...(path.endsWith("/blobServices/default/containers") ? ["$include"] : []),
];

/** Reads the query options, and refuses those that the request does not support. */
export const readOptions: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const filterable = c.req.method === "GET" ? served.find(([path]) => path.test(c.req.path))?.[1] : undefined;
  const rules = { served: filterable ? (["$filter"] as const) : [], others: othersOf(c.req.path) };
  try {
    c.set("query", readQuery(new URL(c.req.url).searchParams, { ...rules, ...(filterable && { filterable }) }));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { kind, option, message } = error;
    if (kind !== "malformed") throw notServed(c, ` with ${option === "$filter" ? message : option}`);
    throw new ResourceError(400, "InvalidFilterInQueryString", message);
  }
  await next();
};

/** @param seen the object that the filter evaluates for an item */
export function filtered<Item>(c: ResourceContext, items: readonly Item[], seen: (item: Item) => object): Item[] {
  const { filter } = c.var.query;
  return items.filter((item) => filter === undefined || passes(seen(item) as Record<string, unknown>, filter));
}
