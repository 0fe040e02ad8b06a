/** Where a tenant lives, asked before anything is created: no sign-in needed. */
import { type Cloud, cloudOfInstance } from "../config/clouds";
import * as v from "valibot";
import { Failure, sentence } from "../errors/failure";
import { HttpFailure } from "../http/http-failure";
import { sendJson } from "../http/json";
import { brief, pipelineOf } from "../http/policies";
import { EntraError, entraError } from "./aadsts";
import { cloudFixes, endpointsFix } from "./remedies";

const text = v.optional(v.string());
/** What it answers of OpenID's configuration, or its refusal. */
const configuration = v.object({ issuer: text, cloud_instance_name: text, error: text, error_description: text });

/**
 * Resolves a tenant in its cloud.
 * @param tenant GUID or verified domain
 * @returns the tenant's GUID
 * @throws EntraError (remedy "cloud" or "tenant") when it is not there; HttpFailure when the authority does not answer
 */
export async function discoverTenant(cloud: Cloud, tenant: string): Promise<string> {
  const url = `${cloud.authority}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`;
  const asked = { service: `The authority of ${cloud.name}`, url, fixes: [endpointsFix] };
  const document = (await sendJson(pipelineOf(brief), asked)).as(configuration);
  if (document.error !== undefined) {
    throw entraError(`Looking for tenant ${tenant} in ${cloud.name}`, document.error, document.error_description ?? "");
  }
  const instance = document.cloud_instance_name;
  if (instance !== undefined && instance !== cloud.instanceName) {
    const home = cloudOfInstance(instance);
    throw new EntraError("invalid_tenant", undefined, "cloud", {
      what: `Tenant ${tenant} is not in ${cloud.name}: its discovery document names ${instance}${home ? `, which is ${home}` : ""}.`,
      why: "Signing in would fail with AADSTS90038.",
      fixes: cloudFixes(home),
    });
  }
  // "common" and its like answer the placeholder {tenantid}.
  const tenantId = /^https:\/\/[^/]+\/([0-9a-f-]{36})\//iu.exec(document.issuer ?? "")?.[1];
  if (tenantId === undefined) {
    throw new Failure(
      "authority-unexpected",
      `The authority ${cloud.authority} answered no discovery document of one tenant to "${tenant}" (issuer: ${document.issuer ?? "none"}).`,
      sentence("Name the tenant by its GUID or a verified domain."),
      endpointsFix,
    );
  }
  return tenantId;
}

/** Why MSAL found no endpoints, which it swallows: what discovery says of the tenant. Any other error as it is. */
export async function explained(cloud: Cloud, tenantId: string, error: unknown): Promise<unknown> {
  if (!isUnreachable(error, [withoutEndpoints])) return error;
  return await discoverTenant(cloud, tenantId).then(
    () => error,
    (reason: unknown) => reason,
  );
}

/** Why there was no answer; undefined for an error of another kind. */
export function networkFailure(error: unknown): HttpFailure | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find((one) => one instanceof HttpFailure);
}

/** MSAL's code where it has to ask for the authority's endpoints first, and gets none. */
const withoutEndpoints = "endpoints_resolution_error";

/** Whether nobody answered at the authority, where MSAL swallows why. */
export function isUnreachable(error: unknown, codes = ["network_error", withoutEndpoints]): boolean {
  return error instanceof Error && "errorCode" in error && codes.includes(String(error.errorCode));
}
