import { randomUUID } from "node:crypto";
import { Hono, type Context as Exchange } from "hono";
import type { Service } from "../context";
import { addConsent, requireConsent } from "./application-consents";
import { callerOf, type Caller } from "./caller";
import { customerDocument, customerPage, requireCustomer } from "./customers";
import { mfaRequired, PartnerCenterError } from "./errors";

/** Partner Center: customers and the applications consented for them. A delegated call without a second factor is refused. */
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
  app.get("/v1/customers/:customer", (c) =>
    c.json(customerDocument(requireCustomer(c.get("caller").partner, c.req.param("customer")))),
  );

  const consents = "/v1/customers/:customer/applicationconsents";
  app.get(consents, (c) => {
    const customer = requireCustomer(c.get("caller").partner, c.req.param("customer"));
    const items = [...customer.applicationConsents.values()];
    return c.json({ totalCount: items.length, items, attributes: { objectType: "Collection" } });
  });
  app.post(consents, async (c) => {
    const customer = requireCustomer(c.get("caller").partner, c.req.param("customer"));
    return c.json(addConsent(customer, await jsonBody(c)), 201);
  });
  app.get(`${consents}/:application`, (c) => {
    const customer = requireCustomer(c.get("caller").partner, c.req.param("customer"));
    return c.json(requireConsent(customer, c.req.param("application")));
  });
  app.delete(`${consents}/:application`, (c) => {
    const customer = requireCustomer(c.get("caller").partner, c.req.param("customer"));
    customer.applicationConsents.delete(requireConsent(customer, c.req.param("application")).applicationId);
    return c.body(null, 204);
  });

  app.notFound((c) => answer(c, notServed(`${c.req.method} ${c.req.path}`)));
  app.onError((error, c) => {
    if (error instanceof PartnerCenterError) return answer(c, error);
    throw error;
  });
  // Hono's type carries the variables; nobody outside reads them.
  return app as unknown as Hono;
};

const notServed = (what: string): PartnerCenterError =>
  new PartnerCenterError(501, `The embedded cloud does not serve ${what} of Partner Center.`);

const answer = (c: Exchange, error: PartnerCenterError): Response => c.json(error.body(), error.status);

/** Filters and the like are not served: ignoring one would answer another question than was asked. */
function refuseOtherParameters(c: Exchange, served: readonly string[]): void {
  const other = Object.keys(c.req.query()).find((name) => !served.includes(name));
  if (other !== undefined) throw notServed(`parameter ${other} at ${c.req.method} ${c.req.path}`);
}

async function jsonBody(c: Exchange): Promise<unknown> {
  try {
    return await c.req.json<unknown>();
  } catch {
    throw new PartnerCenterError(400, "The body is not JSON.");
  }
}
