import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Clock } from "../context";
import type { GraphContext } from "./authorization";

/** A refusal, in the words and with the status that Microsoft Graph uses. */
export class GraphError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
    /** Graph repeats some refusals, with the property at fault, and now and then under another code. */
    readonly detail?: { target: string; code?: string },
  ) {
    super(message);
    this.name = "GraphError";
  }
}

/** 404 as Graph words it for objects and for references alike. */
export function resourceNotFound(id: string): GraphError {
  const reason = "does not exist or one of its queried reference-property objects are not present.";
  return new GraphError(404, "Request_ResourceNotFound", `Resource '${id}' ${reason}`);
}

/** 400 in the form that Graph uses for most refused values. */
export function badRequest(message: string): GraphError {
  return new GraphError(400, "Request_BadRequest", message);
}

/** 403 for a token without the permission a request needs. */
export function requestDenied(): GraphError {
  return new GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
}

/** 501: the real Graph may know this request, the emulator does not, and guesses nothing. */
export function notServed(c: GraphContext, detail = ""): GraphError {
  const what = `${c.req.method} ${c.req.path}${detail}`;
  return new GraphError(501, "NotImplemented", `The emulator's Microsoft Graph does not serve ${what}.`);
}

/** Writes a refusal as Graph writes it; anything else thrown is a defect of the emulator, and stays thrown. */
export function renderGraphError(c: GraphContext, clock: Clock, error: Error): Response {
  if (!(error instanceof GraphError)) {
    throw error;
  }
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
