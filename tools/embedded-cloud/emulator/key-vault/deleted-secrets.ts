import { Hono } from "hono";
import { isPurgeProtected } from "../resource-manager/vault-store";
import { nameOf, nowOf, requireOperation, type VaultContext, type VaultEnv } from "./authorization";
import { forbidden } from "./errors";
import { findShownSecret, requireChange, shownSecrets } from "./managed-secrets";
import { pageOf } from "./paging";
import { deletedBundle, deletion, secretItem, versionItem } from "./secret-bundles";
import { findDeletedSecret, findVersion, recoverSecret } from "./secret-store";

/** Soft-deleted secrets. That of a certificate is deleted, recovered and purged with it. */
export function deletedSecretRoutes(): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });

  routes.get("/", (c) => {
    requireOperation(c, "secrets/list");
    const secrets = shownSecrets(c, "deleted").toSorted((a, b) => a.name.localeCompare(b.name));
    return pageOf(c, secrets, (secret) => ({ ...deletion(c, secret), ...secretItem(c, secret) }));
  });

  routes.get("/:name", (c) => {
    requireOperation(c, "secrets/getDeleted");
    return c.json(deletedBundle(c, findShownSecret(c, "deleted")));
  });

  routes.post("/:name/recover", (c) => {
    requireChange(c, "recover");
    const found = findDeletedSecret(c.var.vault, nameOf(c), nowOf(c));
    recoverSecret(found.secret, nowOf(c));
    return c.json(versionItem(c, found.name, findVersion(found, "")));
  });

  routes.delete("/:name", (c) => {
    requireChange(c, "purge");
    const { vault } = c.var;
    const { name } = findDeletedSecret(vault, nameOf(c), nowOf(c));
    refusePurge(c);
    vault.secrets.delete(name);
    return c.body(null, 204);
  });

  return routes;
}

/** Refuses to purge anything in a vault with purge protection. */
function refusePurge(c: VaultContext): void {
  const { vault } = c.var;
  if (isPurgeProtected(vault)) {
    throw forbidden(
      'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will ' +
        "automatically purge it after the retention period has passed.\r\n" +
        `Vault: ${vault.resource.name};location=${vault.resource.location}`,
      "ForbiddenByPolicy",
    );
  }
}
