import { Hono } from "hono";
import type { Context } from "../context";
import { requireOperation, type VaultEnv } from "./authorization";
import { VaultError } from "./errors";
import { pageOf } from "./paging";
import { jsonOf } from "./request-checks";
import { deletion, secretBundle, secretItem, versionItem } from "./secret-bundles";
import { addVersion, changeVersion, findSecret, findVersion, secretsOf } from "./secret-store";
import { secretChange, secretValues } from "./secret-values";

/** Secrets: set, get, list, list versions, change a version, delete. */
export function secretRoutes(context: Context): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });
  const now = (): number => context.clock.now();

  routes.get("/", (c) => {
    requireOperation(c, context, "list");
    const { origin, vault } = c.var;
    return pageOf(c, secretsOf(vault, "live", now()), (secret) => secretItem(origin, vault, secret));
  });

  routes.put("/:name", async (c) => {
    const name = c.req.param("name");
    requireOperation(c, context, "set", name);
    const { origin, vault } = c.var;
    const secret = addVersion(vault, name, secretValues(await jsonOf(c)), now());
    return c.json(secretBundle(origin, vault, secret.name, findVersion(secret, "")));
  });

  routes.delete("/:name", (c) => {
    requireOperation(c, context, "delete", c.req.param("name"));
    const { origin, vault } = c.var;
    const found = findSecret(vault, c.req.param("name"), now());
    found.secret.deletedAt = now();
    const { name } = found;
    return c.json({ ...deletion(origin, vault, found), ...versionItem(origin, vault, name, findVersion(found, "")) });
  });

  addVersionRoutes(routes, context);
  return routes;
}

function addVersionRoutes(routes: Hono<VaultEnv>, context: Context): void {
  const now = (): number => context.clock.now();

  routes.get("/:name/versions", (c) => {
    requireOperation(c, context, "list", c.req.param("name"));
    const { origin, vault } = c.var;
    const { name, secret } = findSecret(vault, c.req.param("name"), now());
    // By id, as the real service lists them: nobody may read an order in time out of the list.
    const versions = secret.versions.toSorted((a, b) => a.id.localeCompare(b.id));
    return pageOf(c, versions, (version) => versionItem(origin, vault, name, version));
  });

  routes.get("/:name/:version?", (c) => {
    requireOperation(c, context, "get", c.req.param("name"));
    const { origin, vault } = c.var;
    const secret = findSecret(vault, c.req.param("name"), now());
    const version = findVersion(secret, c.req.param("version") ?? "");
    if (!version.enabled) {
      const message = "Operation get is not allowed on a disabled secret.";
      throw new VaultError(403, "Forbidden", message, "SecretDisabled");
    }
    return c.json(secretBundle(origin, vault, secret.name, version));
  });

  // Without a version, the newest one.
  routes.patch("/:name/:version?", async (c) => {
    requireOperation(c, context, "update", c.req.param("name"));
    const { origin, vault } = c.var;
    const secret = findSecret(vault, c.req.param("name"), now());
    const version = findVersion(secret, c.req.param("version") ?? "");
    changeVersion(version, secretChange(await jsonOf(c)), now());
    return c.json(versionItem(origin, vault, secret.name, version));
  });
}
