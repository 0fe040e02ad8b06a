import { type Parties, wantedGrants } from "../../lib/application/delegated-grants";
import { declaredResources, type ExtraPermissions, requestedPermissions } from "../../lib/application/permissions";
import { DelegatedGrants } from "../../components/delegated-grants";
import {
  type PermissionGrant,
  type ServicePrincipal,
  type Tenant,
  firstPartyPrincipalId,
} from "../../tools/embedded-cloud/testing/directory";
import type { Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { type Values } from "../../tools/embedded-cloud/testing/plugin-replies";
import { partnerTenant, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { failureOf, providerForAll, type ProviderProcess, type Started } from "./provider-process";

const appIds = {
  azureAdGraph: "00000002-0000-0000-c000-000000000000",
  microsoftGraph: "00000003-0000-0000-c000-000000000000",
  partnerCenter: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
  azureResourceManager: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
};
type Resource = keyof typeof appIds;

let emulator: Emulator;
let provider: ProviderProcess;
let common: Started["common"];
let changes: Started["changes"];
let tenant: Tenant;
let client: ServicePrincipal;
let account: { id: string; userPrincipalName: string };

const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";
const args = { cloud: "AzureCloud", tenantId, clientId: "", adminConsent: "everybody", permissions: [] } as const;
providerForAll(
  () => new DelegatedGrants("partner", { ...args, account: undefined }),
  (started) => ({ emulator, provider, common, changes } = started),
);
beforeEach(() => {
  emulator.reset();
  tenant = partnerTenant(emulator);
  account = emulator.seeds.users.serviceAccount;
  client = registerApplication(emulator).servicePrincipal;
});
const wanted = (choice: ExtraPermissions = {}) => wantedGrants(declaredResources(requestedPermissions(choice)));
const inputsWith = (changes: object = {}): Values => ({
  ...common,
  clientId: client.appId,
  grantedTo: account.userPrincipalName,
  grants: wanted() as unknown as Values,
  providerVersion: "1",
  ...changes,
});
const addedOf = ({ properties }: { properties: Values }): unknown => properties["added"];
const resourceId = (resource: Resource) => firstPartyPrincipalId(tenant.id, appIds[resource]);

const sorted = (scope: string) => scope.split(" ").sort().join(" ");

/** The grants to the client: by resource, principal and scopes. */
function granted(to = client.id): [Resource, string, string][] {
  const names = Object.keys(appIds) as Resource[];
  return [...tenant.grants.values()]
    .filter(({ clientId }) => clientId === to)
    .map(({ resourceId: id, principalId, scope }): [Resource, string, string] => {
      const resource = names.find((name) => resourceId(name) === id);
      if (resource === undefined) throw new Error(`A grant on ${id}`);
      return [resource, principalId ?? "everybody", sorted(scope)];
    })
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** As recorded by a consent page, with a different id. */
function consented(resource: Resource, scope: string, principalId: Parties["principalId"] | null): PermissionGrant {
  const id = `${resource}-${principalId ?? "everybody"}`;
  const consentType = principalId === null ? "AllPrincipals" : "Principal";
  const grant = { id, clientId: client.id, resourceId: resourceId(resource), consentType, principalId, scope } as const;
  tenant.grants.set(id, grant);
  return grant;
}

/** A fault of the requests that make a grant. */
const granting = (fault: object) =>
  emulator.faults.add({ service: "microsoftGraph", method: "POST", path: "*/oauth2PermissionGrants", ...fault });

const whole = (principal: string): [Resource, string, string][] => [
  ["azureAdGraph", principal, "Directory.AccessAsUser.All User.Read"],
  ["microsoftGraph", principal, "offline_access openid profile"],
  ["partnerCenter", principal, "user_impersonation"],
];

test.each(["the account alone", "everybody"])(
  "a create grants all that is declared to %s, and remembers it",
  async (to) => {
    const isEverybody = to === "everybody";
    const inputs = inputsWith(isEverybody ? { grantedTo: "everybody" } : {});
    const principalId = isEverybody ? "" : account.id;
    const created = await provider.create(inputs);
    const added = whole(principalId).flatMap(([resource, , scopes]) =>
      scopes.split(" ").map((scope) => ({ resourceId: resourceId(resource), principalId, scope })),
    );
    expect(created).toEqual({
      id: client.appId,
      properties: {
        ...inputs,
        servicePrincipalObjectId: client.id,
        principalId,
        added: expect.arrayContaining(added) as unknown,
      },
    });
    expect(addedOf(created)).toHaveLength(added.length);
    expect(granted()).toEqual(whole(isEverybody ? "everybody" : account.id));
    expect([...tenant.grants.values()].map(({ consentType }) => consentType)).toEqual(
      Array.from({ length: 3 }, () => (isEverybody ? "AllPrincipals" : "Principal")),
    );
    await provider.delete(client.appId, created.properties);
    expect(granted()).toEqual([]);
  },
);

test("what everybody is granted needs no grant to the account", async () => {
  for (const [resource, , scope] of whole("")) consented(resource, scope, null);
  emulator.requests.clear();
  const created = await provider.create(inputsWith());
  expect([addedOf(created), changes()]).toEqual([[], []]);
  const { inputs } = await provider.read(client.appId, created.properties);
  expect(inputs).toEqual(inputsWith());
});

test("a run that was killed before its outcome was saved goes on, and grants nothing twice", async () => {
  const first = await provider.create(inputsWith());
  emulator.requests.clear();
  const second = await provider.create(inputsWith());
  expect({ changes: changes(), added: addedOf(second) }).toEqual({ changes: [], added: [] });
  expect(granted()).toEqual(whole(account.id));
  // Their owner can no longer be determined, so they stay.
  await provider.delete(client.appId, second.properties);
  expect(granted()).toEqual(whole(account.id));
  await provider.delete(client.appId, first.properties);
});

test("a grant whose answer was lost is ours", async () => {
  granting({ drop: "answer", times: 2 });
  const created = await provider.create(inputsWith());
  expect(addedOf(created)).toHaveLength(6);
  expect(granted()).toEqual(whole(account.id));
  await provider.delete(client.appId, created.properties);
  expect(granted()).toEqual([]);
});

test("a grant that no answer came to is on record, and taken back", async () => {
  granting({ drop: "answer", times: 0 });
  const { partial } = await failureOf(provider.create(inputsWith()));
  emulator.faults.clear();
  const updated = await provider.update(client.appId, partial?.properties ?? {}, inputsWith());
  expect(addedOf(updated)).toHaveLength(6);
  expect(granted()).toEqual(whole(account.id));
  await provider.delete(client.appId, updated.properties);
  expect(granted()).toEqual([]);
});

test("throttling is waited out, and so is a service principal that other servers of Graph do not know yet", async () => {
  granting({ status: 429, headers: { "Retry-After": "1" } });
  const error = { code: "Request_ResourceNotFound", message: `Resource '${client.id}' does not exist or one of its …` };
  granting({ status: 404, body: { error } });
  granting({ method: "GET", path: "*/servicePrincipals", status: 200, body: { value: [] } });
  await provider.create(inputsWith());
  expect(emulator.faults.list().map(({ struck }) => struck)).toEqual([1, 1, 1]);
  expect(granted()).toEqual(whole(account.id));
});

test("throttling without an end ends the deployment's step: a few requests, Graph's own refusal, and nothing on record", async () => {
  emulator.faults.add({ service: "microsoftGraph", status: 429, body: {}, times: 0 });
  const failure = await failureOf(provider.create(inputsWith()));
  const asked = emulator.faults.list().map(({ struck }) => struck);
  emulator.faults.clear();
  expect([failure.message, granted()]).toEqual([expect.stringMatching(/^Microsoft Graph refused GET .*: 429\./u), []]);
  // Four attempts at each question of the first step.
  expect(asked[0]).toBeLessThanOrEqual(24);
});

test("a grant that another writer makes at the same moment is merged, and stays that writer's", async () => {
  const error = { code: "Request_MultipleObjectsWithSameKeyValue", message: "Permission entry already exists." };
  granting({ status: 409, body: { error } });
  consented("azureAdGraph", "User.Read", account.id);
  const hidden = tenant.grants.get(`azureAdGraph-${account.id}`);
  const created = await provider.create(inputsWith());
  expect(hidden?.scope).toBe("User.Read Directory.AccessAsUser.All");
  expect(granted()).toEqual([
    ["azureAdGraph", account.id, "Directory.AccessAsUser.All User.Read"],
    ...whole(account.id).slice(1),
  ]);
  await provider.delete(client.appId, created.properties);
  expect(granted()).toEqual([["azureAdGraph", account.id, "User.Read"]]);
});

test("a read leaves out by name what was taken away; an update grants it again, and it is ours", async () => {
  const created = await provider.create(inputsWith());
  for (const grant of tenant.grants.values()) {
    if (grant.resourceId === resourceId("partnerCenter")) tenant.grants.delete(grant.id);
    if (grant.resourceId === resourceId("azureAdGraph")) grant.scope = "User.Read";
  }
  const found = await provider.read(client.appId, created.properties);
  const left = wanted();
  delete left["Partner Center user_impersonation"];
  delete left["Azure AD Graph Directory.AccessAsUser.All"];
  expect(found.inputs).toEqual(inputsWith({ grants: left }));
  expect(addedOf(found)).toHaveLength(4);
  const updated = await provider.update(client.appId, found.properties, inputsWith());
  expect(granted()).toEqual(whole(account.id));
  const { inputs } = await provider.read(client.appId, updated.properties);
  expect(inputs).toEqual(inputsWith());
  await provider.delete(client.appId, updated.properties);
  expect(granted()).toEqual([]);
});

test("an update takes back what is no longer declared, and adds what is declared later", async () => {
  const created = await provider.create(inputsWith({ grants: wanted({ delegatedGraph: true }) }));
  const grants = wanted({ azureManagement: true, permissions: { legacy: false } });
  const updated = await provider.update(client.appId, created.properties, inputsWith({ grants }));
  expect(granted()).toEqual([
    ["azureResourceManager", account.id, "user_impersonation"],
    ["microsoftGraph", account.id, "offline_access openid profile"],
    ["partnerCenter", account.id, "user_impersonation"],
  ]);
  expect(addedOf(updated)).toHaveLength(5);
});

test("another account: the former one's grants stay until it has signed in, without what is no longer declared", async () => {
  const created = await provider.create(inputsWith({ grants: wanted({ azureManagement: true }) }));
  const { id, userPrincipalName: grantedTo } = emulator.seeds.users.otherAccount;
  await provider.update(client.appId, created.properties, inputsWith({ grantedTo }));
  expect(granted()).toEqual([...whole(account.id), ...whole(id)].sort());
});

test.each([
  ["everybody", "account"],
  ["account", "everybody"],
])(
  "from %s to %s: the old grants are taken back once the new ones are there, and stay where those are refused",
  async (from, to) => {
    const grantedTo = (whom: string) => (whom === "account" ? account.userPrincipalName : whom);
    const nameOf = (whom: string) => (whom === "account" ? account.id : whom);
    const created = await provider.create(inputsWith({ grantedTo: grantedTo(from) }));
    const news = inputsWith({ grantedTo: grantedTo(to) });
    const { id } = granting({ status: 403, body: { error: { code: "Forbidden", message: "no" } }, times: 0 });
    const { message, partial } = await failureOf(provider.update(client.appId, created.properties, news));
    expect(message).toContain("DelegatedPermissionGrant");
    expect(granted()).toEqual(whole(nameOf(from)));
    emulator.faults.remove(id);
    emulator.requests.clear();
    const updated = await provider.update(client.appId, partial?.properties ?? {}, news);
    expect(granted()).toEqual(whole(nameOf(to)));
    expect(changes().map((line) => line.split(" ")[0])).toEqual(["POST", "POST", "POST", "DELETE", "DELETE", "DELETE"]);
    await provider.delete(client.appId, updated.properties);
    expect(granted()).toEqual([]);
  },
);

test("a service principal that was made anew has no grants: a read says so, and an update makes them", async () => {
  const created = await provider.create(inputsWith());
  tenant.servicePrincipals.delete(client.id);
  const gone = await provider.read(client.appId, created.properties);
  expect(gone.inputs).toEqual(inputsWith({ grants: {} }));
  const another = "5d3f0a71-2c8e-4b96-8f1d-7e40b9a6c215";
  tenant.servicePrincipals.set(another, { ...client, id: another });
  const updated = await provider.update(client.appId, gone.properties, inputsWith());
  expect(granted(another)).toEqual(whole(account.id));
  expect(updated.properties["servicePrincipalObjectId"]).toBe(another);
});

test("a delete goes through when the service principal is gone, or the account", async () => {
  const created = await provider.create(inputsWith());
  tenant.users.delete(account.id);
  const { inputs } = await provider.read(client.appId, created.properties);
  expect(inputs).toEqual(inputsWith());
  tenant.servicePrincipals.delete(client.id);
  await provider.delete(client.appId, created.properties);
});

test("a resource without a service principal in the tenant: the command that makes it, and what was granted stays on record", async () => {
  tenant.servicePrincipals.delete(resourceId("partnerCenter"));
  const { message, partial } = await failureOf(provider.create(inputsWith()));
  expect(message).toBe(
    `This tenant has no service principal of Partner Center (${appIds.partnerCenter}). Nobody can consent to its permissions, and Entra has ` +
      `no token for it (AADSTS650052, AADSTS500011).\n  Make it: az ad sp create --id ${appIds.partnerCenter}`,
  );
  expect(partial).toMatchObject({ id: client.appId, reasons: [message] });
  // Azure AD Graph's and Microsoft Graph's, which come before it.
  expect((partial?.properties as { added: unknown[] }).added).toHaveLength(5);
});

test("an account that is not there", async () => {
  const { message } = await failureOf(provider.create(inputsWith({ grantedTo: "nobody@partner.example" })));
  expect(message).toMatch(
    /^This tenant has no account nobody@partner\.example\.[^]*: pulumi config set --path secure-application-model:consent\.account /u,
  );
});

test("a deployer that may not: which rights it takes, and who else can do it", async () => {
  const error = { code: "Authorization_RequestDenied", message: "Insufficient privileges to complete the operation." };
  granting({ status: 403, times: 0, body: { error } });
  const { message } = await failureOf(provider.create(inputsWith()));
  for (const part of [
    "403 Authorization_RequestDenied",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Cloud Application Administrator",
    "User.Read.All",
    "pulumi config rm secure-application-model:adminConsent",
    "consent --as-administrator",
  ])
    expect(message).toContain(part);
});
