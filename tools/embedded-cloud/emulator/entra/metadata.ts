import type { CloudContext } from "../cloud";
import type { LocatedTenant } from "../cloud";
import { isShared, locateTenant } from "./tenancy";

/** GET /metadata/endpoints: a deployment tool's first request to a cloud. Form of api-version 2022-09-01. */
export function cloudEndpoints({ cloud, origins }: Pick<CloudContext, "cloud" | "origins">): Record<string, unknown> {
  return {
    name: cloud,
    portal: origins.authority,
    resourceManager: origins.resourceManager,
    microsoftGraphResourceId: origins.microsoftGraph,
    graph: origins.azureAdGraph,
    graphAudience: origins.azureAdGraph,
    authentication: {
      loginEndpoint: origins.authority,
      audiences: [origins.resourceManager],
      tenant: "common",
      identityProvider: "AAD",
    },
    // Vaults have no common suffix here: each has its own port.
    suffixes: { keyVaultDns: "127.0.0.1" },
  };
}

/** Clients need the endpoints of device code, sign-out and userinfo to start; here those answer 501. */
export function openIdConfiguration(context: CloudContext, segment: string): Record<string, unknown> {
  const located = isShared(segment) ? undefined : locateTenant(context, segment);
  const home = located?.home ?? context.row;
  const base = `${located?.homeAuthority ?? context.origins.authority}/${located?.id ?? segment}`;
  return {
    issuer: issuerOf(context, located),
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    userinfo_endpoint: `${context.origins.microsoftGraph}/oidc/userinfo`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ["code"],
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    code_challenge_methods_supported: ["S256"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "nonce", "name", "preferred_username", "tid", "oid", "ver"],
    tenant_region_scope: located === undefined ? null : home.regionScope,
    cloud_instance_name: home.instanceName,
    cloud_graph_host_name: home.graphHostName,
    msgraph_host: home.msGraphHost,
  };
}

/** For /common the issuer is a template, as in Entra. */
function issuerOf(context: CloudContext, located: LocatedTenant | undefined): string {
  const authority = located?.homeAuthority ?? context.origins.authority;
  const tenant = located?.id ?? "{tenantid}";
  return `${authority}/${tenant}/v2.0`;
}

/** GET /common/discovery/instance: informs a client that this host is an authority, and of its names. */
export function instanceDiscovery({ origins }: CloudContext): Record<string, unknown> {
  const { host } = new URL(origins.authority);
  return {
    tenant_discovery_endpoint: `${origins.authority}/common/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
