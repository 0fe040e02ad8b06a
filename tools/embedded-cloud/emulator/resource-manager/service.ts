import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Service } from "../context";
import { isolated } from "../isolated";
import { cloudEndpoints } from "../entra/metadata";
import { checkApiVersion } from "./api-versions";
import { authenticate, subscriptionOfPath, type ResourceEnv } from "./authorization";
import { deletedVaultRoutes, listDeletedVaults } from "./deleted-vaults";
import { notServed, renderResourceError, ResourceError } from "./errors";
import { endDeletions } from "./group-deletion";
import { refuseLocked } from "./locks";
import { operationResult } from "./long-operations";
import { routedPath } from "./paths";
import { readOptions } from "./query";
import { namespaces, registrationRoutes, requireRegistration } from "./registration";
import { checkGroupName, resourceGroupRoutes } from "./resource-groups";
import { resourceRoutes } from "./resources";
import { diagnosticSettingRoutes } from "./diagnostic-settings";
import { answerScoped } from "./scoped-routes";
import { listSubscriptions, listTenants, subscriptionRoutes } from "./subscriptions";
import { blobContainerRoutes } from "./blob-containers";
import { blobServiceRoutes } from "./blob-service";
import { storageAccountRoutes } from "./storage-accounts";
import { checkAccountAvailability } from "./storage-names";
import { vaultKeyRoutes } from "./vault-keys";
import { checkVaultAvailability } from "./vault-names";
import { vaultSecretRoutes } from "./vault-secrets";
import { readableVaults, vaultRoutes } from "./vaults";
import { workspaceRoutes } from "./workspaces";

/**
 * Azure Resource Manager. Every request needs an `api-version` of its type, a bearer token and a role for its
 * action; what is not served, options included, is a 501.
 */
export const resourceManagerService: Service = (context) => {
  const service = new Hono<ResourceEnv>({ getPath: routedPath });
  service.onError((error, c) => renderResourceError(c, error));
  service.use(async (c, next) => {
    c.set("context", context);
    c.header("x-ms-request-id", randomUUID());
    if (c.req.query("api-version") === undefined) {
      const message = "The api-version query parameter (?api-version=) is required for all requests.";
      throw new ResourceError(400, "MissingApiVersionParameter", message);
    }
    await next();
  });
  service.get("/metadata/endpoints", (c) => {
    const [other] = Object.keys(c.req.query()).filter((name) => name !== "api-version");
    if (c.req.query("api-version") !== "2022-09-01") throw notServed(c, " of another api-version than 2022-09-01");
    if (other !== undefined) throw notServed(c, ` with ${other}`);
    return c.json(cloudEndpoints(context));
  });
  service.use(authenticate);
  service.use(checkApiVersion);
  service.use(readOptions);
  service.get("/tenants", listTenants);
  service.get("/subscriptions", listSubscriptions);
  service.use("/subscriptions/:subscriptionId/*", subscriptionOfPath);
  service.route("/subscriptions/:subscriptionId", resources());
  service.all("*", (c) => {
    throw notServed(c);
  });
  return isolated(service);
};

function resources(): Hono<ResourceEnv> {
  const provider = "/providers/Microsoft.KeyVault";
  const vaults = `/resourceGroups/:group${provider}/vaults`;
  const accounts = "/resourceGroups/:group/providers/Microsoft.Storage/storageAccounts";
  const routes = new Hono<ResourceEnv>();
  for (const path of ["/resourceGroups/:group", "/resourceGroups/:group/*"]) routes.use(path, checkGroupName);
  routes.use(refuseLocked);
  routes.use(answerScoped);
  routes.use(endDeletions);
  routes.route("/", resourceRoutes());
  routes.use(requireRegistration);
  for (const namespace of namespaces) routes.route(`/providers/${namespace}`, registrationRoutes(namespace));
  routes.route("/", subscriptionRoutes());
  routes.get("/operationresults/:operation", operationResult);
  routes.route("/resourceGroups", resourceGroupRoutes());
  routes.get(`${provider}/vaults`, (c) => c.json({ value: readableVaults(c) }));
  routes.post(`${provider}/checkNameAvailability`, checkVaultAvailability);
  routes.get(`${provider}/deletedVaults`, listDeletedVaults);
  routes.route(`${provider}/locations/:location/deletedVaults`, deletedVaultRoutes());
  routes.route(vaults, vaultRoutes());
  routes.route(`${vaults}/:vault/secrets`, vaultSecretRoutes());
  routes.route(`${vaults}/:vault/keys`, vaultKeyRoutes());
  routes.route(`${vaults}/:vault/providers/Microsoft.Insights/diagnosticSettings`, diagnosticSettingRoutes());
  routes.route("/resourceGroups/:group/providers/Microsoft.OperationalInsights/workspaces", workspaceRoutes());
  routes.post("/providers/Microsoft.Storage/checkNameAvailability", checkAccountAvailability);
  routes.route(accounts, storageAccountRoutes());
  routes.route(`${accounts}/:account/blobServices`, blobServiceRoutes());
  routes.route(`${accounts}/:account/blobServices/default/containers`, blobContainerRoutes());
  return routes;
}
