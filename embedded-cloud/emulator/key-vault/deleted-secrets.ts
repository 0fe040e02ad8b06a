import { Hono } from "hono";
import type { Context } from "../context";
import { isPurgeProtected } from "../resource-manager/vault-store";
import { requireOperation, type VaultContext, type VaultEnv } from "./authorization";
import { VaultError } from "./errors";
import {
  findManagedSecret,
  findManagedVersion,
  managedItem,
  managedSecretsOf,
  refuseManaged,
  type ManagedSecret,
} from "./managed-secrets";
import { deletedAtOf } from "./object-attributes";
import { pageOf } from "./paging";
import { deletion, secretItem, versionItem } from "./secret-bundles";
import { findDeletedSecret, findVersion, recoverSecret, secretsOf, type NamedSecret } from "./secret-store";

/** Soft-deleted secrets: list, read, recover, purge. */
export function deletedSecretRoutes(context: Context): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });
  const now = (): number => context.clock.now();

  routes.get("/", (c) => {
    requireOperation(c, context, "secrets/list");
    const { origin, vault } = c.var;
    const own = secretsOf(vault, "deleted", now()).map((secret) => ({
      name: secret.name,
      item: deletedItem(c, secret),
    }));
    const managed = managedSecretsOf(vault, "deleted", now()).map((secret) => ({
      name: secret.name,
      item: { ...deletedManaged(c, secret), id: `${origin}/secrets/${secret.name}` },
    }));
    const all = [...own, ...managed].toSorted((a, b) => a.name.localeCompare(b.name));
    return pageOf(c, all, ({ item }) => item);
  });

  routes.get("/:name", (c) => {
    requireOperation(c, context, "secrets/getDeleted", c.req.param("name"));
    const { origin, vault } = c.var;
    const managed = findManagedSecret(vault, c.req.param("name"), now(), "deleted");
    if (managed !== undefined) return c.json(deletedManaged(c, managed));
    const found = findDeletedSecret(vault, c.req.param("name"), now());
    const { name } = found;
    return c.json({ ...deletion(origin, vault, found), ...versionItem(origin, vault, name, findVersion(found, "")) });
  });

  routes.post("/:name/recover", (c) => {
    requireOperation(c, context, "secrets/recover", c.req.param("name"));
    const { origin, vault } = c.var;
    refuseManaged(vault, c.req.param("name"), "recover", now());
    const found = findDeletedSecret(vault, c.req.param("name"), now());
    recoverSecret(found.secret, now());
    return c.json(versionItem(origin, vault, found.name, findVersion(found, "")));
  });

  routes.delete("/:name", (c) => {
    requireOperation(c, context, "secrets/purge", c.req.param("name"));
    const { vault } = c.var;
    refuseManaged(vault, c.req.param("name"), "purge", now());
    const { name } = findDeletedSecret(vault, c.req.param("name"), now());
    refusePurge(c);
    vault.secrets.delete(name);
    return c.body(null, 204);
  });

  return routes;
}

function deletedItem(c: VaultContext, secret: NamedSecret): Record<string, unknown> {
  const { origin, vault } = c.var;
  return { ...deletion(origin, vault, secret), ...secretItem(origin, vault, secret) };
}

/** The secret of a deleted certificate, which is deleted, recovered and purged with it. */
function deletedManaged(c: VaultContext, secret: ManagedSecret): Record<string, unknown> {
  const { origin, vault } = c.var;
  return {
    recoveryId: `${origin}/deletedsecrets/${secret.name}`,
    ...deletedAtOf(vault, secret.deletedAt ?? 0),
    ...managedItem(origin, vault, secret.name, findManagedVersion(secret, "")),
  };
}

/** Refuses to purge anything in a vault with purge protection. */
export function refusePurge(c: VaultContext): void {
  const { resource } = c.get("vault");
  if (isPurgeProtected(c.get("vault"))) {
    throw new VaultError(
      403,
      "Forbidden",
      'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will ' +
        "automatically purge it after the retention period has passed.\r\n" +
        `Vault: ${resource.name};location=${resource.location}`,
      "ForbiddenByPolicy",
    );
  }
}
