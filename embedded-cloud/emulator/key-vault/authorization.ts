import type { Context as HonoContext, MiddlewareHandler } from "hono";
import type { AccessClaims, Context } from "../context";
import { mayActOnData } from "../resource-manager/access";
import { findVaultByName, type FoundVault } from "../resource-manager/vault-store";
import { mayByPolicy } from "./access-policies";
import { VaultError } from "./errors";
import { checkNetwork } from "./firewall";

/** What every request of a vault carries once its token held. */
export interface VaultEnv {
  Variables: FoundVault & { origin: string; claims: AccessClaims };
}

export type VaultContext = HonoContext<VaultEnv>;

/** Operations on secrets, as access policies name them, with the action that stands for each in roles. */
const actions = {
  get: "getSecret/action",
  list: "readMetadata/action",
  set: "setSecret/action",
  update: "update/action",
  delete: "delete",
  recover: "recover/action",
  purge: "purge/action",
} as const;

export type SecretOperation = keyof typeof actions;

/**
 * Finds the vault and lets only a token for it through, from an address its network rules allow.
 * A soft-deleted vault's name stops resolving in Azure; here its port stays open and answers 404 to everything.
 */
export function authenticate(context: Context, vaultName: string): MiddlewareHandler<VaultEnv> {
  return async (c, next) => {
    const found = findVaultByName(context, vaultName);
    if (found?.vault.deletedAt !== undefined || !found) {
      throw new VaultError(404, "VaultNotFound", `The vault '${vaultName}' does not exist, or is deleted.`);
    }
    const origin = await context.openVault(vaultName);
    const authorization = c.req.header("authorization");
    const claims = await context.tokens.verify(authorization, origin);
    if (claims?.tid !== found.tenant.id) {
      const authority = `${context.origins.authority}/${found.tenant.id}`;
      c.header("WWW-Authenticate", `Bearer authorization="${authority}", resource="${origin}"`);
      const missing = authorization === undefined;
      const message = missing
        ? "AKV10000: Request is missing a Bearer or PoP token."
        : "[BearerReadAccessTokenFailed] Error validating token: it is not a valid token for this vault.";
      throw new VaultError(401, "Unauthorized", message);
    }
    c.set("tenant", found.tenant);
    c.set("subscription", found.subscription);
    c.set("vault", found.vault);
    c.set("origin", origin);
    c.set("claims", claims);
    checkNetwork(c, context, found.vault);
    await next();
  };
}

/**
 * Refuses a caller that may not do this.
 * @param secret name of the one secret the operation is about; without it the operation is about the whole vault
 */
export function requireOperation(c: VaultContext, context: Context, operation: SecretOperation, secret?: string): void {
  const { resource } = c.get("vault");
  if (resource.properties["enableRbacAuthorization"] === true) {
    requireRole(c, context, operation, secret === undefined ? resource.id : `${resource.id}/secrets/${secret}`);
  } else if (!mayByPolicy(c.get("tenant"), c.get("claims").oid, resource.properties["accessPolicies"], operation)) {
    const who = `The user, group or application '${callerOf(c, context)}'`;
    throw new VaultError(
      403,
      "Forbidden",
      `${who} does not have secrets ${operation} permission on key vault '${resource.name};location=${resource.location}'.`,
      "AccessDenied",
    );
  }
}

/** The caller as Key Vault names it in refusals. */
export function callerOf(c: VaultContext, context: Context): string {
  const { appid, oid, tid } = c.get("claims");
  return `appid=${appid};oid=${oid};iss=${context.origins.authority}/${tid}/`;
}

function requireRole(c: VaultContext, context: Context, operation: SecretOperation, scope: string): void {
  const action = `Microsoft.KeyVault/vaults/secrets/${actions[operation]}`;
  const access = { tenant: c.get("tenant"), subscription: c.get("subscription"), oid: c.get("claims").oid, scope };
  if (!mayActOnData(access, action, context.clock.now())) {
    const { name, location } = c.get("vault").resource;
    throw new VaultError(
      403,
      "Forbidden",
      [
        "Caller is not authorized to perform action on resource.",
        "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
        `Caller: ${callerOf(c, context)}`,
        `Action: '${action}'`,
        `Resource: '${scope.toLowerCase()}'`,
        "Assignment: (not found)",
        "DenyAssignmentId: null",
        "DecisionReason: null ",
        `Vault: ${name};location=${location}`,
        "",
      ].join("\r\n"),
      "ForbiddenByRbac",
    );
  }
}
