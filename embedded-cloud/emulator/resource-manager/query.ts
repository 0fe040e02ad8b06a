import type { MiddlewareHandler } from "hono";
import { passes, type Functions } from "../odata/evaluate";
import { faultOf, type FilterRules } from "../odata/filter-rules";
import { pageOf } from "../odata/page";
import { QueryError } from "../odata/query-error";
import { readQuery, type Option } from "../odata/query";
import type { ResourceContext, ResourceEnv } from "./authorization";
import { notServed, ResourceError } from "./errors";

/** Options of the lists that have any, by the end of their path. Every other request has only api-version. */
const served: readonly [RegExp, readonly Option[]][] = [
  [/^\/subscriptions\/[^/]+\/resourceGroups$/u, ["$filter", "$top", "$skiptoken"]],
  [/^\/subscriptions\/[^/]+(?:\/resourceGroups\/[^/]+)?\/resources$/u, ["$filter", "$top", "$skiptoken"]],
  [/\/providers\/Microsoft\.KeyVault\/vaults(?:\/[^/]+\/secrets)?$/u, ["$top", "$skiptoken"]],
  [/\/providers\/Microsoft\.Authorization\/role(?:Assignments|Definitions)$/u, ["$filter"]],
];

/** The list of blob containers has one that OData does not know. */
const othersOf = (path: string): string[] => [
  "api-version",
  ...(path.endsWith("/blobServices/default/containers") ? ["$include"] : []),
];

/** Reads the query options, and refuses those that the request does not support. */
export const readOptions: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const options = c.req.method === "GET" ? served.find(([path]) => path.test(c.req.path))?.[1] : undefined;
  // The parser supports OData 4's functions; this one is older, and Resource Manager documents it.
  if (/\bsubstringof\s*\(/iu.test(c.req.query("$filter") ?? "")) throw notServed(c, " with substringof in $filter");
  c.set(
    "query",
    inOwnWords(c, () =>
      readQuery(new URL(c.req.url).searchParams, { served: options ?? [], others: othersOf(c.req.path) }),
    ),
  );
  if (c.var.query.top === 0) throw invalid("$top", "it is 1 or more");
  await next();
};

/** Responds with a page of a list, and the address of the next one if there is one. */
export function listOf(c: ResourceContext, items: readonly unknown[]): Response {
  const { top = items.length, skiptoken } = c.var.query;
  const { items: value, next } = inOwnWords(c, () => pageOf(items, top, skiptoken));
  if (next === undefined) return c.json({ value });
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.set("$skiptoken", next);
  return c.json({ value, nextLink: `${c.var.context.origins.resourceManager}${pathname}?${searchParams.toString()}` });
}

/** @param seen the object that the filter evaluates for an item; of several, one must pass */
export function filtered<Item>(
  c: ResourceContext,
  items: readonly Item[],
  rules: FilterRules,
  seen: (item: Item) => object | object[],
  functions: Functions = {},
): Item[] {
  const { filter } = c.var.query;
  if (filter === undefined) return [...items];
  const fault = inOwnWords(c, () => faultOf(filter, rules, false));
  if (fault?.fault === "property") throw notServed(c, ` with $filter on ${fault.property}`);
  if (fault !== undefined) throw invalid("$filter", `${fault.operator} is no operator for ${fault.property}`);
  return items.filter((item) =>
    [seen(item)].flat().some((one) => passes(one as Record<string, unknown>, filter, functions)),
  );
}

/** Converts a refusal of the parser to Resource Manager's. */
function inOwnWords<T>(c: ResourceContext, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw error.kind === "malformed" ? invalid(error.option, error.message) : notServed(c, ` with ${error.option}`);
  }
}

const names: Readonly<Record<string, string>> = {
  $filter: "InvalidFilterInQueryString",
  $top: "InvalidTopInQueryString",
  $skiptoken: "InvalidSkipTokenInQueryString",
};

function invalid(option: string, why: string): ResourceError {
  return new ResourceError(400, names[option] ?? "BadRequest", `Invalid ${option} in the query string: ${why}`);
}
