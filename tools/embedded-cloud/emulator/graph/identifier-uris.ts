import type { Tenant } from "../context";
import { GraphError, badRequest } from "./errors";

/**
 * Allowed: `api://` with the application's or the tenant's id as one of its parts, or any URI whose host is
 * in a verified domain of the tenant. No two applications of a tenant share a URI.
 */
export function checkIdentifierUris(tenant: Tenant, application: { id: string; appId: string }, uris: string[]): void {
  for (const uri of uris) {
    if (!isAllowed(tenant, application.appId, uri)) {
      throw new GraphError(
        400,
        "HostNameNotOnVerifiedDomain",
        `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${uri}'`,
        { target: "identifierUris" },
      );
    }
    if ([...tenant.applications.values()].some((other) => other.id !== application.id && has(other, uri))) {
      throw badRequest("Another object with the same value for property identifierUris already exists.");
    }
  }
}

function isAllowed(tenant: Tenant, appId: string, uri: string): boolean {
  const parts = /^(?<scheme>api|https?):\/\/(?<rest>.+)$/i.exec(uri)?.groups;
  const segments = parts?.["rest"]?.toLowerCase().split("/") ?? [];
  const host = segments[0] ?? "";
  const named = segments.includes(appId.toLowerCase()) || host === tenant.id;
  return (parts?.["scheme"]?.toLowerCase() === "api" && named) || isOnVerifiedDomain(tenant, host);
}

function isOnVerifiedDomain(tenant: Tenant, host: string): boolean {
  return tenant.domains.some(({ id, isVerified }) => isVerified && (host === id || host.endsWith(`.${id}`)));
}

function has(application: { identifierUris: string[] }, uri: string): boolean {
  return application.identifierUris.some((existing) => existing.toLowerCase() === uri.toLowerCase());
}
