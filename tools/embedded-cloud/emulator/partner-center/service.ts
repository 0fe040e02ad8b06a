import { randomUUID } from "node:crypto";
import { Hono, type Context as Exchange } from "hono";
import type { Service } from "../context";
import { addConsent, removeConsent } from "./application-consents";
import { callerOf, type Caller } from "./caller";
import { hasOtherBody } from "../strict-json";
import { customerDocument, customerPage, requireCustomer } from "./customers";
import { mfaRequired, PartnerCenterError } from "./errors";

/** Customers and the applications consented for them. A delegated call needs a second factor. */
export const partnerCenterService: Service = (context) => {
  const app = new Hono<{ Variables: { caller: Caller } }>();
  app.use(async (c, next) => {
    c.header("MS-RequestId", c.req.header("MS-RequestId") ?? randomUUID());
    c.header("MS-CorrelationId", c.req.header("MS-CorrelationId") ?? randomUUID());
    const caller = await callerOf(context, c.req.header("authorization"));
    if (c.req.header("ValidateMfa") === "true") c.header("isMfaCompliant", String(caller.isMfaCompliant));
    if (!caller.isMfaCompliant) throw mfaRequired();
    c.set("caller", caller);
    await next();
  });

  app.get("/v1/customers", (c) => {
    refuseOtherParameters(c, ["size", "seekOperation"]);
    const page = customerPage(c.get("caller").partner, {
      size: c.req.query("size"),
      seekOperation: c.req.query("seekOperation"),
      continuationToken: c.req.header("MS-ContinuationToken"),
    });
    return c.json(page);
  });
  app.get("/v1/customers/:customer", (c) => {
    refuseOtherParameters(c, []);
    return c.json(customerDocument(requireCustomer(c.get("caller").partner, c.req.param("customer"))));
  });

  // Microsoft documents adding and removing a consent, but not reading it.
  const consents = "/v1/customers/:customer/applicationconsents";
  app.post(consents, async (c) => {
    refuseOtherParameters(c, []);
    const caller = c.get("caller");
    const customer = requireCustomer(caller.partner, c.req.param("customer"));
    return c.json(addConsent(context, caller, customer, await jsonBody(c)), 201);
  });
  app.delete(`${consents}/:application`, (c) => {
    refuseOtherParameters(c, []);
    const caller = c.get("caller");
    removeConsent(
      context,
      caller,
      requireCustomer(caller.partner, c.req.param("customer")),
      c.req.param("application"),
    );
    return c.body(null, 204);
  });

  app.notFound((c) => answer(c, notServed(`${c.req.method} ${c.req.path}`)));
  app.onError((error, c) => {
    if (error instanceof PartnerCenterError) return answer(c, error);
    throw error;
  });
  // Hono's type includes the variables; no code outside reads them.
  return app as unknown as Hono;
};

const notServed = (what: string): PartnerCenterError =>
  new PartnerCenterError(501, `The embedded cloud does not serve ${what} of Partner Center.`);

function answer(c: Exchange, error: PartnerCenterError): Response {
  if (error.retryAfter !== undefined) c.header("Retry-After", String(error.retryAfter));
  return c.json(error.body(), error.status);
}

/** Filters and the like are not served: ignoring one would return the result of a different query. */
function refuseOtherParameters(c: Exchange, served: readonly string[]): void {
  const other = Object.keys(c.req.query()).find((name) => !served.includes(name));
  if (other !== undefined) throw notServed(`parameter ${other} at ${c.req.method} ${c.req.path}`);
}

async function jsonBody(c: Exchange): Promise<unknown> {
  if (hasOtherBody(c.req.raw.headers)) {
    throw new PartnerCenterError(415, "The content type of the body has to be application/json.");
  }
  try {
    return await c.req.json<unknown>();
  } catch {
    throw new PartnerCenterError(400, "The body is not JSON.");
  }
}
