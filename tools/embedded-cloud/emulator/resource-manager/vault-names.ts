import * as v from "valibot";
import { strictObject } from "../strict-json";
import { requireAction, type ResourceContext } from "./authorization";
import { readBody } from "./body";
import { ResourceError } from "./errors";
import { subscriptionId } from "./subscriptions";
import { findVaultByName } from "./vault-store";

const question = strictObject({ name: v.string(), type: v.literal("Microsoft.KeyVault/vaults") });

/** Checks whether a vault name is still free. */
export async function checkVaultAvailability(c: ResourceContext): Promise<Response> {
  requireAction(c, subscriptionId(c.var.subscription), "Microsoft.KeyVault/checkNameAvailability/read");
  const { name } = await readBody(c, question, "BadRequest");
  if (!isVaultName(name)) {
    return c.json({ nameAvailable: false, reason: "AccountNameInvalid", message: invalidName(name) });
  }
  if (findVaultByName(c.var.context, name)) {
    const message = `The vault name '${name}' is already in use. Vault names are globally unique.`;
    return c.json({ nameAvailable: false, reason: "AlreadyExists", message });
  }
  return c.json({ nameAvailable: true });
}

export function checkVaultName(name: string): void {
  if (!isVaultName(name)) throw new ResourceError(400, "VaultNameNotValid", invalidName(name));
}

function isVaultName(name: string): boolean {
  return /^[a-z][a-z0-9-]{1,22}[a-z0-9]$/i.test(name) && !name.includes("--");
}

function invalidName(name: string): string {
  return (
    `The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. ` +
    "The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens."
  );
}
