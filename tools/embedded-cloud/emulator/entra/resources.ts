import type { CloudContext } from "../cloud";
import type { CloudName } from "../clouds";
import type { Origins, ServicePrincipal, Tenant } from "../context";
import { azureAdGraph, keyVault, microsoftGraph, partnerCenter, resourceManager } from "../first-party";
import { findServicePrincipal } from "./clients";
import { refuse } from "./errors";

/** A resource in a token request. */
export interface Resource {
  /** Its name in the request, for error texts. */
  asked: string;
  /** `aud` of its tokens: its origin in this cloud. */
  audience: string;
  servicePrincipal: ServicePrincipal;
}

const byOrigin = {
  microsoftGraph: microsoftGraph.appId,
  resourceManager: resourceManager.appId,
  partnerCenter: partnerCenter.appId,
  azureAdGraph: azureAdGraph.appId,
} as const satisfies Partial<Record<keyof Origins, string>>;

type Addresses = Partial<Record<keyof typeof byOrigin | "keyVault", string[]>>;

/** The public addresses of the resources, as Terraform's go-azure-sdk and Microsoft's samples have them. */
const publicAddresses: Partial<Record<CloudName, Addresses>> = {
  AzureCloud: {
    microsoftGraph: ["https://graph.microsoft.com"],
    resourceManager: ["https://management.azure.com", "https://management.core.windows.net"],
    keyVault: ["https://vault.azure.net"],
  },
  AzureUSGovernment: {
    microsoftGraph: ["https://graph.microsoft.us"],
    resourceManager: ["https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net"],
    keyVault: ["https://vault.usgovcloudapi.net"],
  },
};

/**
 * Finds a resource by its origin in this cloud, its public address, an open vault's origin, an app id, or a
 * name of a service principal in the tenant.
 *
 * @throws EntraError 500011 when the tenant has no such resource, 500014 when it is disabled there
 */
export function requireResource(context: CloudContext, tenant: Tenant, asked: string): Resource {
  const name = asked.replace(/\/+$/, "");
  const known = firstParty(context, name);
  const servicePrincipal = known === undefined ? findByName(tenant, name) : findServicePrincipal(tenant, known.appId);
  if (servicePrincipal === undefined) refuse(500011, { resource: asked, tenant: tenant.displayName });
  if (!servicePrincipal.accountEnabled) refuse(500014, { resource: asked });
  return { asked, audience: known?.audience ?? name, servicePrincipal };
}

/** The Microsoft Graph of this cloud: the resource of a scope without one. */
export const graphResource = (context: CloudContext, tenant: Tenant): Resource =>
  requireResource(context, tenant, context.origins.microsoftGraph);

function firstParty(context: CloudContext, name: string): { appId: string; audience: string } | undefined {
  const addresses = publicAddresses[context.row.name] ?? {};
  for (const [key, appId] of Object.entries(byOrigin) as [keyof typeof byOrigin, string][]) {
    const audience = context.origins[key];
    const names = [audience, appId, ...(addresses[key] ?? [])];
    if (names.includes(name.toLowerCase())) return { appId, audience };
  }
  if (addresses.keyVault?.includes(name.toLowerCase()) === true) {
    return { appId: keyVault.appId, audience: name.toLowerCase() };
  }
  // A vault has its own origin, which is the resource in its challenge.
  const isVault = [...context.vaultOrigins.values()].includes(name.toLowerCase());
  return isVault ? { appId: keyVault.appId, audience: name.toLowerCase() } : undefined;
}

function findByName(tenant: Tenant, name: string): ServicePrincipal | undefined {
  return [...tenant.servicePrincipals.values()].find((candidate) => {
    const names = candidate["servicePrincipalNames"];
    return candidate.appId === name || (Array.isArray(names) && names.includes(name));
  });
}
