import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import * as v from "valibot";
import type { ResourceDocument, Vault } from "../context";
import { checkObjectName, objectTags } from "../key-vault/secret-values";
import { VaultError } from "../key-vault/errors";
import { strictObject } from "../strict-json";
import { nowOf, type ResourceEnv } from "./authorization";
import { echoed, readBody } from "./body";
import { badRequest, ResourceError, resourceNotFound } from "./errors";
import { groupName } from "./resource-groups";
import { vaultId, vaultName, vaults } from "./vault-paths";
import { authorizedVault } from "./vaults";

const operations = ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey", "import", "release"] as const;
const seconds = v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0)));

/** Source: the published specification, and "About keys" for the sizes. */
const keyBody = (id: string) =>
  strictObject({
    ...echoed(id, `${vaults}/keys`),
    tags: objectTags,
    properties: strictObject({
      kty: v.picklist(["RSA", "RSA-HSM", "EC", "EC-HSM"]),
      keyOps: v.nullish(v.array(v.picklist(operations))),
      keySize: v.nullish(v.picklist([2048, 3072, 4096])),
      curveName: v.nullish(v.picklist(["P-256", "P-384", "P-521", "P-256K"])),
      attributes: v.nullish(
        strictObject({
          enabled: v.nullish(v.boolean()),
          nbf: seconds,
          exp: seconds,
          exportable: v.nullish(v.boolean()),
        }),
      ),
    }),
  });

/**
 * Keys through the control plane: an existing one is returned unchanged, whatever the request contains
 * ("Keys - Create If Not Exist"). They are documents without material: no key can be exported or used here.
 */
export function vaultKeyRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.get("/", (c) => c.json({ value: [...(authorizedVault(c, "keys", "read").keys?.values() ?? [])] }));

  routes.put("/:object", async (c) => {
    const vault = authorizedVault(c, "keys", "write");
    const name = c.req.param("object");
    requireName(name);
    const { properties, tags } = await readBody(c, keyBody(`${vaultId(c)}/keys/${name}`), "BadRequest");
    const { kty, keySize, curveName } = properties;
    if (kty.endsWith("-HSM") && (vault.resource.properties["sku"] as { name: string }).name !== "premium")
      throw badRequest(`The key type ${kty} needs a vault of the premium tier.`);
    if (kty.startsWith("RSA") ? Boolean(curveName) : Boolean(keySize))
      throw badRequest(`${kty.startsWith("RSA") ? "curveName" : "keySize"} is no property of a key of type ${kty}.`);
    if (vault.certificates.has(name)) throw managed(name);
    const keys = (vault.keys ??= new Map());
    const made = keys.get(name.toLowerCase()) ?? document(vault, name, { ...properties, tags: tags ?? {} }, nowOf(c));
    keys.set(name.toLowerCase(), made);
    return c.json(made);
  });

  routes.get("/:object", (c) => {
    const name = c.req.param("object");
    const found = authorizedVault(c, "keys", "read").keys?.get(name.toLowerCase());
    if (found === undefined) throw resourceNotFound(`${vaults}/keys`, `${vaultName(c)}/${name}`, groupName(c));
    return c.json(found);
  });

  return routes;
}

function requireName(name: string): void {
  try {
    checkObjectName(name);
  } catch (error) {
    throw error instanceof VaultError ? new ResourceError(error.status, error.code, error.message) : error;
  }
}

const managed = (name: string): ResourceError =>
  new ResourceError(409, "Conflict", `Key ${name} is currently in use by a certificate.`);

type KeyValues = Omit<v.InferOutput<ReturnType<typeof keyBody>>["properties"], "attributes"> & {
  attributes?: { enabled?: boolean | null | undefined } | null | undefined;
  tags: Record<string, string>;
};

function document(
  vault: Vault,
  name: string,
  { tags, attributes, ...values }: KeyValues,
  now: number,
): ResourceDocument {
  const { id, location, properties } = vault.resource;
  const keyUri = `${String(properties["vaultUri"])}keys/${name}`;
  const time = Math.floor(now / 1000);
  const ofKind = values.kty.startsWith("RSA")
    ? { keySize: values.keySize ?? 2048 }
    : { curveName: values.curveName ?? "P-256" };
  return {
    ...{ id: `${id}/keys/${name}`, name, type: `${vaults}/keys`, location, tags },
    properties: {
      attributes: { enabled: attributes?.enabled ?? true, created: time, updated: time, exportable: false },
      kty: values.kty,
      keyOps: values.keyOps ?? ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"],
      ...ofKind,
      keyUri,
      keyUriWithVersion: `${keyUri}/${randomUUID().replaceAll("-", "")}`,
    },
  };
}
