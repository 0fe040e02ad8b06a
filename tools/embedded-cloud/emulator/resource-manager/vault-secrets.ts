import { Hono } from "hono";
import type { Vault } from "../context";
import { VaultError } from "../key-vault/errors";
import { addVersion, findSecret, findVersion, secretsOf, type NamedSecret } from "../key-vault/secret-store";
import { checkObjectName, secretEntries } from "../key-vault/secret-values";
import { strictObject } from "../strict-json";
import { nowOf, type ResourceEnv } from "./authorization";
import { readBody } from "./body";
import { ResourceError } from "./errors";
import { vaults } from "./vault-paths";
import { authorizedVault } from "./vaults";

const { tags, ...propertyEntries } = secretEntries;
/** Like the data plane's, which has no `properties` level. */
const secretBody = strictObject({ tags, properties: strictObject(propertyEntries) });

/** Secrets through the control plane: a value is stored as a new version, and is never returned. */
export function vaultSecretRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.get("/", (c) => {
    const vault = authorizedVault(c, "secrets", "read");
    return c.json({ value: secretsOf(vault, "live", nowOf(c)).map((secret) => render(vault, secret)) });
  });

  routes.put("/:object", async (c) => {
    const vault = authorizedVault(c, "secrets", "write");
    const { properties, tags } = await readBody(c, secretBody, "BadRequest");
    return inDataPlane(() => {
      const name = c.req.param("object");
      checkObjectName(name);
      return c.json(render(vault, addVersion(vault, name, { ...properties, tags }, nowOf(c))));
    });
  });

  routes.get("/:object", (c) => {
    const vault = authorizedVault(c, "secrets", "read");
    return inDataPlane(() => c.json(render(vault, findSecret(vault, c.req.param("object"), nowOf(c)))));
  });

  return routes;
}

/** The data plane's refusals are returned to callers of the control plane with the inner code in front. */
function inDataPlane(answer: () => Response): Response {
  try {
    return answer();
  } catch (error) {
    if (error instanceof VaultError) {
      const { status, code, inner, message } = error;
      throw inner === undefined
        ? new ResourceError(status, code, message)
        : new ResourceError(status, inner, `[${inner} (${code})] ${message}`);
    }
    throw error;
  }
}

function render(vault: Vault, secret: NamedSecret): Record<string, unknown> {
  const version = findVersion(secret, "");
  const { id, location, properties } = vault.resource;
  const secretUri = `${String(properties["vaultUri"])}secrets/${secret.name}`;
  return {
    id: `${id}/secrets/${secret.name}`,
    name: secret.name,
    type: `${vaults}/secrets`,
    location,
    tags: version.tags,
    properties: {
      attributes: {
        enabled: version.enabled,
        ...(version.notBefore !== undefined && { nbf: version.notBefore }),
        ...(version.expires !== undefined && { exp: version.expires }),
        created: version.created,
        updated: version.updated,
      },
      ...(version.contentType !== undefined && { contentType: version.contentType }),
      secretUri,
      secretUriWithVersion: `${secretUri}/${version.id}`,
    },
  };
}
