/** Diagnostic settings of a vault: what is answered, who may, and that they outlast the vault. What is refused: tools/embedded-cloud/test/refusals. */
import { seeds } from "../../emulator/seeds";
import { partnerTenant } from "../../testing/applications";
import { assign, createVault, groupPath, resourceManagerOf, roleIds, vaultBody, vaultPath } from "../../testing/azure";
import { type Answer, codeOf, refusal } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const ask = resourceManagerOf(emulator);
const workspaceId = `${groupPath({ seeds })}/providers/Microsoft.OperationalInsights/workspaces/audit`;
beforeEach(async () => {
  await createVault(emulator, ask);
  await ask("PUT", workspaceId, { location: "westeurope" });
});

const path = (name = "audit") => `${vaultPath(emulator)}/providers/Microsoft.Insights/diagnosticSettings/${name}`;
const audit = { categoryGroup: "audit", enabled: true };
const put = (properties: object, name?: string): Promise<Answer> => ask("PUT", path(name), { properties });
const none = { enabled: false, days: 0 };
const metrics = [{ timeGrain: null, enabled: false, retentionPolicy: none, category: "AllMetrics" }];

test("one is made, read, listed and deleted; what its request leaves out is there, disabled", async () => {
  const resource = {
    id: path().replace("Microsoft.Insights", "microsoft.insights"),
    type: "Microsoft.Insights/diagnosticSettings",
    name: "audit",
    location: null,
    properties: {
      workspaceId,
      logs: [{ category: null, ...audit, retentionPolicy: none }],
      metrics,
    },
  };
  expect(await put({ workspaceId, logs: [audit] })).toMatchObject({ status: 200, body: resource });
  expect((await ask("GET", path().toLowerCase())).body).toEqual(resource);
  const byCategory = { workspaceId, logs: [{ category: "AuditEvent", enabled: true }] };
  expect((await put(byCategory)).body).toMatchObject({
    properties: {
      logs: [
        { category: "AuditEvent", categoryGroup: null, enabled: true },
        { category: "AzurePolicyEvaluationDetails", categoryGroup: null, enabled: false },
      ],
    },
  });
  const all = await ask("GET", path("").slice(0, -1));
  expect(all).toMatchObject({ status: 200, body: { value: [{ name: "audit" }] } });
  expect([(await ask("DELETE", path())).status, (await ask("DELETE", path())).status]).toEqual([200, 204]);
  expect(refusal(await ask("GET", path()))).toEqual([
    404,
    "ResourceNotFound",
    "The diagnostic setting 'audit' doesn't exist.",
  ]);
});

test("it comes back with its vault: one that was deleted and recovered sends its log again", async () => {
  await put({ workspaceId, logs: [audit] });
  await ask("DELETE", vaultPath(emulator));
  expect(codeOf(await ask("GET", path()))).toEqual([404, "ResourceNotFound"]);
  await ask("PUT", vaultPath(emulator), vaultBody(emulator, { createMode: "recover" }));
  expect(await ask("GET", path())).toMatchObject({ status: 200, body: { properties: { workspaceId } } });
});

test("who makes one needs the keys of the place that it sends to, as well", async () => {
  const person = emulator.seeds.users.serviceAccount.id;
  await assign(emulator, ask, vaultPath(emulator), roleIds.owner, person);
  const owner = resourceManagerOf(emulator, { oid: person });
  const properties = { workspaceId, logs: [audit] };
  expect(refusal(await owner("PUT", path(), { properties }))).toEqual([
    403,
    "LinkedAuthorizationFailed",
    expect.stringContaining(
      "however, it does not have permission to perform action 'Microsoft.OperationalInsights/workspaces/sharedKeys/action'",
    ),
  ]);
});

test("nothing is answered in a subscription where nobody registered the namespace", async () => {
  const { id } = emulator.seeds.subscription;
  Object.assign(partnerTenant(emulator).subscriptions.get(id) ?? {}, {
    conditions: { unregistered: ["Microsoft.Insights"] },
  });
  expect(refusal(await put({ workspaceId, logs: [audit] }))).toEqual([
    409,
    "MissingSubscriptionRegistration",
    expect.stringContaining("'Microsoft.Insights'"),
  ]);
});
