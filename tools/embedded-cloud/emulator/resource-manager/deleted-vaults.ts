import { Hono } from "hono";
import type { Vault } from "../context";
import { nowOf, requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { ResourceError } from "./errors";
import { accepted } from "./long-operations";
import { normalLocation } from "./paths";
import { subscriptionId } from "./subscriptions";
import { isPurgeProtected, purgeTime, vaultsOf } from "./vault-store";

/** The subscription's soft-deleted vaults. */
export function listDeletedVaults(c: ResourceContext): Response {
  requireAction(c, subscriptionId(c.var.subscription), "Microsoft.KeyVault/deletedVaults/read");
  const vaults = vaultsOf(c.var.subscription, "deleted", nowOf(c));
  return c.json({ value: vaults.map((vault) => render(c, vault)) });
}

/** One soft-deleted vault: read, purge. */
export function deletedVaultRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  const action = "Microsoft.KeyVault/locations/deletedVaults";

  routes.get("/:vault", (c) => {
    requireAction(c, subscriptionId(c.var.subscription), `${action}/read`);
    return c.json(render(c, findDeleted(c)));
  });

  routes.post("/:vault/purge", (c) => {
    requireAction(c, subscriptionId(c.var.subscription), `${action}/purge/action`);
    const vault = findDeleted(c);
    if (isPurgeProtected(vault)) {
      throw new ResourceError(405, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed.");
    }
    c.var.subscription.vaults.delete(vault.resource.name.toLowerCase());
    return accepted(c, `VAULTPURGEJOB-${vault.resource.name}`);
  });

  return routes;
}

function findDeleted(c: ResourceContext): Vault {
  const name = c.req.param("vault") ?? "";
  const location = normalLocation(c.req.param("location") ?? "");
  const vault = vaultsOf(c.var.subscription, "deleted", nowOf(c)).find(
    ({ resource }) => resource.name.toLowerCase() === name.toLowerCase() && resource.location === location,
  );
  if (!vault)
    throw new ResourceError(404, "DeletedVaultNotFound", `The specified deleted vault '${name}' does not exist.`);
  return vault;
}

function render(c: ResourceContext, vault: Vault): Record<string, unknown> {
  const { id, name, location } = vault.resource;
  const deletedAt = vault.deletedAt ?? 0;
  const provider = `${subscriptionId(c.var.subscription)}/providers/Microsoft.KeyVault`;
  return {
    id: `${provider}/locations/${location}/deletedVaults/${name}`,
    name,
    type: "Microsoft.KeyVault/deletedVaults",
    properties: {
      vaultId: id,
      location,
      tags: vault.resource["tags"] ?? {},
      deletionDate: new Date(deletedAt).toISOString(),
      scheduledPurgeDate: new Date(purgeTime(vault, deletedAt)).toISOString(),
      purgeProtectionEnabled: isPurgeProtected(vault),
    },
  };
}
