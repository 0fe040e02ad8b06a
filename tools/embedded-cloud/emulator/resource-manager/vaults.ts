import { Hono } from "hono";
import * as v from "valibot";
import type { Vault } from "../context";
import { strictObject } from "../strict-json";
import { isWithin } from "./access";
import { isAllowed, nowOf, requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { readBody, tagValues } from "./body";
import { notServed, resourceNotFound } from "./errors";
import { findGroup, groupName } from "./resource-groups";
import { putVault } from "./vault-creation";
import { isLiveHere, vaultId, vaultName, vaults } from "./vault-paths";
import { patchedProperties, vaultPropertyValues } from "./vault-properties";
import { findVaultByName, softDeleteVault, vaultsOf } from "./vault-store";

const vaultPatch = strictObject({ tags: tagValues, properties: v.optional(vaultPropertyValues, {}) });

/** Vaults of one resource group: create, recover or update, read, list, delete. */
export function vaultRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.get("/", (c) => {
    const group = String(findGroup(c)["id"]);
    return c.json({ value: readableVaults(c).filter(({ id }) => isWithin(id, group)) });
  });

  routes.put("/:vault", async (c) => {
    requireAction(c, vaultId(c), `${vaults}/write`);
    findGroup(c);
    return c.json((await putVault(c)).resource);
  });

  routes.patch("/:vault", async (c) => {
    requireAction(c, vaultId(c), `${vaults}/write`);
    const { resource } = findVault(c);
    const { tags, properties } = await readBody(c, vaultPatch, "BadRequest");
    if (properties.createMode === "recover") throw notServed(c, " with createMode recover");
    resource.properties = patchedProperties(c.var.tenant, resource.properties, properties);
    resource["tags"] = tags ?? resource["tags"];
    return c.json(resource);
  });

  routes.get("/:vault", (c) => {
    requireAction(c, vaultId(c), `${vaults}/read`);
    return c.json(findVault(c).resource);
  });

  routes.delete("/:vault", (c) => {
    requireAction(c, vaultId(c), `${vaults}/delete`);
    const found = findVaultByName(c.var.context, vaultName(c));
    if (!found || !isLiveHere(c, found)) return c.body(null, 204);
    softDeleteVault(found.subscription, found.vault, nowOf(c));
    return c.body(null, 200);
  });

  return routes;
}

/** The subscription's vaults that the caller may read, as their documents. */
export function readableVaults(c: ResourceContext): Vault["resource"][] {
  return vaultsOf(c.var.subscription, "live", nowOf(c))
    .map(({ resource }) => resource)
    .filter(({ id }) => isAllowed(c, id, `${vaults}/read`));
}

/** The vault of the path's resource group, or Resource Manager's 404. */
export function findVault(c: ResourceContext): Vault {
  findGroup(c);
  const found = findVaultByName(c.var.context, vaultName(c));
  if (!found || !isLiveHere(c, found)) throw resourceNotFound(vaults, vaultName(c), groupName(c));
  return found.vault;
}

/** The path's vault, for a caller that may read or write its objects of this kind, or the one in the path. */
export function authorizedVault(c: ResourceContext, kind: "secrets" | "keys", verb: "read" | "write"): Vault {
  const name = c.req.param("object");
  requireAction(c, name === undefined ? vaultId(c) : `${vaultId(c)}/${kind}/${name}`, `${vaults}/${kind}/${verb}`);
  return findVault(c);
}
