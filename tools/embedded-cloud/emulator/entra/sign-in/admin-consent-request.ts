import { declaredItems } from "../consents";
import { refuse } from "../errors";
import type { AdminConsentRequest, ProtocolVersion } from "../sign-in-state";
import type { Asking } from "./authorization-request";

/**
 * A request to https://learn.microsoft.com/entra/identity-platform/v2-admin-consent. v1, and v2 with
 * `{resource}/.default`, request everything that the registration declares; v2 with names, of one resource, these.
 *
 * @throws EntraError for the application: 900144 for v2 without a scope, 650056 when nothing is declared,
 *   or as `declaredItems`
 */
export function readAdminConsentRequest(
  { tenant, application, redirectUri }: Asking,
  query: URLSearchParams,
  path: { version: ProtocolVersion; tenantSegment: string },
): AdminConsentRequest {
  if (application.requiredResourceAccess.length === 0) {
    refuse(650056, { client: application.appId, resource: application.appId });
  }
  if (tenant !== undefined) declaredItems(tenant, application);
  const state = query.get("state") ?? "";
  return {
    ...path,
    purpose: "admin-consent",
    tenantId: tenant?.id,
    clientId: application.appId,
    redirectUri,
    responseMode: "query",
    ...(state === "" ? {} : { state }),
    ...(path.version === "v2" ? { scope: readScope(query) } : {}),
  };
}

const readScope = (query: URLSearchParams): string => query.get("scope") ?? refuse(900144, { parameter: "scope" });
