import { Hono } from "hono";
import type { ResourceDocument, Subscription } from "../context";
import { isWithin, mayAct } from "./access";
import { requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { readBody } from "./body";
import {
  checkCategories,
  diagnosticBody,
  type DiagnosticValues,
  otherDestinations,
  propertiesOf,
  sentBy,
} from "./diagnostic-values";
import { badRequest, notServed, ResourceError, resourceNotFound } from "./errors";
import { storageAccounts } from "./storage-accounts";
import { vaultId } from "./vault-paths";
import { findVault } from "./vaults";
import { workspaces } from "./workspaces";

const type = "Microsoft.Insights/diagnosticSettings";
/** Source: "Diagnostic settings in Azure Monitor". */
const mostSettings = 5;

/** Where a setting sends to, and the caller's right on it ("Manage access to Log Analytics workspaces"). */
const destinations = {
  workspaceId: { type: workspaces, action: `${workspaces}/sharedKeys/action` },
  storageAccountId: { type: storageAccounts, action: `${storageAccounts}/listKeys/action` },
} as const;

/**
 * Diagnostic settings of a vault. They outlast it: one that is recovered, or created again under the same id,
 * has them again ("Diagnostic settings in Azure Monitor", its warning).
 */
export function diagnosticSettingRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.get("/", (c) => {
    const scope = authorizedScope(c, "read");
    return c.json({ value: settingsOf(c.var.subscription, scope) });
  });

  routes.put("/:setting", async (c) => {
    const scope = authorizedScope(c, "write");
    const id = settingId(scope, c.req.param("setting"));
    const { properties } = await readBody(c, diagnosticBody(id, type));
    checkDestinations(c, scope, properties);
    checkCategories(properties);
    const subscription = c.var.subscription;
    checkOthers(
      settingsOf(subscription, scope).filter((one) => one.id.toLowerCase() !== id.toLowerCase()),
      properties,
    );
    const resource = { id, type, name: c.req.param("setting"), location: null, properties: propertiesOf(properties) };
    (subscription.diagnosticSettings ??= new Map()).set(id.toLowerCase(), resource);
    return c.json(resource);
  });

  routes.get("/:setting", (c) => {
    const id = settingId(authorizedScope(c, "read"), c.req.param("setting"));
    const found = c.var.subscription.diagnosticSettings?.get(id.toLowerCase());
    if (found !== undefined) return c.json(found);
    const message = `The diagnostic setting '${c.req.param("setting")}' doesn't exist.`;
    throw new ResourceError(404, "ResourceNotFound", message);
  });

  routes.delete("/:setting", (c) => {
    const id = settingId(authorizedScope(c, "delete"), c.req.param("setting"));
    return c.body(null, c.var.subscription.diagnosticSettings?.delete(id.toLowerCase()) === true ? 200 : 204);
  });

  return routes;
}

/** Azure Monitor writes its own namespace in small letters. */
const settingId = (scope: string, name: string): string =>
  `${scope}/providers/microsoft.insights/diagnosticSettings/${name}`;

/** The id of the vault in the path, which must be there. */
function authorizedScope(c: ResourceContext, verb: "read" | "write" | "delete"): string {
  const scope = vaultId(c);
  requireAction(c, scope, `${type}/${verb}`);
  return findVault(c).resource.id;
}

const settingsOf = ({ diagnosticSettings }: Subscription, scope: string): ResourceDocument[] =>
  [...(diagnosticSettings?.values() ?? [])].filter(({ id }) => isWithin(id, scope));

function checkDestinations(c: ResourceContext, scope: string, values: DiagnosticValues): void {
  const other = otherDestinations.find((name) => values[name]);
  if (other !== undefined) throw notServed(c, ` with ${other}`);
  const given = (["workspaceId", "storageAccountId"] as const).filter((name) => values[name]);
  if (given.length === 0) throw badRequest("At least one data sink needs to be specified.");
  const vault = findVault(c);
  for (const name of given) {
    const found = destinationOf(c, scope, name, values[name] ?? "");
    if (name === "storageAccountId" && found["location"] !== vault.resource.location) {
      const where = `location '${String(found["location"])}'; the resource '${scope}' is in '${vault.resource.location}'`;
      throw badRequest(`Storage account '${found.id}' is in ${where}.`);
    }
  }
}

function destinationOf(
  c: ResourceContext,
  scope: string,
  property: keyof typeof destinations,
  id: string,
): ResourceDocument {
  const wanted = destinations[property];
  const [, subscriptions, subscriptionId = "", , group = "", , namespace = "", kind = "", name = ""] = id.split("/");
  if (subscriptions?.toLowerCase() !== "subscriptions") {
    const message =
      `Property id '${id}' at path 'properties.${property}' is invalid. Expect fully qualified resource Id that start with ` +
      "'/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.";
    throw new ResourceError(400, "LinkedInvalidPropertyId", message);
  }
  if (`${namespace}/${kind}`.toLowerCase() !== wanted.type.toLowerCase())
    throw badRequest(`'${id}' is no resource of type '${wanted.type}'.`);
  const { tenant, home } = c.var;
  const subscription = tenant.subscriptions.get(subscriptionId.toLowerCase());
  const { oid, appid, upn } = c.var.claims;
  if (subscription === undefined || !mayAct({ home, subscription, oid, scope: id }, wanted.action)) {
    const message =
      `The client '${upn ?? appid}' with object id '${oid}' has permission to perform action '${type}/write' on scope '${scope}'; ` +
      `however, it does not have permission to perform action '${wanted.action}' on the linked scope(s) '${id}' or the linked ` +
      "scope(s) are invalid.";
    throw new ResourceError(403, "LinkedAuthorizationFailed", message);
  }
  const accounts = [...(subscription.storageAccounts?.values() ?? [])].map(({ resource }) => resource);
  const all = property === "workspaceId" ? [...(subscription.workspaces?.values() ?? [])] : accounts;
  const found = all.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (found === undefined) throw resourceNotFound(wanted.type, name, group);
  return found;
}

/** Of one resource two settings may not send the same category to the same place. */
function checkOthers(others: readonly ResourceDocument[], values: DiagnosticValues): void {
  if (others.length >= mostSettings) {
    const message = `The limit of ${mostSettings} diagnostic settings was reached. To create new diagnostic setting, delete an existing one.`;
    throw new ResourceError(409, "Conflict", message);
  }
  const sent = sentBy(values);
  for (const { name, properties } of others) {
    const there = properties as DiagnosticValues;
    const [category] = sentBy(there).filter((one) => sent.includes(one));
    const sinks = [values.workspaceId, values.storageAccountId].map((id) => id?.toLowerCase());
    const sink = [there.workspaceId, there.storageAccountId].find((id) => id && sinks.includes(id.toLowerCase()));
    if (category === undefined || !sink) continue;
    const message =
      `Data sink '${sink}' is already used in diagnostic setting '${name}' for category '${category}'. Data sinks can't be reused in ` +
      "different settings on the same category for the same resource.";
    throw new ResourceError(409, "Conflict", message);
  }
}
