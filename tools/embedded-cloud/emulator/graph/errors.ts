import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Clock } from "../context";
import type { GraphContext } from "./authorization";

/** A refusal, with Microsoft Graph's text and status. */
export class GraphError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
    /** Graph repeats some refusals with the property at fault, sometimes with a different code. */
    readonly detail?: { target: string; code?: string },
  ) {
    super(message);
    this.name = "GraphError";
  }
}

/** Graph's 404 for objects and for references alike. */
export function resourceNotFound(id: string): GraphError {
  const reason = "does not exist or one of its queried reference-property objects are not present.";
  return new GraphError(404, "Request_ResourceNotFound", `Resource '${id}' ${reason}`);
}

/** Graph's 400 for most refused values. */
/** 409 for an object that is there already. */
export const conflict = (message: string): GraphError =>
  new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message);

export function badRequest(message: string): GraphError {
  return new GraphError(400, "Request_BadRequest", message);
}

/** 403 for a token without the permission a request needs. */
export function requestDenied(): GraphError {
  return new GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
}

/** 501: the real Graph may support this request; the emulator does not, and does not guess. */
export function notServed(c: GraphContext, detail = ""): GraphError {
  const what = `${c.req.method} ${c.req.path}${detail}`;
  return new GraphError(501, "NotImplemented", `The emulator's Microsoft Graph does not serve ${what}.`);
}

/** Renders a refusal as Graph does; any other error is a defect of the emulator, and is thrown again. */
export function renderGraphError(c: GraphContext, clock: Clock, error: Error): Response {
  if (!(error instanceof GraphError)) throw error;
  const requestId = c.get("requestId");
  if (error.status === 401) {
    c.header("WWW-Authenticate", 'Bearer realm=""');
  }
  return c.json(
    {
      error: {
        code: error.code,
        message: error.message,
        ...(error.detail && { details: [{ code: error.code, message: error.message, ...error.detail }] }),
        innerError: {
          // Graph writes this one date without a zone.
          date: new Date(clock.now()).toISOString().slice(0, 19),
          "request-id": requestId,
          "client-request-id": c.req.header("client-request-id") ?? requestId,
        },
      },
    },
    error.status,
  );
}
