import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "../context";
import { isolated } from "../isolated";
import { authenticate, type VaultEnv } from "./authorization";
import { deletedSecretRoutes } from "./deleted-secrets";
import { badParameter, notServed, renderVaultError } from "./errors";
import { secretRoutes } from "./secrets";

/**
 * The data plane of one vault: its secrets. The vault itself is made, changed and deleted by Resource Manager.
 * Every request needs a bearer token whose audience is the vault's own origin; what is not served is a 501.
 */
export const keyVaultService = (context: Context, vaultName: string): Hono => {
  const service = new Hono<VaultEnv>({ strict: false });
  service.use(async (c, next) => {
    c.header("x-ms-request-id", randomUUID());
    c.header("x-ms-client-request-id", c.req.header("x-ms-client-request-id") ?? "");
    await next();
  });
  service.use(authenticate(context, vaultName));
  service.use(async (c, next) => {
    if (c.req.query("api-version") === undefined) {
      throw badParameter("api-version must be specified");
    }
    await next();
  });
  service.route("/secrets", secretRoutes(context));
  service.route("/deletedsecrets", deletedSecretRoutes(context));
  service.all("*", (c) => {
    throw notServed(c);
  });
  service.onError((error, c) => renderVaultError(c, error));
  return isolated(service);
};
