import { Hono, type Context as Exchange } from "hono";
import type { CloudContext } from "../cloud";
import { EntraError, errorBody, NotServedError, refuse, refusing } from "./errors";
import { cloudEndpoints, instanceDiscovery, openIdConfiguration } from "./metadata";
import { addSignIn } from "./sign-in/routes";
import { answerTokenRequest } from "./token-endpoint";

/** Entra: discovery, signing keys, sign-in pages, tokens. */
export function entraService(context: CloudContext): Hono {
  const app = new Hono();
  app.get("/metadata/endpoints", (c) =>
    c.req.query("api-version") === "2022-09-01"
      ? c.json(cloudEndpoints(context))
      : answerNotServed(c, new NotServedError("endpoint metadata of another api-version than 2022-09-01")),
  );
  app.get("/common/discovery/instance", (c) => c.json(instanceDiscovery(context)));
  app.get("/:tenant/v2.0/.well-known/openid-configuration", (c) =>
    c.json(openIdConfiguration(context, c.req.param("tenant"))),
  );
  app.get("/:tenant/discovery/v2.0/keys", async (c) => c.json(await context.tokens.keySet()));
  app.post("/:tenant/oauth2/v2.0/token", async (c) => {
    c.header("cache-control", "no-store");
    return c.json(await answerTokenRequest(context, c.req.raw, c.req.param("tenant")));
  });
  app.on(["GET", "PUT", "PATCH", "DELETE"], "/:tenant/oauth2/v2.0/token", (c) =>
    refuse(900561, { method: c.req.method }),
  );
  addSignIn(app, context);
  app.notFound((c) => answerNotServed(c, new NotServedError(`${c.req.method} ${c.req.path} of Entra`)));
  app.onError((error, c) => answerError(context, error, c));
  return app;
}

function answerError(context: CloudContext, error: Error, c: Exchange): Response {
  if (error instanceof NotServedError) return answerNotServed(c, error);
  if (!(error instanceof EntraError)) throw error;
  const { note } = context.requests.remark(c.req.raw);
  context.requests.annotate(c.req.raw, { note: `${note === undefined ? "" : `${note}: `}AADSTS${error.code}` });
  const correlation = c.req.header("client-request-id");
  return c.json(errorBody(error, refusing(context), correlation), error.row.status as 400);
}

const answerNotServed = (c: Exchange, error: NotServedError): Response =>
  c.json({ error: "not_implemented", error_description: error.message }, 501);
