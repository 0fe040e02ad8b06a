import { Hono, type Env } from "hono";

/** A service behind a router of its own: whoever has that reaches neither the service's variables nor its routes. */
export function isolated<E extends Env>(service: Hono<E>): Hono {
  const router = new Hono();
  router.all("*", (c) => service.fetch(c.req.raw, c.env as E["Bindings"]));
  return router;
}
