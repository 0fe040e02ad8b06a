import { Hono, type Context as Exchange } from "hono";
import type { CloudContext } from "../cloud";
import type { Vault, VaultLimits } from "../context";
import { documentedLimits } from "../key-vault/throttle";
import { addManyPartners } from "../many-partners";
import { findVaultByName } from "../resource-manager/vault-store";
import { manyPartnersInput, readInput, vaultInput } from "./inputs";

/** Properties of a vault that no served API sets: its rate limits, and a large number of tokens. */
export function vaultAdministration(contexts: () => CloudContext[]): Hono {
  const app = new Hono();
  const found = (name: string): { context: CloudContext; vault: Vault } | undefined => {
    for (const context of contexts()) {
      const vault = findVaultByName(context, name)?.vault;
      if (vault !== undefined) return { context, vault };
    }
    return undefined;
  };
  app.post("/:name", async (c) => {
    const place = found(c.req.param("name"));
    if (place === undefined) return refuse(c, 404, "NotFound", `there is no vault ${c.req.param("name")}`);
    const input = readInput(vaultInput, await jsonBody(c));
    if ("problems" in input) return refuse(c, 400, "BadRequest", input.problems.join("; "));
    const { failsCertificates, ...limits } = input.value;
    place.vault.limits = { ...documentedLimits, ...place.vault.limits, ...limits } as VaultLimits;
    if (failsCertificates !== undefined) place.vault.failsCertificates = failsCertificates;
    return c.json(place.vault.limits);
  });
  app.post("/:name/partners", async (c) => {
    const place = found(c.req.param("name"));
    if (place === undefined) return refuse(c, 404, "NotFound", `there is no vault ${c.req.param("name")}`);
    const input = readInput(manyPartnersInput, await jsonBody(c));
    if ("problems" in input) return refuse(c, 400, "BadRequest", input.problems.join("; "));
    const { context, vault } = place;
    const applications = [...context.tenants.values()].flatMap((tenant) => [...tenant.applications.values()]);
    const application = applications.find(({ appId }) => appId === input.value.application);
    if (application === undefined)
      return refuse(c, 400, "BadRequest", `there is no application ${input.value.application}`);
    addManyPartners({ context, vault, application }, input.value);
    return c.json({ secrets: vault.secrets.size }, 201);
  });
  return app;
}

async function jsonBody(c: Exchange): Promise<unknown> {
  return c.req.json<unknown>().catch(() => undefined);
}

const refuse = (c: Exchange, status: 400 | 404, code: string, message: string): Response =>
  c.json({ error: { code, message } }, status);
