import { Hono, type Env } from "hono";

/** Puts a service behind its own router, whose holder cannot access the service's variables or routes. */
export function isolated<E extends Env>(service: Hono<E>): Hono {
  const router = new Hono();
  router.all("*", (c) => service.fetch(c.req.raw, c.env as E["Bindings"]));
  return router;
}
