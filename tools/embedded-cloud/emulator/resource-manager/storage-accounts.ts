import { Hono } from "hono";
import type { StorageAccount } from "../context";
import { requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { readBody } from "./body";
import { ResourceError, resourceNotFound } from "./errors";
import { normalLocation } from "./paths";
import { requireTypeRegion } from "./regions";
import { findGroup, groupId } from "./resource-groups";
import { removeAssignmentsWithin } from "./role-assignment-store";
import { accountAnywhere, checkAccountName, takenName } from "./storage-names";
import { accountBody, type AccountValues, propertiesOf } from "./storage-values";

export const storageAccounts = "Microsoft.Storage/storageAccounts";

/** Storage accounts of one resource group: create or replace, read, delete. There is no soft delete. */
export function storageAccountRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.put("/:account", async (c) => {
    const id = accountId(c);
    requireAction(c, id, `${storageAccounts}/write`);
    findGroup(c);
    checkAccountName(c.req.param("account"));
    return c.json(putAccount(c, id, await readBody(c, accountBody(id, storageAccounts))).resource);
  });

  routes.get("/:account", (c) => {
    requireAction(c, accountId(c), `${storageAccounts}/read`);
    return c.json(accountOf(c).resource);
  });

  routes.delete("/:account", (c) => {
    const id = accountId(c);
    requireAction(c, id, `${storageAccounts}/delete`);
    const subscription = c.var.subscription;
    const found = subscription.storageAccounts?.get(c.req.param("account"));
    if (found?.resource.id.toLowerCase() !== id.toLowerCase()) return c.body(null, 204);
    subscription.storageAccounts?.delete(c.req.param("account"));
    removeAssignmentsWithin(subscription, id);
    return c.body(null, 200);
  });

  return routes;
}

/** Resource id of the account in the path, or of another one. */
export const accountId = (
  c: ResourceContext,
  name = c.req.param("account") ?? "",
  group = c.req.param("group") ?? "",
): string => `${groupId(c, group)}/providers/${storageAccounts}/${name}`;

/** The account in the path. @throws ResourceError 404 */
export const accountOf = (c: ResourceContext): StorageAccount =>
  findAccount(c, c.req.param("group") ?? "", c.req.param("account") ?? "");

export function findAccount(c: ResourceContext, group: string, name: string): StorageAccount {
  findGroup(c, group);
  const found = c.var.subscription.storageAccounts?.get(name);
  if (found?.resource.id.toLowerCase() === accountId(c, name, group).toLowerCase()) return found;
  throw resourceNotFound(storageAccounts, name, group);
}

function putAccount(c: ResourceContext, id: string, values: AccountValues): StorageAccount {
  const { subscription, context } = c.var;
  const name = id.slice(id.lastIndexOf("/") + 1);
  const location = normalLocation(values.location);
  requireTypeRegion(context.cloud, storageAccounts, location);
  const taken = accountAnywhere(context, name);
  if (taken !== undefined && taken.subscription !== subscription)
    throw new ResourceError(409, "StorageAccountAlreadyTaken", takenName(name));
  const existing = taken?.account.resource;
  if (existing !== undefined && existing.id.toLowerCase() !== id.toLowerCase()) {
    const message = `The account ${name} is already in another resource group in this subscription.`;
    throw new ResourceError(409, "StorageAccountInAnotherResourceGroup", message);
  }
  if (existing !== undefined && existing["location"] !== location) {
    const message = `The resource '${name}' already exists in location '${String(existing["location"])}'.`;
    throw new ResourceError(409, "InvalidResourceLocation", message);
  }
  const resource = {
    id: existing?.id ?? id,
    name,
    type: storageAccounts,
    location,
    tags: values.tags ?? {},
    kind: values.kind,
    sku: { name: values.sku.name, tier: values.sku.name.split("_", 1)[0] },
    properties: propertiesOf(values, { name, location, created: existing?.properties["creationTime"] }, context),
  };
  const account = taken?.account ?? { resource, blobService: {}, containers: new Map() };
  account.resource = resource;
  (subscription.storageAccounts ??= new Map()).set(name, account);
  return account;
}
