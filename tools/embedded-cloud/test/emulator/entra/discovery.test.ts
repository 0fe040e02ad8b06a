import { tokenFor } from "../../../testing/callers";
import { emulatorForEach } from "../../../testing/emulator";

const cloud = emulatorForEach();

async function get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${cloud.url}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const discovery = (tenant: string) => get(`/${tenant}/v2.0/.well-known/openid-configuration`);

test("discovery by domain answers with the tenant's GUID, its cloud, what is served and what clients look for", async () => {
  const base = `${cloud.url}/${cloud.seeds.partner.id}`;
  expect(await discovery("Partner.Example")).toEqual({
    status: 200,
    body: {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      userinfo_endpoint: `${cloud.origins.microsoftGraph}/oidc/userinfo`,
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_types_supported: ["code"],
      response_modes_supported: ["query", "fragment", "form_post"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
      code_challenge_methods_supported: ["S256"],
      claims_supported: [
        ...["sub", "iss", "aud", "exp", "iat", "nonce", "name", "preferred_username", "tid", "oid", "ver"],
      ],
      tenant_region_scope: "WW",
      cloud_instance_name: "microsoftonline.com",
      cloud_graph_host_name: "graph.windows.net",
      msgraph_host: "graph.microsoft.com",
    },
  });
});

test("what it names and is not served is a 501", async () => {
  const { id } = cloud.seeds.partner;
  const named = (await discovery(id)).body as Record<string, string>;
  const names = ["device_authorization_endpoint", "end_session_endpoint", "userinfo_endpoint"];
  const graph = await tokenFor(cloud, cloud.origins.microsoftGraph);
  for (const name of names) {
    const method = name.startsWith("device") ? "POST" : "GET";
    const { status } = await fetch(named[name] ?? "", { method, headers: { authorization: `Bearer ${graph}` } });
    expect([name, status]).toEqual([name, 501]);
  }
});

test("GUID and initial domain name the same tenant; v1 is a 501", async () => {
  const { id, domains } = cloud.seeds.partner;
  const byId = await discovery(id);
  expect(await discovery(domains[1])).toEqual(byId);
  expect((await get(`/${id}/.well-known/openid-configuration`)).status).toBe(501);
});

test("discovery of /common and /organizations leaves the issuer open", async () => {
  expect((await discovery("common")).body).toMatchObject({
    issuer: `${cloud.url}/{tenantid}/v2.0`,
    token_endpoint: `${cloud.url}/common/oauth2/v2.0/token`,
    tenant_region_scope: null,
  });
  expect((await discovery("organizations")).status).toBe(200);
});

test("a tenant of another cloud is found, and says which cloud it lives in", async () => {
  const { government } = cloud.seeds;
  for (const name of [government.id, ...government.domains]) {
    expect((await discovery(name)).body).toMatchObject({
      issuer: `${cloud.url}/${government.id}/v2.0`,
      cloud_instance_name: "microsoftonline.us",
      tenant_region_scope: "USGov",
      msgraph_host: "graph.microsoft.us",
    });
  }
});

test("a customer's tenant is found in the partner's cloud", async () => {
  const [customer] = cloud.seeds.customers;
  expect((await discovery(customer.domain)).body).toMatchObject({
    issuer: `${cloud.url}/${customer.id}/v2.0`,
    cloud_instance_name: "microsoftonline.com",
  });
});

test.each([
  ["unknown.example", "invalid_tenant", 90002],
  ["00000000-1111-2222-3333-444444444444", "invalid_tenant", 90002],
  ["not a tenant", "invalid_request", 900023],
])("discovery of %s is refused with %s", async (tenant, error, code) => {
  const { status, body } = await discovery(encodeURIComponent(tenant));
  expect([status, body["error"], body["error_codes"]]).toEqual([400, error, [code]]);
});

test("a refusal has every member of Entra's error body", async () => {
  const { body } = await discovery("unknown.example");
  expect(body).toEqual({
    error: "invalid_tenant",
    error_description: expect.stringMatching(
      /^AADSTS90002: Tenant 'unknown\.example' not found\..* Trace ID: \S+ Correlation ID: \S+ Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/,
    ) as unknown,
    error_codes: [90002],
    error_uri: `${cloud.url}/error?code=90002`,
    timestamp: expect.stringMatching(/Z$/) as unknown,
    trace_id: expect.any(String) as unknown,
    correlation_id: expect.any(String) as unknown,
  });
});

test("the cloud's endpoints come in the form of api-version 2022-09-01, and of no other", async () => {
  const { origins, url } = cloud;
  expect(await get("/metadata/endpoints?api-version=2022-09-01")).toEqual({
    status: 200,
    body: {
      name: "AzureCloud",
      portal: url,
      resourceManager: origins.resourceManager,
      microsoftGraphResourceId: origins.microsoftGraph,
      graph: origins.azureAdGraph,
      graphAudience: origins.azureAdGraph,
      authentication: {
        loginEndpoint: url,
        audiences: [origins.resourceManager],
        tenant: "common",
        identityProvider: "AAD",
      },
      suffixes: { keyVaultDns: "127.0.0.1" },
    },
  });
  expect((await get("/metadata/endpoints?api-version=2015-01-01")).status).toBe(501);
});

test("instance discovery knows this host alone", async () => {
  const { host } = new URL(cloud.url);
  expect((await get("/common/discovery/instance?api-version=1.1")).body).toEqual({
    tenant_discovery_endpoint: `${cloud.url}/common/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  });
});

test("what Entra has and this emulator has not is a 501 that names the request", async () => {
  expect(await get("/common/oauth2/v2.0/devicecode")).toEqual({
    status: 501,
    body: {
      error: "not_implemented",
      error_description: "The embedded cloud does not serve GET /common/oauth2/v2.0/devicecode of Entra.",
    },
  });
});

test("every answer carries the cloud's own time, as it is moved", async () => {
  cloud.clock.advance(600_000);
  const { headers } = await fetch(`${cloud.url}/common/v2.0/.well-known/openid-configuration`);
  expect(Math.abs(Date.parse(headers.get("date") ?? "") - Date.now() - 600_000)).toBeLessThan(60_000);
});
