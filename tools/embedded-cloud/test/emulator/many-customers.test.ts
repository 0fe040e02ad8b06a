/** Partner Center's limit, generated customers, and the granular relationships with them in Microsoft Graph. */
import { assignDirectoryRole } from "../../emulator/directory-roles";
import { seeds } from "../../emulator/seeds";
import { partnerTenant } from "../../testing/applications";
import { type Ask, askAdmin, askService, type Caller } from "../../testing/callers";
import { emulatorForEach, stopClock } from "../../testing/emulator";

const cloud = emulatorForEach();
afterEach(() => jest.restoreAllMocks());

const agent: Caller & { amr: string[] } = { oid: seeds.users.serviceAccount.id, idtyp: "user", amr: ["pwd", "mfa"] };
const partnerCenter = (more: Caller = {}) => askService(cloud, "partnerCenter", { ...agent, ...more });
const graph = (scp: string): Ask => askService(cloud, "microsoftGraph", { ...agent, scp });
const ofRelationships = graph("DelegatedAdminRelationship.Read.All");
const relationshipsPath = "/v1.0/tenantRelationships/delegatedAdminRelationships";

const administer = askAdmin(cloud);
const admin = (method: string, body?: object, path = "partner-center") => administer(method, path, body);

test("more requests than half a second's worth at once are refused with 429 and Retry-After, for one application alone", async () => {
  await admin("POST", { requestsPerSecond: 4 });
  const ask = partnerCenter();
  const other = partnerCenter({ appid: "11111111-2222-4333-8444-555555555555" });
  const path = "/v1/customers?size=1";
  // A slow machine would earn a request within a quarter of a second.
  stopClock(cloud);
  const answers = [await ask("GET", path), await ask("GET", path), await ask("GET", path)];
  expect(answers.map(({ status, headers }) => [status, headers.get("retry-after")])).toEqual([
    [200, null],
    [200, null],
    [429, "1"],
  ]);
  expect(answers[2]?.body).toMatchObject({ code: 429, source: "PartnerFD" });
  expect((await other("GET", path)).status).toBe(200);
  cloud.clock.advance(250);
  expect((await ask("GET", path)).status).toBe(200);
  expect((await ask("GET", path)).status).toBe(429);
  expect((await admin("GET")).body).toMatchObject({
    clouds: [{ cloud: "AzureCloud", requestsPerSecond: 4, answered: 4, refused: 2, customers: 3 }],
  });
});

test("ten thousand customers behind the seeded ones: the same at every call, each with its own consent", async () => {
  const shown = { cloud: "AzureCloud", requestsPerSecond: 500, answered: 0, refused: 0, customers: 10_003 };
  const wanted = { requestsPerSecond: 500, generatedCustomers: 10_000 };
  expect((await admin("POST", wanted)).body).toEqual({ clouds: [shown] });
  const overview = await (await fetch(`${cloud.url}/`)).text();
  expect(/Customers <[^>]*>\((.*?)\)/u.exec(overview)?.[1]).toBe("50 of 10,003");
  expect(overview.match(/<tr>/gu)?.length).toBeLessThan(250);
  const ids = () => partnerTenant(cloud).customers.map(({ id }) => id);
  const first = ids();
  expect(new Set(first).size).toBe(10_003);
  await admin("POST", { generatedCustomers: 10_000 });
  expect(ids()).toEqual(first);
  const last = partnerTenant(cloud).customers.at(-1);
  expect(last?.companyProfile).toEqual({
    tenantId: last?.id,
    domain: "customer-10000.example",
    companyName: "Customer 10000",
  });
  const ask = partnerCenter();
  const consent = {
    applicationId: cloud.seeds.deployer.clientId,
    applicationGrants: [{ enterpriseApplicationId: "00000003-0000-0000-c000-000000000000", scope: "User.Read" }],
  };
  const path = `/v1/customers/${last?.id ?? ""}/applicationconsents`;
  expect((await ask("POST", path, consent)).status).toBe(201);
  expect((await ask("POST", path, consent)).body).toMatchObject({ description: "Permission entry already exists." });
  expect(partnerTenant(cloud).customers.filter(({ applicationConsents }) => applicationConsents.size > 0)).toHaveLength(
    1,
  );
  const discovery = await fetch(`${cloud.url}/customer-10000.example/v2.0/.well-known/openid-configuration`);
  expect(((await discovery.json()) as { issuer: string }).issuer).toContain(last?.id);
});

test.each([{ requestsPerSecond: 0 }, { generatedCustomers: -1 }, { generatedCustomers: 100_000 }, { customers: 1 }])(
  "400 for %j",
  async (body) => {
    expect((await admin("POST", body)).status).toBe(400);
  },
);

test("relationships with roles and ends, and the groups that have them; expired once they have ended", async () => {
  const ask = ofRelationships;
  const path = relationshipsPath;
  interface Listed {
    value: { id: string; status: string; customer: { tenantId: string } }[];
    "@odata.nextLink"?: string;
  }
  const { value } = (await ask("GET", path)).body as Listed;
  // Adventure Works uses delegated privileges, which are not a relationship.
  const [contoso, wingtip] = cloud.seeds.customers;
  expect(value.map(({ status, customer }) => [status, customer.tenantId])).toEqual([
    ["active", contoso.id],
    ["active", wingtip.id],
  ]);
  const assignments = await ask("GET", `${path}/${value[0]?.id ?? ""}/accessAssignments`);
  expect(assignments.body).toMatchObject({
    value: [
      {
        status: "active",
        accessContainer: { accessContainerId: cloud.seeds.groups.adminAgents.id, accessContainerType: "securityGroup" },
        accessDetails: {
          unifiedRoles: [
            { roleDefinitionId: "158c047a-c907-4556-b7ef-446551a6b5f7" },
            { roleDefinitionId: "88d8e3e3-8f55-4a1e-953a-9b9898b8876b" },
          ],
        },
      },
    ],
  });
  expect((await ask("GET", `${path}/none/accessAssignments`)).status).toBe(404);
  expect((await ask("GET", `${path}?$top=301`)).status).toBe(400);
  const first = (await ask("GET", `${path}?$top=1`)).body as Listed;
  const next = new URL(first["@odata.nextLink"] ?? "");
  expect((await ask("GET", next.pathname + next.search)).body).toMatchObject({ value: [{ id: value[1]?.id }] });
  cloud.clock.advance(731 * 86_400_000);
  expect((await ask("GET", path)).body).toMatchObject({ value: [{ status: "expired" }, { status: "expired" }] });
});

const reader = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
const states = [
  ...["created", "approvalPending", "approved", "activating", "active"],
  ...["expiring", "expired", "terminationRequested", "terminating", "terminated"],
];

test("the admin surface makes relationships in every state that Graph has, without an end before they are active", async () => {
  const [{ id }] = cloud.seeds.customers;
  const relationships = states.map((status) => ({ displayName: `In ${status}`, status, roles: [reader] }));
  expect((await admin("POST", { relationships }, `customers/${id}`)).status).toBe(200);
  const ask = ofRelationships;
  const path = relationshipsPath;
  interface Read {
    id: string;
    displayName: string;
    status: string;
    endDateTime: string | null;
    activatedDateTime: string | null;
  }
  const all = ((await ask("GET", path)).body as { value: (Read & { customer: { tenantId: string } })[] }).value;
  const there = all.filter(({ customer }) => customer.tenantId === id);
  expect(there.map(({ status, endDateTime, activatedDateTime }) => [status, endDateTime, activatedDateTime])).toEqual(
    states.map((status, index) => {
      const instant: unknown = index < 4 ? null : expect.stringMatching(/^\d{4}-/u);
      return [status, instant, instant];
    }),
  );
  const pending = there.find(({ status }) => status === "approvalPending");
  const one = await ask("GET", `${path}/${pending?.id ?? ""}`);
  expect([one.status, one.body]).toMatchObject([200, { ...pending }]);
  expect((await ask("GET", `${path}/none`)).status).toBe(404);
});

test("delegatedAdminCustomers are those with an active relationship", async () => {
  const [contoso, wingtip] = cloud.seeds.customers;
  const path = "/v1.0/tenantRelationships/delegatedAdminCustomers";
  const ask = ofRelationships;
  const shown = ({ id, companyName: displayName }: { id: string; companyName: string }) => ({
    id,
    tenantId: id,
    displayName,
  });
  expect((await ask("GET", path)).body).toMatchObject({ value: [shown(contoso), shown(wingtip)] });
  const relationships = [{ displayName: "Over", status: "terminated", roles: [reader] }];
  await admin("POST", { relationships }, `customers/${contoso.id}`);
  expect((await ask("GET", path)).body).toMatchObject({ value: [shown(wingtip)] });
  expect((await ask("GET", `${path}/${contoso.id}`)).status).toBe(404);
  expect((await ask("GET", `${path}/${wingtip.id}`)).body).toMatchObject(shown(wingtip));
  expect((await graph("User.Read")("GET", path)).status).toBe(403);
});

test("contracts are those with all customers: for a person with Directory.Read.All and a directory role", async () => {
  const ask = graph("Directory.Read.All");
  expect((await ask("GET", "/v1.0/contracts")).status).toBe(403);
  assignDirectoryRole(partnerTenant(cloud), "directoryReaders", seeds.users.serviceAccount.id);
  expect((await ofRelationships("GET", "/v1.0/contracts")).status).toBe(403);
  const shown = seeds.customers.map(({ id, domain, companyName }) => ({
    customerId: id,
    defaultDomainName: domain,
    displayName: companyName,
  }));
  expect(await ask("GET", "/v1.0/contracts")).toMatchObject({ status: 200, body: { value: shown } });
});

test("an indirect reseller is refused by Partner Center, and reads its customers from Graph", async () => {
  const { id } = seeds.partner;
  const { body } = await administer("POST", `tenants/${id}`, { isIndirectReseller: true });
  expect(body).toEqual({ id, isIndirectReseller: true });
  for (const [method, path] of [
    ["GET", "/v1/customers?size=1"],
    ["POST", `/v1/customers/${seeds.customers[0].id}/applicationconsents`],
  ] as const) {
    const refused = await partnerCenter()(method, path, method === "POST" ? {} : undefined);
    expect(refused).toMatchObject({ status: 403, body: { code: 1002, description: "Authorization Failed" } });
    expect(refused.headers.get("ismfacompliant")).toBeNull();
  }
  expect((await ofRelationships("GET", "/v1.0/tenantRelationships/delegatedAdminCustomers")).status).toBe(200);
  await administer("POST", `tenants/${id}`, { isIndirectReseller: false });
  expect((await partnerCenter()("GET", "/v1/customers?size=1")).status).toBe(200);
});

test.each([
  ["a state that there is not", { displayName: "x", status: "asleep", roles: [reader] }],
  ["a role by its name", { displayName: "x", roles: ["Global Reader"] }],
])("400 for %s, 404 for a customer that there is not", async (_, one) => {
  const [{ id }] = cloud.seeds.customers;
  expect((await admin("POST", { relationships: [one] }, `customers/${id}`)).status).toBe(400);
  expect((await admin("POST", { relationships: [] }, `customers/${cloud.seeds.partner.id}`)).status).toBe(404);
});

test("a relationship that has ended, a group without the account and a lesser role give no right to consent", async () => {
  const [customer] = partnerTenant(cloud).customers;
  if (customer === undefined) throw new Error("The seeds have no customer.");
  const { adminAgents, salesAgents } = cloud.seeds.groups;
  const consentingRole = "158c047a-c907-4556-b7ef-446551a6b5f7";
  const give = (groupId: string, role: string, endDateTime = "2199-01-01T00:00:00Z") => {
    const assignments = [{ id: "one", groupId, roles: [role] }];
    const named = { id: "r", displayName: "r", createdDateTime: "2026-01-01T00:00:00Z", duration: "P730D" };
    customer.relationships = [{ ...named, endDateTime, roles: [role], assignments }];
  };
  const revoke = async () => {
    const path = `/v1/customers/${customer.id}/applicationconsents/${cloud.seeds.deployer.clientId}`;
    return (await partnerCenter()("DELETE", path)).status;
  };
  give(adminAgents.id, consentingRole);
  expect(await revoke()).toBe(404);
  give(salesAgents.id, consentingRole);
  expect(await revoke()).toBe(403);
  give(adminAgents.id, "88d8e3e3-8f55-4a1e-953a-9b9898b8876b");
  expect(await revoke()).toBe(403);
  give(adminAgents.id, consentingRole, "2026-01-02T00:00:00Z");
  expect(await revoke()).toBe(403);
});

test("relationships take a permission of their own, and what one is a member of takes User.Read, which shows ids alone", async () => {
  const paths = ["/v1.0/tenantRelationships/delegatedAdminRelationships", "/v1.0/me/transitiveMemberOf"];
  const asked = async (scope: string) => {
    return await Promise.all(paths.map(async (path) => (await graph(scope)("GET", path)).status));
  };
  expect(await asked("Directory.Read.All")).toEqual([403, 200]);
  expect(await asked("DelegatedAdminRelationship.Read.All")).toEqual([200, 403]);
  expect((await graph("User.Read")("GET", paths[1] ?? "")).body).toMatchObject({
    value: [{ "@odata.type": "#microsoft.graph.group", id: cloud.seeds.groups.adminAgents.id, displayName: null }],
  });
  const application = askService(cloud, "microsoftGraph", { roles: ["Directory.Read.All"] });
  expect((await application("GET", paths[1] ?? "")).status).toBe(400);
  // Graph's further properties there are not served.
  const ask = ofRelationships;
  const details = "/v1.0/tenantRelationships/delegatedAdminCustomers/x/serviceManagementDetails";
  expect((await ask("GET", details)).status).toBe(501);
  expect((await ask("POST", paths[0] ?? "", {})).status).toBe(501);
});
