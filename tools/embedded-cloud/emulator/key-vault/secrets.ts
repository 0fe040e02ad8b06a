import { Hono } from "hono";
import { nameOf, nowOf, requireOperation, type VaultEnv } from "./authorization";
import { forbidden, notServed } from "./errors";
import { findShownSecret, requireChange, shownSecrets } from "./managed-secrets";
import { pageOf } from "./paging";
import { jsonOf } from "./request-checks";
import { deletedBundle, secretItem, valueOf, versionItem } from "./secret-bundles";
import { addVersion, changeVersion, findSecret, findVersion } from "./secret-store";
import { secretChange, secretValues } from "./secret-values";

/** Secrets: set, get, list, list versions, change a version, delete; those of certificates are read-only. */
export function secretRoutes(): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });

  routes.get("/", (c) => {
    requireOperation(c, "secrets/list");
    return pageOf(c, shownSecrets(c, "live"), (secret) => secretItem(c, secret));
  });

  routes.put("/:name", async (c) => {
    requireChange(c, "set");
    const secret = addVersion(c.var.vault, nameOf(c), secretValues(await jsonOf(c)), nowOf(c));
    const version = findVersion(secret, "");
    return c.json({ value: version.value, ...versionItem(c, secret.name, version) });
  });

  routes.delete("/:name", (c) => {
    requireChange(c, "delete");
    const found = findSecret(c.var.vault, nameOf(c), nowOf(c));
    found.secret.deletedAt = nowOf(c);
    return c.json(deletedBundle(c, found));
  });

  routes.get("/:name/versions", (c) => {
    requireOperation(c, "secrets/list");
    const { name, secret } = findShownSecret(c, "live");
    // Sorted by id, as in the real service, so that clients cannot infer an order in time from the list.
    const versions = secret.versions.toSorted((a, b) => a.id.localeCompare(b.id));
    return pageOf(c, versions, (version) => versionItem(c, name, version));
  });

  routes.get("/:name/:version?", (c) => {
    requireOperation(c, "secrets/get");
    const secret = findShownSecret(c, "live");
    const version = findVersion(secret, c.req.param("version") ?? "");
    if (!version.enabled) {
      throw forbidden("Operation get is not allowed on a disabled secret.", "SecretDisabled");
    }
    const value = valueOf(version);
    if (value === undefined) throw notServed(c, " of a certificate whose secret is a PKCS #12 container");
    return c.json({ value, ...versionItem(c, secret.name, version) });
  });

  // Without a version, the newest one.
  routes.patch("/:name/:version?", async (c) => {
    requireChange(c, "update");
    const secret = findSecret(c.var.vault, nameOf(c), nowOf(c));
    const version = findVersion(secret, c.req.param("version") ?? "");
    changeVersion(version, secretChange(await jsonOf(c)), nowOf(c));
    return c.json(versionItem(c, secret.name, version));
  });

  return routes;
}
