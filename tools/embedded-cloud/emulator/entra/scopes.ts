import type { CloudContext } from "../cloud";
import type { Tenant } from "../context";
import { refuse } from "./errors";
import { graphResource, requireResource, type Resource } from "./resources";

/** The requested scopes of one resource. */
export interface AskedScopes {
  resource: Resource;
  /** "default": everything consented; otherwise names of delegated permissions. */
  wanted: "default" | string[];
  /** openid, profile, email, offline_access: for the sign-in, not for the resource. */
  openId: string[];
}

/** Scopes for the sign-in, not for a resource. */
export const openIdScopes: ReadonlySet<string> = new Set(["openid", "profile", "email", "offline_access"]);

/**
 * @throws EntraError 900144 for an empty one, 28000 for more than one resource, 70011 for .default together
 *   with names, 500011 for an unknown resource, 650053 for a name the resource does not have
 */
export function readScopes(context: CloudContext, tenant: Tenant, text: string): AskedScopes {
  const all = text.split(/\s+/).filter((scope) => scope !== "");
  if (all.length === 0) refuse(900144, { parameter: "scope" });
  const openId = all.filter((scope) => openIdScopes.has(scope));
  const [first, ...others] = all.filter((scope) => !openIdScopes.has(scope)).map(splitScope);
  if (first === undefined) return { resource: graphResource(context, tenant), wanted: [], openId };

  const stray = others.find(({ resource }) => resource !== first.resource);
  if (stray !== undefined) refuse(28000, { scope: text });
  const names = [first, ...others].map(({ name }) => name);
  if (names.includes(".default") && names.length > 1) refuse(70011, { scope: text });

  const resource =
    first.resource === "" ? graphResource(context, tenant) : requireResource(context, tenant, first.resource);
  if (names[0] === ".default") return { resource, wanted: "default", openId };
  refuseUnknownNames(resource, names);
  return { resource, wanted: names, openId };
}

/** A bare name is Microsoft Graph's. A resource that ends in a slash gives `//.default`, as Entra accepts. */
function splitScope(scope: string): { resource: string; name: string } {
  const slash = scope.lastIndexOf("/");
  return slash < 0
    ? { resource: "", name: scope }
    : { resource: scope.slice(0, slash).replace(/\/+$/, ""), name: scope.slice(slash + 1) };
}

function refuseUnknownNames({ asked, servicePrincipal }: Resource, names: string[]): void {
  const published = servicePrincipal.oauth2PermissionScopes.map(({ value }) => value);
  const unknown = names.find((name) => !published.includes(name));
  if (unknown !== undefined) refuse(650053, { scope: unknown, resource: asked, clientName: "…" });
}
