import { Hono } from "hono";
import type { Context } from "../context";
import { requireOperation, type VaultEnv } from "./authorization";
import { notServed, VaultError } from "./errors";
import {
  findManagedSecret,
  findManagedVersion,
  managedItem,
  managedSecretsOf,
  managedValue,
  refuseManaged,
  type ManagedSecret,
} from "./managed-secrets";
import { pageOf } from "./paging";
import { jsonOf } from "./request-checks";
import { deletion, secretBundle, secretItem, versionItem } from "./secret-bundles";
import { addVersion, changeVersion, findSecret, findVersion, secretsOf } from "./secret-store";
import { secretChange, secretValues } from "./secret-values";

/** Secrets: set, get, list, list versions, change a version, delete; those of certificates are read-only. */
export function secretRoutes(context: Context): Hono<VaultEnv> {
  const routes = new Hono<VaultEnv>({ strict: false });
  const now = (): number => context.clock.now();

  routes.get("/", (c) => {
    requireOperation(c, context, "secrets/list");
    const { origin, vault } = c.var;
    // Lazily: only the 25 of a page are rendered, of thousands.
    const own = secretsOf(vault, "live", now()).map((secret) => ({
      name: secret.name,
      shown: () => secretItem(origin, vault, secret),
    }));
    const managed = managedSecretsOf(vault, "live", now()).map((secret) => ({
      name: secret.name,
      shown: () => ({
        ...managedItem(origin, vault, secret.name, findManagedVersion(secret, "")),
        id: `${origin}/secrets/${secret.name}`,
      }),
    }));
    const all = managed.length === 0 ? own : [...own, ...managed].toSorted((a, b) => a.name.localeCompare(b.name));
    return pageOf(c, all, ({ shown }) => shown());
  });

  routes.put("/:name", async (c) => {
    const name = c.req.param("name");
    requireOperation(c, context, "secrets/set", name);
    const { origin, vault } = c.var;
    refuseManaged(vault, name, "set", now());
    const secret = addVersion(vault, name, secretValues(await jsonOf(c)), now());
    return c.json(secretBundle(origin, vault, secret.name, findVersion(secret, "")));
  });

  routes.delete("/:name", (c) => {
    requireOperation(c, context, "secrets/delete", c.req.param("name"));
    const { origin, vault } = c.var;
    refuseManaged(vault, c.req.param("name"), "delete", now());
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
    requireOperation(c, context, "secrets/list", c.req.param("name"));
    const { origin, vault } = c.var;
    const managed = findManagedSecret(vault, c.req.param("name"), now());
    if (managed !== undefined)
      return pageOf(c, byId(managed), (version) => managedItem(origin, vault, managed.name, version));
    const { name, secret } = findSecret(vault, c.req.param("name"), now());
    // Sorted by id, as in the real service, so that clients cannot infer an order in time from the list.
    const versions = secret.versions.toSorted((a, b) => a.id.localeCompare(b.id));
    return pageOf(c, versions, (version) => versionItem(origin, vault, name, version));
  });

  routes.get("/:name/:version?", (c) => {
    requireOperation(c, context, "secrets/get", c.req.param("name"));
    const { origin, vault } = c.var;
    const id = c.req.param("version") ?? "";
    const managed = findManagedSecret(vault, c.req.param("name"), now());
    if (managed !== undefined) {
      const version = findManagedVersion(managed, id);
      refuseDisabled(version);
      const value = managedValue(version);
      if (value === undefined) throw notServed(c, " of a certificate whose secret is a PKCS #12 container");
      return c.json({ value, ...managedItem(origin, vault, managed.name, version) });
    }
    const secret = findSecret(vault, c.req.param("name"), now());
    const version = findVersion(secret, id);
    refuseDisabled(version);
    return c.json(secretBundle(origin, vault, secret.name, version));
  });

  // Without a version, the newest one.
  routes.patch("/:name/:version?", async (c) => {
    requireOperation(c, context, "secrets/update", c.req.param("name"));
    const { origin, vault } = c.var;
    refuseManaged(vault, c.req.param("name"), "update", now());
    const secret = findSecret(vault, c.req.param("name"), now());
    const version = findVersion(secret, c.req.param("version") ?? "");
    changeVersion(version, secretChange(await jsonOf(c)), now());
    return c.json(versionItem(origin, vault, secret.name, version));
  });
}

/** By id, like other secrets' versions. */
const byId = ({ versions }: ManagedSecret): ManagedSecret["versions"] =>
  versions.toSorted((a, b) => a.id.localeCompare(b.id));

function refuseDisabled({ enabled }: { enabled: boolean }): void {
  if (enabled) return;
  throw new VaultError(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
}
