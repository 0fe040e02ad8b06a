import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context, Service } from "../context";
import { isolated } from "../isolated";
import { authenticate, subscriptionOfPath, type ResourceEnv } from "./authorization";
import { deletedVaultListRoutes, deletedVaultRoutes } from "./deleted-vaults";
import { notServed, renderResourceError, ResourceError } from "./errors";
import { endDeletions } from "./group-deletion";
import { operationResultRoutes } from "./long-operations";
import { routedPath } from "./paths";
import { registrationRoutes, requireRegistration } from "./registration";
import { resourceGroupRoutes } from "./resource-groups";
import { scopedRoutes } from "./scoped-routes";
import { subscriptionListRoutes, subscriptionRoutes } from "./subscriptions";
import { vaultNameRoutes } from "./vault-names";
import { vaultSecretRoutes } from "./vault-secrets";
import { readableVaults, vaultRoutes } from "./vaults";

/**
 * Azure Resource Manager: subscriptions, resource groups, vaults and their secrets, role assignments.
 * Every request needs `api-version` (any), a bearer token for Resource Manager and a role for what it does; what is not served
 * is a 501.
 */
export const resourceManagerService: Service = (context) => {
  const service = new Hono<ResourceEnv>({ getPath: routedPath });
  service.use(async (c, next) => {
    c.header("x-ms-request-id", randomUUID());
    if (c.req.query("api-version") === undefined) {
      const message = "The api-version query parameter (?api-version=) is required for all requests.";
      throw new ResourceError(400, "MissingApiVersionParameter", message);
    }
    await next();
  });
  service.use(authenticate(context));
  service.route("/subscriptions", subscriptionListRoutes());
  service.use("/subscriptions/:subscriptionId/*", subscriptionOfPath(context));
  service.route("/subscriptions/:subscriptionId", resources(context));
  service.all("*", (c) => {
    throw notServed(c);
  });
  service.onError((error, c) => renderResourceError(c, error));
  return isolated(service);
};

function resources(context: Context): Hono<ResourceEnv> {
  const provider = "/providers/Microsoft.KeyVault";
  const vaults = `/resourceGroups/:group${provider}/vaults`;
  const routes = new Hono<ResourceEnv>();
  routes.route("/", scopedRoutes(context));
  routes.use(endDeletions(context), requireRegistration);
  routes.route(provider, registrationRoutes());
  routes.route("/", subscriptionRoutes());
  routes.route("/operationresults", operationResultRoutes(context));
  routes.route("/resourceGroups", resourceGroupRoutes(context));
  routes.get(`${provider}/vaults`, (c) => c.json({ value: readableVaults(c, context) }));
  routes.route(`${provider}/checkNameAvailability`, vaultNameRoutes(context));
  routes.route(`${provider}/deletedVaults`, deletedVaultListRoutes(context));
  routes.route(`${provider}/locations/:location/deletedVaults`, deletedVaultRoutes(context));
  routes.route(vaults, vaultRoutes(context));
  routes.route(`${vaults}/:vault/secrets`, vaultSecretRoutes(context));
  return routes;
}
