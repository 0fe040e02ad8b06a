/** Where a tenant lives, asked before anything is created: no sign-in needed. */
import { type Cloud, cloudOfInstance } from "../config/clouds";
import { Failure } from "../errors/failure";
import { sentence } from "../errors/fix";
import { EntraError, entraError } from "./aadsts";
import { cloudFixes } from "./remedies";
import { unreachableFix } from "./unreachable";

const timeoutMilliseconds = 20_000;

interface OpenIdConfiguration {
  issuer?: string;
  cloud_instance_name?: string;
  error?: string;
  error_description?: string;
}

/**
 * Resolves a tenant in its cloud.
 * @param tenant GUID or verified domain
 * @returns the tenant's GUID
 * @throws EntraError (remedy "cloud" or "tenant") when it is not there; Error when the authority cannot be reached
 */
export async function discoverTenant(cloud: Cloud, tenant: string): Promise<string> {
  const document = await fetchConfiguration(cloud, tenant);
  if (document.error !== undefined) {
    throw entraError(`Looking for tenant ${tenant} in ${cloud.name}`, document.error, document.error_description ?? "");
  }
  const instance = document.cloud_instance_name;
  if (instance !== undefined && instance !== cloud.instanceName) {
    const home = cloudOfInstance(instance);
    throw new EntraError("invalid_tenant", undefined, "cloud", {
      what: `Tenant ${tenant} does not live in ${cloud.name}: discovery says ${instance}${home ? `, that is ${home}` : ""}.`,
      why: "Signing in would fail with AADSTS90038.",
      fixes: cloudFixes(home),
    });
  }
  // "common" and its like answer the placeholder {tenantid}.
  const tenantId = /^https:\/\/[^/]+\/([0-9a-f-]{36})\//iu.exec(document.issuer ?? "")?.[1];
  if (tenantId === undefined) {
    throw new Failure("authority-unexpected", {
      what: `The authority ${cloud.authority} answered no discovery document of one tenant to "${tenant}" (issuer: ${document.issuer ?? "none"}).`,
      fixes: [
        sentence(
          "Name the tenant by its GUID or a verified domain, and check the setting secure-application-model:endpoints.",
        ),
      ],
    });
  }
  return tenantId;
}

async function fetchConfiguration(cloud: Cloud, tenant: string): Promise<OpenIdConfiguration> {
  const url = `${cloud.authority}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMilliseconds) });
    return (await response.json()) as OpenIdConfiguration;
  } catch (error) {
    // fetch hides the reason (refused, no such host, certificate) in `cause`.
    const cause = (error as Error).cause;
    const why = cause instanceof Error ? cause.message : (error as Error).message;
    throw new Failure("authority-unreachable", {
      what: `The authority of ${cloud.name}, ${cloud.authority}, cannot be reached: ${why}.`,
      fixes: [unreachableFix],
    });
  }
}
