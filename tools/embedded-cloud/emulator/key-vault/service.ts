import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "../context";
import { isolated } from "../isolated";
import { authenticate, type VaultEnv } from "./authorization";
import { certificateRoutes } from "./certificates";
import { deletedCertificateRoutes } from "./deleted-certificates";
import { deletedSecretRoutes } from "./deleted-secrets";
import { notServed, renderVaultError } from "./errors";
import { keyRoutes } from "./keys";
import { checkNames, checkOptions } from "./request-checks";
import { secretRoutes } from "./secrets";
import { Throttle } from "./throttle";

/**
 * The data plane of one vault. Every request needs a bearer token whose audience is the vault's own origin,
 * and a known API version; what is not served, options included, is a 501.
 */
export const keyVaultService = (context: Context, vaultName: string): Hono => {
  const service = new Hono<VaultEnv>({ strict: false });
  service.use(async (c, next) => {
    c.set("context", context);
    c.header("x-ms-request-id", randomUUID());
    c.header("x-ms-client-request-id", c.req.header("x-ms-client-request-id") ?? "");
    await next();
  });
  service.use(authenticate(vaultName));
  const throttle = new Throttle();
  service.use(async (c, next) => {
    throttle.take(c.get("vault"), c.req, context.clock.now());
    await next();
  });
  service.use(checkOptions);
  service.use(checkNames);
  service.route("/certificates", certificateRoutes());
  service.route("/deletedcertificates", deletedCertificateRoutes());
  service.route("/keys", keyRoutes());
  service.route("/secrets", secretRoutes());
  service.route("/deletedsecrets", deletedSecretRoutes());
  service.all("*", (c) => {
    throw notServed(c);
  });
  service.onError((error, c) => renderVaultError(c, error));
  return isolated(service);
};
