import { Hono } from "hono";
import type { Service } from "../context";

/** Azure Resource Manager. */
export const resourceManagerService: Service = (context) => {
  const app = new Hono();
  app.notFound((c) =>
    c.json({ error: { code: "NotImplemented", message: `${c.req.method} ${c.req.path} (${context.cloud})` } }, 501),
  );
  return app;
};
