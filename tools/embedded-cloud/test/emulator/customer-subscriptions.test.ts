/** A customer's subscription: the partner's AdminAgents are Owners there as a foreign group, and nobody else has a role. */
import { randomUUID } from "node:crypto";
import { seeds } from "../../emulator/seeds";
import { partnerTenant } from "../../testing/applications";
import { resourceManagerOf, roleIds } from "../../testing/azure";
import { codeOf } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const [contoso, wingtip] = seeds.customers;
const { adminAgents, helpdeskAgents } = seeds.groups;
const { serviceAccount, otherAccount } = seeds.users;

const asAccount = (tid: string, { id: oid } = serviceAccount) =>
  resourceManagerOf(emulator, { tid, oid, idtyp: "user" });
const ask = asAccount(contoso.id);
const subscription = `/subscriptions/${contoso.subscription.id}`;
const group = `${subscription}/resourceGroups/inventory`;
const assignments = `${subscription}/providers/Microsoft.Authorization/roleAssignments`;
const put = { location: "westeurope" };

const subscriptionsOf = async (asked: typeof ask) => {
  const { body } = await asked("GET", "/subscriptions");
  return (body as { value: { subscriptionId: string; tenantId: string }[] }).value.map((one) => [
    one.tenantId,
    one.subscriptionId,
  ]);
};

test("the service account sees the subscription in that tenant alone, and is Owner by its group there", async () => {
  expect(await subscriptionsOf(ask)).toEqual([[contoso.id, contoso.subscription.id]]);
  expect(await subscriptionsOf(asAccount(seeds.partner.id))).toEqual([]);
  expect(codeOf(await ask("PUT", group, put))).toEqual([201, ""]);
  const { body } = await ask("GET", assignments);
  expect(body).toMatchObject({
    value: [
      {
        properties: {
          roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.owner}`,
          ...{ principalId: adminAgents.id, principalType: "ForeignGroup", scope: subscription },
        },
      },
    ],
  });
});

test.each([
  ["an account of the partner in no such group", asAccount(contoso.id, otherAccount), [403, "AuthorizationFailed"]],
  ["a token of the partner's tenant", asAccount(seeds.partner.id), [401, "InvalidAuthenticationTokenTenant"]],
  ["the deployer's own", resourceManagerOf(emulator), [401, "InvalidAuthenticationTokenTenant"]],
  ["a token of another customer's tenant", asAccount(wingtip.id), [401, "InvalidAuthenticationTokenTenant"]],
  ["a token of a tenant that is nobody's", asAccount(randomUUID()), [401, "InvalidAuthenticationToken"]],
])("refused: %s", async (_, asked, code) => {
  expect(codeOf(await asked("PUT", group, put))).toEqual(code);
});

test("an account that leaves AdminAgents, and a role that the customer takes away, end it", async () => {
  const members = partnerTenant(emulator).groups.get(adminAgents.id)?.members;
  members?.delete(serviceAccount.id);
  expect([codeOf(await ask("PUT", group, put)), await subscriptionsOf(ask)]).toEqual([
    [403, "AuthorizationFailed"],
    [],
  ]);
  members?.add(serviceAccount.id);
  const { body } = await ask("GET", assignments);
  for (const { id } of (body as { value: { id: string }[] }).value) await ask("DELETE", id);
  expect(codeOf(await ask("PUT", group, put))).toEqual([403, "AuthorizationFailed"]);
});

test("another group of the partner gets a role by its kind alone, as it is in no directory of the customer", async () => {
  const assign = (principalType?: string) => {
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.contributor}`;
    const properties = { roleDefinitionId, principalId: helpdeskAgents.id, principalType };
    return ask("PUT", `${assignments}/${randomUUID()}`, { properties });
  };
  expect([codeOf(await assign()), codeOf(await assign("Group"))]).toEqual([
    [400, "PrincipalNotFound"],
    [400, "PrincipalNotFound"],
  ]);
  partnerTenant(emulator).groups.get(helpdeskAgents.id)?.members.add(otherAccount.id);
  expect(codeOf(await assign("ForeignGroup"))).toEqual([201, ""]);
  expect(codeOf(await asAccount(contoso.id, otherAccount)("PUT", group, put))).toEqual([201, ""]);
});

test("what is not known of a foreign principal is not served: vaults, and the list of tenants", async () => {
  await ask("PUT", group, put);
  const properties = { tenantId: contoso.id, sku: { family: "A", name: "standard" }, accessPolicies: [] };
  const vault = await ask("PUT", `${group}/providers/Microsoft.KeyVault/vaults/inventory`, { ...put, properties });
  expect([vault.status, (await ask("GET", "/tenants")).status]).toEqual([501, 501]);
});
