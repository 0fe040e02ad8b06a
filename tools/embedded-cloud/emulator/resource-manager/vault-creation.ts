import * as v from "valibot";
import type { Vault } from "../context";
import type { ResourceContext } from "./authorization";
import { strictObject } from "../strict-json";
import { makesVaultsByRoles } from "./api-versions";
import { echoed, readBody, tagValues } from "./body";
import { PortTakenError } from "../server";
import { NoPortLeftError } from "../vault-listeners";
import { notServed, ResourceError } from "./errors";
import { normalLocation } from "./paths";
import { underPolicy } from "./policies";
import { requireTypeRegion } from "./regions";
import { groupName } from "./resource-groups";
import { checkVaultName } from "./vault-names";
import { isHere, isLiveHere, vaultId, vaultName, vaults } from "./vault-paths";
import { newProperties, replacedProperties, vaultPropertyValues } from "./vault-properties";
import { findVaultByName, type FoundVault } from "./vault-store";

const vaultBody = (id: string) =>
  strictObject({ ...echoed(id, vaults), location: v.string(), tags: tagValues, properties: vaultPropertyValues });

/** Creates, replaces or recovers a vault, depending on the request's body. */
export async function putVault(c: ResourceContext): Promise<Vault> {
  const name = vaultName(c);
  checkVaultName(name);
  // Whether a foreign principal gets at a vault's data is documented nowhere.
  if (c.var.tenant !== c.var.home) throw notServed(c, " in a customer's tenant");
  const { properties, ...given } = await readBody(c, vaultBody(vaultId(c)), "BadRequest");
  const body = { ...given, properties: underPolicy(c, name, properties) };
  return body.properties.createMode === "recover"
    ? recover(c, findVaultByName(c.var.context, name), name)
    : createOrReplace(c, name, body);
}

/** Everything in a recovery request besides the mode is ignored. */
function recover(c: ResourceContext, found: FoundVault | undefined, name: string): Vault {
  if (found?.vault.deletedAt === undefined || !isHere(c, found)) {
    const message = `The specified deleted vault '${name}' does not exist in resource group '${groupName(c)}'.`;
    throw new ResourceError(404, "DeletedVaultNotFound", message);
  }
  delete found.vault.deletedAt;
  return found.vault;
}

async function createOrReplace(
  c: ResourceContext,
  name: string,
  { location, tags, properties }: v.InferOutput<ReturnType<typeof vaultBody>>,
): Promise<Vault> {
  const { tenant, context } = c.var;
  const found = findVaultByName(context, name);
  requireTypeRegion(context.cloud, vaults, normalLocation(location));
  if (!found) {
    const checked = newProperties(tenant, properties, makesVaultsByRoles(c));
    const vaultUri = `${await openVault(c, name)}/`;
    const resource = {
      id: vaultId(c),
      name,
      type: vaults,
      location: normalLocation(location),
      tags: tags ?? {},
      properties: { ...checked, vaultUri },
    };
    const vault: Vault = { resource, secrets: new Map(), certificates: new Map() };
    c.var.subscription.vaults.set(name.toLowerCase(), vault);
    return vault;
  }
  refuseTakenName(c, found);
  const { resource } = found.vault;
  if (resource.location !== normalLocation(location)) {
    throw new ResourceError(
      409,
      "InvalidResourceLocation",
      `The resource '${name}' already exists in location '${resource.location}' in resource group '${groupName(c)}'. A resource ` +
        `with the same name cannot be created in location '${normalLocation(location)}'. Please select a new resource name.`,
    );
  }
  const { vaultUri } = resource.properties;
  resource.properties = {
    ...replacedProperties(tenant, resource.properties, properties, makesVaultsByRoles(c)),
    vaultUri,
  };
  resource["tags"] = tags ?? {};
  return found.vault;
}

/** @throws ResourceError 501 where the emulator has no port for it: Azure has no such limit */
async function openVault(c: ResourceContext, name: string): Promise<string> {
  try {
    return await c.var.context.openVault(name);
  } catch (error) {
    if (error instanceof NoPortLeftError || error instanceof PortTakenError) throw notServed(c, `: ${error.message}`);
    throw error;
  }
}

function refuseTakenName(c: ResourceContext, found: FoundVault): void {
  if (isLiveHere(c, found)) return;
  const { name } = found.vault.resource;
  throw found.vault.deletedAt !== undefined && found.subscription === c.var.subscription
    ? new ResourceError(
        409,
        "ConflictError",
        "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. " +
          "Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
      )
    : new ResourceError(
        409,
        "VaultAlreadyExists",
        `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already ` +
          "taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was " +
          "recently deleted but not purged after being placed in a recoverable state.",
      );
}
