import { Hono } from "hono";
import type { CloudContext } from "../cloud";
import type { Vault, VaultLimits } from "../context";
import { documentedLimits } from "../key-vault/throttle";
import { addManyPartners } from "../many-partners";
import { findVaultByName } from "../resource-manager/vault-store";
import { manyPartnersInput, vaultInput } from "./inputs";
import { badRequest, existing, inputOf } from "./refusals";

/** Properties of a vault that no served API sets: its rate limits, and a large number of tokens. */
export function vaultAdministration(contexts: () => CloudContext[]): Hono {
  const app = new Hono();
  const find = (name: string): { context: CloudContext; vault: Vault } => {
    const places = contexts().flatMap((context) => {
      const vault = findVaultByName(context, name)?.vault;
      return vault === undefined ? [] : [{ context, vault }];
    });
    return existing(places[0], `vault ${name}`);
  };
  app.post("/:name", async (c) => {
    const { vault } = find(c.req.param("name"));
    const { failsCertificates, ...limits } = await inputOf(c, vaultInput);
    vault.limits = { ...documentedLimits, ...vault.limits, ...limits } as VaultLimits;
    if (failsCertificates !== undefined) vault.failsCertificates = failsCertificates;
    return c.json(vault.limits);
  });
  app.post("/:name/partners", async (c) => {
    const { context, vault } = find(c.req.param("name"));
    const input = await inputOf(c, manyPartnersInput);
    const applications = [...context.tenants.values()].flatMap((tenant) => [...tenant.applications.values()]);
    const application = applications.find(({ appId }) => appId === input.application);
    if (application === undefined) throw badRequest(`there is no application ${input.application}`);
    addManyPartners({ context, vault, application }, input);
    return c.json({ secrets: vault.secrets.size }, 201);
  });
  return app;
}
