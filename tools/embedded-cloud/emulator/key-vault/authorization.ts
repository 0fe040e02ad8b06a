import type { Context as HonoContext, MiddlewareHandler } from "hono";
import type { AccessClaims, Context } from "../context";
import { mayActOnData } from "../resource-manager/access";
import { findVaultByName, type FoundVault } from "../resource-manager/vault-store";
import { uncheckedClaims } from "../unchecked-claims";
import { mayByPolicy, type ObjectKind } from "./access-policies";
import { forbidden, VaultError } from "./errors";
import { checkNetwork } from "./firewall";

/** Variables of every request to a vault: its cloud from the start, the rest after its token was checked. */
export interface VaultEnv {
  Variables: FoundVault & { context: Context; origin: string; claims: AccessClaims };
}

export type VaultContext = HonoContext<VaultEnv>;

/** The name of the object in the address. */
export const nameOf = (c: VaultContext): string => c.req.param("name") ?? "";

export const nowOf = (c: VaultContext): number => c.var.context.clock.now();

/** Operations on a vault's objects: the permission of access policies for each, and the action of roles. */
const operations = {
  secrets: {
    get: { permission: "get", action: "getSecret/action" },
    getDeleted: { permission: "get", action: "readMetadata/action" },
    list: { permission: "list", action: "readMetadata/action" },
    set: { permission: "set", action: "setSecret/action" },
    update: { permission: "set", action: "update/action" },
    delete: { permission: "delete", action: "delete" },
    recover: { permission: "recover", action: "recover/action" },
    purge: { permission: "purge", action: "purge/action" },
  },
  certificates: {
    get: { permission: "get", action: "read" },
    list: { permission: "list", action: "read" },
    create: { permission: "create", action: "create/action" },
    update: { permission: "update", action: "update/action" },
    delete: { permission: "delete", action: "delete" },
    recover: { permission: "recover", action: "recover/action" },
  },
  keys: { sign: { permission: "sign", action: "sign/action" } },
} as const satisfies Record<ObjectKind, Record<string, { permission: string; action: string }>>;

/** Such as `certificates/create`: the permission that a request needs according to Key Vault's documents. */
export type Operation = { [Kind in ObjectKind]: `${Kind}/${keyof (typeof operations)[Kind] & string}` }[ObjectKind];

function operationOf(name: Operation): { kind: ObjectKind; permission: string; action: string } {
  const [kind, operation] = name.split("/") as [ObjectKind, string];
  const ofKind: Readonly<Record<string, { permission: string; action: string }>> = operations[kind];
  const { permission = "", action = "" } = ofKind[operation] ?? {};
  return { kind, permission, action: `Microsoft.KeyVault/vaults/${kind}/${action}` };
}

/** In Azure the name of a soft-deleted vault no longer resolves; here every response is a 404. */
export function authenticate(vaultName: string): MiddlewareHandler<VaultEnv> {
  return async (c, next) => {
    const { context } = c.var;
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
      throw new VaultError(401, "Unauthorized", tokenProblem(authorization, origin, authority, context.clock.now()));
    }
    c.set("tenant", found.tenant);
    c.set("subscription", found.subscription);
    c.set("vault", found.vault);
    c.set("origin", origin);
    c.set("claims", claims);
    checkNetwork(c);
    await next();
  };
}

/** Refuses a caller that may not do this to the object of the address, or without one to the whole vault. */
export function requireOperation(c: VaultContext, name: Operation): void {
  const { resource } = c.get("vault");
  const object = c.req.param("name");
  const { kind, permission, action } = operationOf(name);
  if (resource.properties["enableRbacAuthorization"] === true) {
    requireRole(c, action, object === undefined ? resource.id : `${resource.id}/${kind}/${object}`);
    return;
  }
  if (!mayByPolicy(c.get("tenant"), c.get("claims"), resource.properties["accessPolicies"], { kind, permission })) {
    const where = `key vault '${resource.name};location=${resource.location}'`;
    throw forbidden(
      `The user, group or application '${callerOf(c)}' does not have ${kind} ${permission} permission on ${where}. ` +
        "For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287",
      "AccessDenied",
    );
  }
}

/** The problem of a token, with Key Vault's text. */
function tokenProblem(authorization: string | undefined, origin: string, authority: string, now: number): string {
  if (authorization === undefined) return "AKV10000: Request is missing a Bearer or PoP token.";
  const said = uncheckedClaims(authorization);
  if (said === undefined) return "[BearerReadAccessTokenFailed] Error validating token: it is malformed.";
  if (said.aud !== origin) return `AKV10022: Invalid audience. Expected ${origin}, found: ${said.aud}.`;
  if (!said.iss.startsWith(`${authority}/`)) {
    return `AKV10032: Invalid issuer. Expected one of ${authority}/, found ${said.iss}.`;
  }
  if (said.exp * 1000 <= now) return "[TokenExpired] Error validating token: IDX10223.";
  return "AKV10046: Unable to resolve the key used for signature validation.";
}

/** The caller's name in Key Vault's refusals. */
export function callerOf(c: VaultContext): string {
  const { appid, oid, tid } = c.get("claims");
  return `appid=${appid};oid=${oid};iss=${c.var.context.origins.authority}/${tid}/`;
}

function requireRole(c: VaultContext, action: string, scope: string): void {
  const access = { home: c.get("tenant"), subscription: c.get("subscription"), oid: c.get("claims").oid, scope };
  if (!mayActOnData(access, action, nowOf(c))) {
    const { name, location } = c.get("vault").resource;
    throw forbidden(
      [
        "Caller is not authorized to perform action on resource.",
        "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
        `Caller: ${callerOf(c)}`,
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
