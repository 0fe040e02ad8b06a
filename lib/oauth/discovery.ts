/** Finds the cloud of a tenant before anything is created: no sign-in is needed. */
import { type Cloud, cloudOfInstance } from "../config/clouds";
import * as v from "valibot";
import { Failure, sentence } from "../errors/failure";
import { HttpFailure } from "../http/http-failure";
import { sendJson } from "../http/json";
import { EntraError, entraError, outageIn } from "./aadsts";
import { pipelineFor, requireOwnEndpoints } from "./authority";
import { cloudFixes, endpointsFix } from "./remedies";

const text = v.optional(v.string());
const configuration = v.object({ issuer: text, cloud_instance_name: text, error: text, error_description: text });

/** @param tenant GUID or domain @returns its GUID @throws EntraError (remedy cloud or tenant); HttpFailure */
export async function discoverTenant(cloud: Cloud, tenant: string): Promise<string> {
  const url = `${cloud.authority}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`;
  const asked = { service: `The authority of ${cloud.name}`, url, fixes: [endpointsFix] };
  const answer = await sendJson(pipelineFor(), asked);
  const what = `Looking for tenant ${tenant} in ${cloud.name}`;
  const outage = outageIn(answer.status, answer.body);
  if (outage !== undefined) throw entraError(what, outage.error, outage.description);
  const document = answer.as(configuration);
  if (document.error !== undefined) throw entraError(what, document.error, document.error_description ?? "");
  const instance = document.cloud_instance_name;
  if (instance !== undefined && instance !== cloud.instanceName) {
    const home = cloudOfInstance(instance);
    throw new EntraError("invalid_tenant", undefined, "cloud", {
      what: `Tenant ${tenant} is not in ${cloud.name}: its discovery document names ${instance}${home ? `, which is ${home}` : ""}.`,
      why: "Signing in would fail with AADSTS90038.",
      fixes: cloudFixes(home),
    });
  }
  requireOwnEndpoints(cloud, answer.body);
  // "common" and similar names return the placeholder {tenantid}.
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

/** MSAL hides why it found no endpoints: this is discovery's error. Any other error stays as it is. */
export async function explained(cloud: Cloud, tenantId: string, error: unknown): Promise<unknown> {
  if (!isUnreachable(error, [withoutEndpoints])) return error;
  return await discoverTenant(cloud, tenantId).then(
    () => error,
    (reason: unknown) => reason,
  );
}

export function networkFailure(error: unknown): HttpFailure | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find((one) => one instanceof HttpFailure);
}

/** MSAL's code when it must first request the authority's endpoints, and gets none. */
const withoutEndpoints = "endpoints_resolution_error";

export const isUnreachable = (error: unknown, codes = ["network_error", withoutEndpoints]): boolean =>
  error instanceof Error && "errorCode" in error && codes.includes(String(error.errorCode));
