/** Two clouds in one process: each is complete, each refuses what belongs to the other, and the log distinguishes them. */
import type { CloudContext } from "../../emulator/cloud";
import type { CloudName } from "../../emulator/clouds";
import { directoryRoles } from "../../emulator/directory-roles";
import type { PartnerSeeds } from "../../emulator/seed-schema";
import { seedsOf } from "../../emulator/seeds";
import { versionOf } from "../../testing/azure";
import { askAdmin } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";
import { ownForm, refusal, type TokenAnswer } from "../../testing/oauth";

const emulator = emulatorForEach(undefined, { clouds: ["AzureCloud", "AzureUSGovernment"] });

const bothWays: [own: CloudName, other: CloudName][] = [
  ["AzureCloud", "AzureUSGovernment"],
  ["AzureUSGovernment", "AzureCloud"],
];

function cloud(name: CloudName): CloudContext {
  const found = emulator.clouds.get(name);
  if (found === undefined) throw new Error(`${name} does not run`);
  return found;
}

async function ask(url: string, init: RequestInit = {}): Promise<TokenAnswer> {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The deployer of a cloud's seeds requests a token from an authority. */
async function deployerToken(
  at: CloudName,
  { deployer, partner }: PartnerSeeds,
  audience: string,
  tenant = partner.id,
) {
  const body = new URLSearchParams(ownForm(emulator, deployer, audience));
  return await ask(`${cloud(at).origins.authority}/${tenant}/oauth2/v2.0/token`, { method: "POST", body });
}

async function tokenOf(name: CloudName, audience: string): Promise<string> {
  const { status, body } = await deployerToken(name, seedsOf(name), audience);
  expect(status).toBe(200);
  return String(body["access_token"]);
}

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

const region = { AzureCloud: "westeurope", AzureUSGovernment: "usgovvirginia" } as const;

/** PUT at a cloud's Resource Manager, as its deployer; paths start after the subscription. */
async function put(name: CloudName, path: string, body: object): Promise<TokenAnswer> {
  const { resourceManager } = cloud(name).origins;
  const authorization = `Bearer ${await tokenOf(name, resourceManager)}`;
  const url = `${resourceManager}/subscriptions/${seedsOf(name).subscription.id}${path}?api-version=${versionOf(path)}`;
  const headers = { authorization, "content-type": "application/json" };
  return await ask(url, { method: "PUT", headers, body: JSON.stringify(body) });
}

const vaultPath = "/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/both-clouds";
const vaultIn = (name: CloudName, location: string) => ({
  location,
  properties: { tenantId: seedsOf(name).partner.id, sku: { family: "A", name: "standard" }, accessPolicies: [] },
});

/** Creates a vault and returns its origin. */
async function makeVault(name: CloudName): Promise<string> {
  await put(name, "/resourceGroups/rg", { location: region[name] });
  const { body } = await put(name, vaultPath, vaultIn(name, region[name]));
  return (body as { properties: { vaultUri: string } }).properties.vaultUri.replace(/\/$/, "");
}

/** Every id, name and secret of a cloud's seeds. */
function names(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(names) : [];
}

/** How much of everything a cloud has at its start. */
function furniture(name: CloudName) {
  const [tenant] = cloud(name).tenants.values();
  if (tenant === undefined) throw new Error(`${name} has no tenant`);
  const [subscription] = tenant.subscriptions.values();
  return {
    users: [...tenant.users.values()].map(({ mfa }) => mfa),
    groups: [...tenant.groups.values()].map(({ displayName, members }) => [displayName, members.size]),
    administrators: tenant.roleMembers.get(directoryRoles.globalAdministrator.templateId)?.size,
    applications: [tenant.applications.size, tenant.servicePrincipals.size, tenant.appRoleAssignments.size],
    customers: tenant.customers.length,
    owners: subscription?.roleAssignments.size,
  };
}

test("both clouds are furnished alike, and share no id, no account and no password", () => {
  expect(furniture("AzureCloud")).toMatchObject({
    users: [true, false, true, true],
    groups: [["AdminAgents", 2], ["HelpdeskAgents"], ["SalesAgents"]].map(
      (group) => expect.arrayContaining(group) as unknown,
    ),
    ...{ administrators: 1, applications: [1, 7, 4], customers: 3, owners: 1 },
  });
  expect(furniture("AzureUSGovernment")).toEqual(furniture("AzureCloud"));
  const { government, ...global } = emulator.seeds;
  const ofGlobal = new Set(names(global));
  const inBoth = names(seedsOf("AzureUSGovernment")).filter((name) => ofGlobal.has(name));
  expect(government.id).toBe(seedsOf("AzureUSGovernment").partner.id);
  expect(inBoth).toEqual([
    ...["globalAdministrator", "AdminAgents", "HelpdeskAgents", "SalesAgents", ...emulator.seeds.deployer.appRoles],
    ...["GDAP", "GDAP", "DAP"],
  ]);
});

describe.each(bothWays)("a tenant of %s, asked for at %s", (own, other) => {
  test("discovery says where it lives", async () => {
    const { partner, customers } = seedsOf(own);
    const { row, origins } = cloud(own);
    for (const name of [partner.id, ...partner.domains]) {
      const found = await ask(`${cloud(other).origins.authority}/${name}/v2.0/.well-known/openid-configuration`);
      expect(found.body).toMatchObject({
        issuer: `${origins.authority}/${partner.id}/v2.0`,
        token_endpoint: `${origins.authority}/${partner.id}/oauth2/v2.0/token`,
        cloud_instance_name: row.instanceName,
        tenant_region_scope: row.regionScope,
        msgraph_host: row.msGraphHost,
      });
    }
    const [customer] = customers;
    const url = `${cloud(other).origins.authority}/${customer?.domain ?? ""}/v2.0/.well-known/openid-configuration`;
    expect((await ask(url)).body).toMatchObject({ cloud_instance_name: row.instanceName });
  });

  test("AADSTS900382: the token endpoint gives a confidential client nothing, AADSTS90038: a public one neither", async () => {
    const { microsoftGraph, authority } = cloud(other).origins;
    const confidential = await deployerToken(other, seedsOf(own), microsoftGraph);
    expect(refusal(confidential)).toEqual([400, "invalid_request", [900382]]);
    expect(confidential.body["error_description"]).toMatch(/Confidential Client is not supported in Cross Cloud/);
    const form = { grant_type: "refresh_token", client_id: seedsOf(own).deployer.clientId, refresh_token: "any" };
    const path = `/${seedsOf(own).partner.id}/oauth2/v2.0/token`;
    const publicClient = await ask(`${authority}${path}`, { method: "POST", body: new URLSearchParams(form) });
    expect(refusal(publicClient)).toEqual([400, "invalid_request", [90038]]);
  });

  test("AADSTS90038: the sign-in page shows the refusal, and sends nobody on", async () => {
    const query = new URLSearchParams({ client_id: seedsOf(own).deployer.clientId, response_type: "code" });
    const path = `/${seedsOf(own).partner.id}/oauth2/v2.0/authorize?${query.toString()}`;
    const response = await fetch(`${cloud(other).origins.authority}${path}`, { redirect: "manual" });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining(`redirected to the National Cloud &#39;${cloud(own).row.instanceName}&#39;`),
    ]);
  });

  test("AADSTS700016: its application is no application of the other cloud's tenant", async () => {
    const { microsoftGraph } = cloud(other).origins;
    const stranger = await deployerToken(other, seedsOf(own), microsoftGraph, seedsOf(other).partner.id);
    expect(refusal(stranger)).toEqual([400, "unauthorized_client", [700016]]);
  });

  test("AADSTS90002: a tenant that nobody has is unknown in both", async () => {
    for (const name of [own, other]) {
      const answer = await deployerToken(name, seedsOf(own), cloud(name).origins.microsoftGraph, "nobody.example");
      expect(refusal(answer)).toEqual([400, "invalid_tenant", [90002]]);
    }
  });

  test("AADSTS500011: no authority issues tokens for the other cloud's services", async () => {
    for (const audience of [cloud(other).origins.microsoftGraph, cloud(other).origins.resourceManager]) {
      expect(refusal(await deployerToken(own, seedsOf(own), audience))).toEqual([400, "invalid_resource", [500011]]);
    }
  });

  test("no service takes the other cloud's token, whatever its audience", async () => {
    const { origins, tokens } = cloud(other);
    const { partner, deployer, subscription } = seedsOf(other);
    const vault = await makeVault(other);
    const calls: [audience: string, path: string][] = [
      [origins.microsoftGraph, "/v1.0/organization"],
      [origins.resourceManager, `/subscriptions/${subscription.id}?api-version=2022-12-01`],
      [origins.partnerCenter, "/v1/customers"],
      [vault, "/secrets?api-version=2026-04-01"],
    ];
    const claims = {
      ...{ tid: partner.id, oid: deployer.servicePrincipalId, appid: deployer.clientId, idtyp: "app" },
      roles: [...deployer.appRoles],
    };
    for (const [audience, path] of calls) {
      // Everything in it is right except for its signature.
      const forged = { ...claims, iss: `${origins.authority}/${partner.id}/`, aud: audience };
      const signed = await cloud(own).tokens.sign(forged, 600);
      expect([audience, (await fetch(`${audience}${path}`, bearer(signed))).status]).toEqual([audience, 401]);
      const real = await tokens.sign(forged, 600);
      expect((await fetch(`${audience}${path}`, bearer(real))).status).not.toBe(401);
    }
    const graph = await tokenOf(own, cloud(own).origins.microsoftGraph);
    expect((await fetch(`${origins.microsoftGraph}/v1.0/organization`, bearer(graph))).status).toBe(401);
  });

  test("regions are the cloud's own", async () => {
    const refused = await put(other, "/resourceGroups/rg", { location: region[own] });
    expect([refused.status, refused.body]).toEqual([
      400,
      {
        error: {
          code: "LocationNotAvailableForResourceGroup",
          message: expect.stringMatching(
            new RegExp(
              `^The provided location '${region[own]}' is not available for resource group\\..*${region[other]}`,
            ),
          ) as unknown,
        },
      },
    ]);
    expect((await put(other, "/resourceGroups/rg", { location: region[other] })).status).toBe(201);
    expect(await put(other, vaultPath, vaultIn(other, region[own]))).toMatchObject({
      status: 400,
      body: { error: { code: "LocationNotAvailableForResourceType" } },
    });
  });

  test("metadata names the cloud that was asked, and its own services", async () => {
    const { origins } = cloud(other);
    expect((await ask(`${origins.authority}/metadata/endpoints?api-version=2022-09-01`)).body).toMatchObject({
      name: other,
      resourceManager: origins.resourceManager,
      microsoftGraphResourceId: origins.microsoftGraph,
      authentication: { loginEndpoint: origins.authority, audiences: [origins.resourceManager] },
    });
  });
});

test("the log names the cloud that took each request, and the host, whatever the request says of itself", async () => {
  const vault = await cloud("AzureUSGovernment").openVault("tokens");
  const { origins } = cloud("AzureUSGovernment");
  await deployerToken("AzureUSGovernment", seedsOf("AzureCloud"), origins.microsoftGraph);
  await fetch(`${cloud("AzureCloud").origins.partnerCenter}/v1/customers`);
  await fetch(`${vault}/secrets?api-version=2026-04-01`, { headers: { "x-forwarded-host": "elsewhere.example" } });
  const log = await askAdmin(emulator)("GET", "requests");
  const { requests } = log.body as { requests: Record<string, unknown>[] };
  expect(requests.map(({ cloud: name, service, host }) => [name, service, host])).toEqual([
    ["AzureUSGovernment", "authority", new URL(origins.authority).host],
    ["AzureCloud", "partnerCenter", new URL(cloud("AzureCloud").origins.partnerCenter).host],
    ["AzureUSGovernment", "keyVault", new URL(vault).host],
  ]);
});

test("the admin surface covers both: one state, one page, and accounts by name", async () => {
  const admin = askAdmin(emulator);
  const { body } = await admin("GET", "state");
  expect(body).toMatchObject({
    clouds: bothWays.map(([name]) => ({
      cloud: name,
      origins: cloud(name).origins,
      tenants: [
        { id: seedsOf(name).partner.id, subscriptions: [{ subscriptionId: seedsOf(name).subscription.id }] },
        ...seedsOf(name).otherPartners.map(({ partner }) => ({ id: partner.id, subscriptions: [] })),
      ],
    })),
  });
  const page = await (await fetch(`${emulator.url}/`)).text();
  for (const [name] of bothWays) expect(page).toContain(`<h2>${name}</h2>`);
  const { userPrincipalName } = seedsOf("AzureUSGovernment").users.otherAccount;
  const changed = await admin("POST", `users/${userPrincipalName}`, { mfa: false });
  expect([changed.status, changed.body]).toEqual([200, { userPrincipalName, accountEnabled: true, mfa: false }]);
});
