import { type Option, type Query, type QueryError, readQuery } from "../odata/query";
import type { GraphContext } from "./authorization";
import { badRequest, GraphError, notServed } from "./errors";
import type { Kind } from "./kinds";

const mostPerPage = 999;

/** The query options for one object: its properties. @throws GraphError for anything else */
export function entityQuery(c: GraphContext, kind: Kind): Query {
  return checked(c, kind, ["$select"]);
}

/** The query options for a list. @throws GraphError for refused ones, with a 501 for those not served */
export function listQuery(c: GraphContext, kind: Kind): Query {
  return checked(c, kind, ["$filter", "$select", "$top", "$skiptoken"]);
}

/** Refuses every query option: for changes, and for responses that are always complete. */
export function refuseOptions(c: GraphContext): void {
  readQuery(parametersOf(c), { served: [] });
}

/** A query's refusal with Graph's text. */
export function graphErrorOf(c: GraphContext, error: QueryError): GraphError {
  if (error.kind === "notServed") return notServed(c, ` with ${error.message}`);
  if (error.kind === "unknown") return badRequest(error.message);
  if (error.option === "$skiptoken") return new GraphError(400, "Directory_ExpiredPageToken", error.message);
  return new GraphError(400, "BadRequest", error.message);
}

function checked(c: GraphContext, kind: Kind, served: readonly Option[]): Query {
  const query = readQuery(parametersOf(c), { served, filterable: kind.filterable ?? {} });
  const unknown = query.select?.find((name) => !kind.properties.includes(name));
  if (unknown !== undefined) {
    const message = `Could not find a property named '${unknown}' on type 'microsoft.graph.${kind.type}'.`;
    throw new GraphError(400, "BadRequest", `Parsing OData Select and Expand failed: ${message}`);
  }
  const { top = 1 } = query;
  const most = kind.mostPerPage ?? mostPerPage;
  if (top < 1 || top > most) {
    const message = `Invalid page size specified: '${top}'. Must be between 1 and ${most} inclusive.`;
    throw new GraphError(400, "Request_UnsupportedQuery", message);
  }
  return query;
}

function parametersOf(c: GraphContext): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

/** The type as Graph's refusals name it: `Application`. */
export function resourceName({ type }: Kind): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}
