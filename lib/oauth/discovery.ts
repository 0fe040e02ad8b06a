/** Finds the cloud of a tenant before anything is created: no sign-in is needed. */
import { authorityOrigins, type Cloud, cloudOfInstance, clouds } from "../config/clouds";
import * as v from "valibot";
import { isGuid } from "../config/limits";
import { Failure, sentence } from "../errors/failure";
import { HttpFailure } from "../http/http-failure";
import { sendJson } from "../http/json";
import { EntraError, entraError, outageIn } from "./aadsts";
import { pipelineFor, requireOwnEndpoints } from "./authority";
import { cloudFixes, endpointsFixes } from "./remedies";

const text = v.optional(v.string());
const configuration = v.object({
  ...v.entriesFromList(["issuer", "token_endpoint", "cloud_instance_name", "error", "error_description"], text),
});

interface Discovered {
  document: v.InferOutput<typeof configuration>;
  /** The error if the tenant is in another cloud, by the cloud's name in its document. */
  elsewhere: EntraError | undefined;
}

/** @throws EntraError (remedy tenant, or cloud where its endpoints are another cloud's); HttpFailure */
async function discover(cloud: Cloud, tenant: string): Promise<Discovered> {
  const url = `${cloud.authority}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`;
  const asked = { service: `The authority of ${cloud.name}`, url, fixes: endpointsFixes(cloud) };
  const answer = await sendJson(pipelineFor(), asked);
  const what = `Looking for tenant ${tenant} in ${cloud.name}`;
  const outage = outageIn(answer.status, answer.body);
  if (outage !== undefined) throw entraError(what, outage.error, outage.description);
  const document = answer.as(configuration);
  if (document.error !== undefined) throw entraError(what, document.error, document.error_description ?? "");
  const elsewhere = inOtherCloud(cloud, tenant, document.cloud_instance_name);
  try {
    requireOwnEndpoints(cloud, answer.body);
  } catch (error) {
    throw elsewhere ?? error;
  }
  return { document, elsewhere };
}

function inOtherCloud(cloud: Cloud, tenant: string, instance: string | undefined): EntraError | undefined {
  if (instance === undefined || instance === cloud.instanceName) return undefined;
  const home = cloudOfInstance(instance);
  return new EntraError("invalid_tenant", undefined, "cloud", {
    what: `Tenant ${tenant} is not in ${cloud.name}: its discovery document names ${instance}${home ? `, which is ${home}` : ""}.`,
    why: "Signing in would fail with AADSTS90038.",
    fixes: cloudFixes(home),
  });
}

/** @param tenant GUID or domain @returns its GUID @throws EntraError (remedy cloud or tenant); HttpFailure */
export async function discoverTenant(cloud: Cloud, tenant: string): Promise<string> {
  const { document, elsewhere } = await discover(cloud, tenant);
  if (elsewhere !== undefined) throw elsewhere;
  // "common" and similar names return the placeholder {tenantid}.
  const [, tenantId = ""] = /^https:\/\/[^/]+\/([^/]+)\//u.exec(document.issuer ?? "") ?? [];
  if (!isGuid(tenantId)) {
    throw new Failure(
      "authority-unexpected",
      `The authority ${cloud.authority} answered no discovery document of one tenant to "${tenant}" (issuer: ${document.issuer ?? "none"}).`,
      sentence("Name the tenant by its GUID or a verified domain."),
      ...endpointsFixes(cloud),
    );
  }
  return tenantId;
}

/** The last tenant's endpoint: a process mostly signs in to the vault and redeems in the same tenant. */
let last: { usual: string; found: Promise<string> } | undefined;

/** For tests: forgets the endpoint. */
export function forgetTokenEndpoint(): void {
  last = undefined;
}

/** Looked up only in a custom cloud, and in China's, whose authority has two names. @throws as discovery does */
export async function tokenEndpointOf(cloud: Cloud, tenantId: string): Promise<string> {
  const usual = `${cloud.authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  const [own, ...others] = authorityOrigins(cloud);
  if (own === clouds[cloud.name].authority && others.length === 0) return usual;
  if (last?.usual === usual) return await last.found;
  const endpoint = discover(cloud, tenantId).then(({ document }) => document.token_endpoint ?? usual);
  last = { usual, found: endpoint };
  endpoint.catch(forgetTokenEndpoint);
  return await endpoint;
}

export function networkFailure(error: unknown): HttpFailure | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find((one) => one instanceof HttpFailure);
}

/** MSAL's codes for a request without an answer: any request, and that for the authority's endpoints. */
const unreachable = ["network_error", "endpoints_resolution_error"];

export const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && "errorCode" in error && unreachable.includes(String(error.errorCode));
