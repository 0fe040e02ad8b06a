import { Hono } from "hono";
import * as v from "valibot";
import type { Context, Vault } from "../context";
import { isWithin } from "./access";
import { isAllowed, requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { readBody, tagValues } from "./body";
import { resourceNotFound } from "./errors";
import { findGroup } from "./resource-groups";
import { putVault } from "./vault-creation";
import { groupName, isLiveHere, vaultId, vaults } from "./vault-paths";
import { patchedProperties, vaultPropertyValues } from "./vault-properties";
import { findVaultByName, softDeleteVault, vaultsOf } from "./vault-store";

const vaultPatch = v.object({ tags: tagValues, properties: v.optional(vaultPropertyValues, {}) });

/** Vaults of one resource group: create, recover or update, read, list, delete. */
export function vaultRoutes(context: Context): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.get("/", (c) => {
    const group = String(findGroup(c.get("subscription"), groupName(c))["id"]);
    return c.json({ value: readableVaults(c, context).filter(({ id }) => isWithin(id, group)) });
  });

  routes.put("/:vault", async (c) => {
    const name = c.req.param("vault");
    requireAction(c, vaultId(c, name), `${vaults}/write`);
    findGroup(c.get("subscription"), groupName(c));
    return c.json((await putVault(c, context, name)).resource);
  });

  routes.patch("/:vault", async (c) => {
    requireAction(c, vaultId(c, c.req.param("vault")), `${vaults}/write`);
    const { resource } = findVault(c, context, c.req.param("vault"));
    const { tags, properties } = await readBody(c, vaultPatch);
    resource.properties = patchedProperties(c.get("tenant"), resource.properties, properties);
    resource["tags"] = tags ?? resource["tags"];
    return c.json(resource);
  });

  routes.get("/:vault", (c) => {
    requireAction(c, vaultId(c, c.req.param("vault")), `${vaults}/read`);
    return c.json(findVault(c, context, c.req.param("vault")).resource);
  });

  routes.delete("/:vault", (c) => {
    requireAction(c, vaultId(c, c.req.param("vault")), `${vaults}/delete`);
    const found = findVaultByName(context, c.req.param("vault"));
    if (!found || !isLiveHere(c, found)) {
      return c.body(null, 204);
    }
    softDeleteVault(found.subscription, found.vault, context.clock.now());
    return c.body(null, 200);
  });

  return routes;
}

/** The subscription's vaults that the caller may read, as their documents. */
export function readableVaults(c: ResourceContext, context: Context): Vault["resource"][] {
  return vaultsOf(c.get("subscription"), "live", context.clock.now())
    .map(({ resource }) => resource)
    .filter(({ id }) => isAllowed(c, id, `${vaults}/read`));
}

/** The vault of the path's resource group, or Resource Manager's 404. */
export function findVault(c: ResourceContext, context: Context, name: string): Vault {
  findGroup(c.get("subscription"), groupName(c));
  const found = findVaultByName(context, name);
  if (!found || !isLiveHere(c, found)) {
    throw resourceNotFound(vaults, name, groupName(c));
  }
  return found.vault;
}
