import { Hono } from "hono";
import type { Context } from "../context";

/** The data plane of one vault. */
export const keyVaultService = (context: Context, vaultName: string): Hono => {
  const app = new Hono();
  app.notFound((c) =>
    c.json(
      { error: { code: "NotImplemented", message: `${c.req.method} ${c.req.path} (${context.cloud} ${vaultName})` } },
      501,
    ),
  );
  return app;
};
