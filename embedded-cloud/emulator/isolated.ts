import { Hono, type Env } from "hono";

/** A service behind its own router, whose holder can access neither the service's variables nor its routes. */
export function isolated<E extends Env>(service: Hono<E>): Hono {
  const router = new Hono();
  router.all("*", (c) => service.fetch(c.req.raw, c.env as E["Bindings"]));
  return router;
}
