import type { Filter } from "../odata/filter";
import { faultOf, type FilterFault } from "../odata/filter-rules";
import type { QueryError } from "../odata/query-error";
import { readQuery, readableOptions, unreadableOptions, type Option, type Query } from "../odata/query";
import type { GraphContext } from "./authorization";
import { badRequest, GraphError, notServed } from "./errors";
import type { Kind } from "./kinds";

const mostPerPage = 999;

/** Of `in` or `or`, except in advanced queries: https://learn.microsoft.com/graph/filter-query-parameter. */
const mostAlternatives = 15;

/** The query options for one object: its properties. @throws GraphError for anything else */
export function entityQuery(c: GraphContext, kind: Kind): Query {
  return checked(c, kind, ["$select"]);
}

/** The query options for a list. @throws GraphError for refused ones, with a 501 for those not served */
export function listQuery(c: GraphContext, kind: Kind): Query {
  return checked(c, kind, ["$filter", "$select", "$orderby", "$top", "$skiptoken", "$count"]);
}

/** Refuses every query option: for changes, and for responses that are always complete. */
export function refuseOptions(c: GraphContext): void {
  readOptions(c, []);
}

/** Refuses unknown or malformed options, whichever of the others the address supports. */
export function refuseMalformed(c: GraphContext): void {
  readOptions(c, readableOptions, unreadableOptions);
}

/** An advanced query: see https://learn.microsoft.com/graph/aad-advanced-queries. */
export function isEventual(c: GraphContext): boolean {
  return c.req.header("ConsistencyLevel")?.toLowerCase() === "eventual";
}

/** A query's refusal with Graph's text. */
export function graphErrorOf(c: GraphContext, error: QueryError): GraphError {
  if (error.kind === "notServed") return notServed(c, ` with ${error.message}`);
  if (error.kind === "unknown") return badRequest(error.message);
  if (error.option === "$skiptoken") return new GraphError(400, "Directory_ExpiredPageToken", error.message);
  const prefix = error.option === "$filter" ? "Invalid filter clause: " : "";
  return new GraphError(400, "BadRequest", prefix + error.message);
}

function checked(c: GraphContext, kind: Kind, served: readonly Option[]): Query {
  refuseKnown(c, kind);
  const query = readOptions(c, served);
  checkSelect(c, kind, query);
  checkTop(kind, query);
  const isAdvanced = isEventual(c) && query.count === true;
  checkFilter(c, kind, query, isAdvanced);
  checkOrder(kind, query, isAdvanced);
  return query;
}

/** On beta the dollar sign may be omitted: https://learn.microsoft.com/graph/query-parameters. */
function readOptions(c: GraphContext, served: readonly Option[], others: readonly Option[] = []): Query {
  return readQuery(parametersOf(c), { served, others, isDollarOptional: c.req.path.startsWith("/beta/") });
}

function parametersOf(c: GraphContext): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

/** Options that no list of the directory supports, and those that only some requests support. */
function refuseKnown(c: GraphContext, kind: Kind): void {
  const parameters = parametersOf(c);
  if (parameters.has("$skip")) throw badRequest("'$skip' is not supported by the service.");
  if (parameters.has("$search") && !isEventual(c)) {
    const header = "only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'";
    throw unsupported(`Request with $search query parameter ${header}`);
  }
  const expanded = parameters.get("$expand")?.split(",") ?? [];
  const unknown = expanded.find((name) => !kind.relations?.includes(name.replace(/[(/].*$/s, "")));
  if (unknown !== undefined) throw noProperty(kind, unknown);
}

function checkSelect(c: GraphContext, kind: Kind, { select = [] }: Query): void {
  for (const name of select) {
    if (name === "*" || kind.relations?.includes(name)) throw notServed(c, ` with $select=${name}`);
    if (!kind.properties.includes(name)) throw noProperty(kind, name);
  }
}

function checkTop({ mostPerPage: most = mostPerPage }: Kind, { top }: Query): void {
  if (top !== undefined && (top < 1 || top > most)) {
    throw unsupported(`Invalid page size specified: '${top}'. Must be between 1 and ${most} inclusive.`);
  }
}

function checkFilter(c: GraphContext, kind: Kind, { filter }: Query, isAdvanced: boolean): void {
  if (filter === undefined) return;
  const { filterable } = kind;
  if (filterable === undefined) throw notServed(c, ` with $filter=${String(parametersOf(c).get("$filter"))}`);
  const rules = { type: `microsoft.graph.${kind.type}`, properties: new Set(kind.properties), filterable };
  const fault = faultOf(filter, rules, isAdvanced);
  if (fault !== undefined) throw filterRefusal(kind, fault);
  const wanted = widest(filter);
  if (wanted <= mostAlternatives || isAdvanced) return;
  const what = "Too many child clauses specified in search filter expression containing 'OR' operators";
  throw unsupported(`${what}: ${wanted}. Max allowed: ${mostAlternatives}.`);
}

/** Values from which a filter chooses, at the place where they are most. */
function widest(filter: Filter): number {
  const { kind } = filter;
  if (kind === "and" || kind === "or") {
    return Math.max(alternatives(filter), widest(filter.left), widest(filter.right));
  }
  if (kind === "not") return widest(filter.operand);
  return kind === "lambda" ? widest(filter.condition) : alternatives(filter);
}

function alternatives(filter: Filter): number {
  if (filter.kind === "or") return alternatives(filter.left) + alternatives(filter.right);
  return filter.kind === "in" ? filter.values.length : 1;
}

function filterRefusal(kind: Kind, fault: FilterFault): GraphError {
  if (fault.fault === "operator" && fault.advanced) {
    const missing = "is not supported because the required parameters might be missing";
    const more = "Try adding $count=true query parameter and ConsistencyLevel:eventual header";
    const where = "Refer to https://aka.ms/graph-docs/advanced-queries for more information";
    return unsupported(`Operator '${fault.operator}' ${missing}. ${more}. ${where}`);
  }
  const where = `property '${fault.property}' of resource '${resourceName(kind)}'`;
  return unsupported(`Unsupported or invalid query filter clause specified for ${where}.`);
}

function checkOrder(kind: Kind, { filter, orderby = [] }: Query, isAdvanced: boolean): void {
  for (const { path } of orderby) {
    if (!kind.properties.includes(path)) {
      throw new GraphError(400, "BadRequest", noPropertyMessage(kind, path));
    }
    const rule = kind.sortable && Object.hasOwn(kind.sortable, path) ? kind.sortable[path] : undefined;
    const isAllowed = isAdvanced ? rule !== undefined : rule === "always" && filter === undefined;
    if (!isAllowed) throw unsupported("Sorting not supported for current query.");
  }
}

/** The type as Graph's refusals name it: `Application`. */
export function resourceName({ type }: Kind): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

function unsupported(message: string): GraphError {
  return new GraphError(400, "Request_UnsupportedQuery", message);
}

function noProperty(kind: Kind, name: string): GraphError {
  return new GraphError(400, "BadRequest", `Parsing OData Select and Expand failed: ${noPropertyMessage(kind, name)}`);
}

function noPropertyMessage(kind: Kind, name: string): string {
  return `Could not find a property named '${name}' on type 'microsoft.graph.${kind.type}'.`;
}
