import { Hono, type Env } from "hono";

/** A service behind a door of its own, so that whoever holds it sees neither its variables nor how it finds its routes. */
export function isolated<E extends Env>(service: Hono<E>): Hono {
  const door = new Hono();
  door.all("*", (c) => service.fetch(c.req.raw, c.env as E["Bindings"]));
  return door;
}
