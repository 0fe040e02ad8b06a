/** The adoption at its edges; a whole one, its drift and its repair: test/e2e/existing-application.test.ts. */
import { Adoption } from "../../components/adopted-application";
import {
  type ExtraPermissions,
  namedPermissions as named,
  requestedPermissions,
} from "../../lib/application/permissions";
import { replyUrls, wantedReplyUrls } from "../../lib/application/reply-urls";
import { type Application, type Tenant } from "../../tools/embedded-cloud/testing/directory";
import type { Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { type Values } from "../../tools/embedded-cloud/testing/plugin-replies";
import { partnerTenant, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { failureOf, providerForAll, type ProviderProcess, type Started } from "./provider-process";

const namedPermissions = (extra: ExtraPermissions) => named(requestedPermissions(extra));
const ownUrl = "https://portal.partner.example/return";
const userRead = { id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d", type: "Scope" } as const;
const graphId = "00000003-0000-0000-c000-000000000000";

let emulator: Emulator;
let provider: ProviderProcess;
let common: Started["common"];
let changes: Started["changes"];
let tenant: Tenant;
let application: Application;
let group: string;

providerForAll(
  () => new Adoption("partner", {}),
  (started) => ({ emulator, provider, common, changes } = started),
  // Signed in elsewhere: requests still go to the application's own tenant.
  ({ seeds }) => seeds.government.id,
);
beforeEach(() => {
  emulator.reset();
  tenant = partnerTenant(emulator);
  group = emulator.seeds.groups.adminAgents.id;
  const registered = registerApplication(emulator, {
    web: { redirectUris: [ownUrl], homePageUrl: "https://portal.partner.example" },
    requiredResourceAccess: [{ resourceAppId: graphId, resourceAccess: [userRead] }],
  });
  application = registered.application;
  tenant.servicePrincipals.delete(registered.servicePrincipal.id);
});
const inputsWith = (changes: object = {}): Values => ({
  ...common,
  clientId: application.appId,
  objectId: application.id,
  replyUrls,
  permissions: namedPermissions({}) as unknown as Values,
  signInAudience: "AzureADMultipleOrgs",
  changeSignInAudience: false,
  servicePrincipal: true,
  groups: [group],
  providerVersion: "1",
  ...changes,
});
const addedOf = ({ properties }: { properties: Values }): Values => properties["added"] as Values;
const principalIdOf = ({ properties }: { properties: Values }): string =>
  properties["servicePrincipalObjectId"] as string;
const principal = () => [...tenant.servicePrincipals.values()].find(({ appId }) => appId === application.appId);
const members = () => tenant.groups.get(group)?.members ?? new Set();
const dump = (): unknown => structuredClone(application);

test("what is complete is not written to, and nothing of it is taken back", async () => {
  await provider.create(inputsWith());
  const before = dump();
  const [made, joined] = [principal()?.id, new Set(members())];
  emulator.requests.clear();
  const again = await provider.create(inputsWith());
  expect(addedOf(again)).toEqual({
    replyUrls: [],
    permissions: [],
    resources: [],
    formerSignInAudience: "",
    servicePrincipal: "",
    groups: [],
  });
  await provider.delete(application.id, again.properties);
  expect({ changes: changes(), application: dump(), principal: principal()?.id, members: members() }).toEqual({
    changes: [],
    application: before,
    principal: made,
    members: joined,
  });
});

test("a loopback reply URL of another port is the same to Entra", async () => {
  application.web.redirectUris.push("http://localhost:9000/consent");
  const created = await provider.create(inputsWith());
  expect(application.web.redirectUris).toEqual([ownUrl, "http://localhost:9000/consent", "urn:ietf:wg:oauth:2.0:oob"]);
  const { inputs } = await provider.read(application.id, created.properties);
  expect(inputs).toEqual(inputsWith());
});

test("a delete gives the application back as it was, with what others have put there meanwhile", async () => {
  const before = dump() as Application;
  const created = await provider.create(inputsWith());
  application.web.redirectUris.push("https://portal.partner.example/later");
  application.requiredResourceAccess[0]?.resourceAccess.push({
    ...userRead,
    id: "5b567255-7703-4780-807c-7be8301ae99b",
  });
  await provider.delete(application.id, created.properties);
  expect(application).toEqual({
    ...before,
    web: { ...before.web, redirectUris: [ownUrl, "https://portal.partner.example/later"] },
    requiredResourceAccess: [
      {
        resourceAppId: graphId,
        resourceAccess: [userRead, { ...userRead, id: "5b567255-7703-4780-807c-7be8301ae99b" }],
      },
    ],
  });
  expect({
    principal: principal(),
    isMember: members().has(principalIdOf(created)),
  }).toEqual({
    principal: undefined,
    isMember: false,
  });
});

test("a service that was named without a permission still is after a delete", async () => {
  const empty = { resourceAppId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd", resourceAccess: [] };
  application.requiredResourceAccess.push(empty);
  const created = await provider.create(inputsWith());
  expect(application.requiredResourceAccess).not.toContainEqual(empty);
  await provider.delete(application.id, created.properties);
  expect(application.requiredResourceAccess).toContainEqual(empty);
  expect(application.requiredResourceAccess).toHaveLength(2);
});

test("a delete of an application that is gone goes through", async () => {
  const created = await provider.create(inputsWith());
  tenant.applications.delete(application.id);
  await provider.delete(application.id, created.properties);
  expect(principal()).toBeUndefined();
});

test("a service principal that somebody made in place of ours is theirs", async () => {
  const created = await provider.create(inputsWith({ groups: [] }));
  const ours = principal();
  if (ours === undefined) throw new Error("No service principal was made.");
  tenant.servicePrincipals.delete(ours.id);
  const gone = await provider.read(application.id, created.properties);
  expect(gone.inputs).toEqual(inputsWith({ servicePrincipal: false, groups: [] }));
  tenant.servicePrincipals.set("another", { ...ours, id: "another" });
  const updated = await provider.update(application.id, created.properties, inputsWith({ groups: [] }));
  expect(addedOf(updated)["servicePrincipal"]).toBe("");
  await provider.delete(application.id, updated.properties);
  expect(principal()?.id).toBe("another");
});

test("a read of a deleted application reports it as missing", async () => {
  const created = await provider.create(inputsWith());
  tenant.applications.delete(application.id);
  expect(await provider.read(application.id, created.properties)).toEqual({
    id: "",
    properties: { __provider: common["__provider"] },
    inputs: {},
  });
});

test("an update takes back what is wanted no more", async () => {
  const permissions = namedPermissions({ azureManagement: true, delegatedGraph: true });
  const created = await provider.create(inputsWith({ permissions }));
  const updated = await provider.update(application.id, created.properties, inputsWith({ groups: [] }));
  const asked = application.requiredResourceAccess;
  expect(asked.map(({ resourceAppId }) => resourceAppId)).not.toContain("797f4846-ba00-4fd7-ba43-dac1f8f63013");
  // It existed before the program ran.
  expect(asked.find(({ resourceAppId }) => resourceAppId === graphId)?.resourceAccess).toContainEqual(userRead);
  expect(addedOf(updated)["groups"]).toEqual([]);
  expect(members().has(principalIdOf(updated))).toBe(false);
});

test("a reply URL that is left out later is taken back, and that of the application's owner stays", async () => {
  const { loopback, outOfBand } = replyUrls;
  const left = inputsWith({ replyUrls: wantedReplyUrls({ outOfBandReplyUrl: false }) });
  const created = await provider.create(inputsWith());
  await provider.update(application.id, created.properties, left);
  expect(application.web.redirectUris).toEqual([ownUrl, loopback]);
  application.web.redirectUris.push(outOfBand);
  const again = await provider.create(inputsWith());
  await provider.update(application.id, again.properties, left);
  expect(application.web.redirectUris).toEqual([ownUrl, loopback, outOfBand]);
});

test("an audience is widened if configured, and restored", async () => {
  application.signInAudience = "AzureADMyOrg";
  const created = await provider.create(inputsWith({ changeSignInAudience: true }));
  expect([application.signInAudience, addedOf(created)["formerSignInAudience"]]).toEqual([
    "AzureADMultipleOrgs",
    "AzureADMyOrg",
  ]);
  application.signInAudience = "AzureADMyOrg";
  const found = await provider.read(application.id, created.properties);
  expect(found.inputs).toEqual(inputsWith({ changeSignInAudience: true, signInAudience: "AzureADMyOrg" }));
  const updated = await provider.update(application.id, found.properties, inputsWith({ changeSignInAudience: true }));
  await provider.delete(application.id, updated.properties);
  expect(application.signInAudience).toBe("AzureADMyOrg");
});

test("an adoption that is refused half-way keeps what it has added on record, and says what the deployer needs", async () => {
  const body = { error: { code: "Authorization_RequestDenied", message: "Insufficient privileges." } };
  emulator.faults.add({ service: "microsoftGraph", method: "POST", path: "*/members/$ref", status: 403, body });
  const { message, partial } = await failureOf(provider.create(inputsWith()));
  expect(message).toMatch(
    /^Microsoft Graph refused POST .*: 403 Authorization_RequestDenied[^]*GroupMember\.ReadWrite\.All/u,
  );
  expect(partial).toMatchObject({
    id: application.id,
    reasons: [message],
    properties: {
      servicePrincipalObjectId: principal()?.id,
      added: { servicePrincipal: principal()?.id, groups: [], replyUrls: [expect.anything(), expect.anything()] },
    },
  });
  const updated = await provider.update(application.id, partial?.properties ?? {}, inputsWith());
  expect(addedOf(updated)).toMatchObject({ servicePrincipal: principal()?.id, groups: [group] });
});

test("what was done although its answer was lost is on record, and taken back", async () => {
  for (const path of ["*/servicePrincipals", "*/members/$ref"]) {
    emulator.faults.add({ service: "microsoftGraph", method: "POST", path, drop: "answer" });
  }
  const created = await provider.create(inputsWith());
  expect(addedOf(created)).toMatchObject({ servicePrincipal: principal()?.id, groups: [group] });
  expect([principalIdOf(created), members().has(principalIdOf(created))]).toEqual([principal()?.id, true]);
  expect(emulator.faults.list().map(({ struck }) => struck)).toEqual([1, 1]);
  await provider.delete(application.id, created.properties);
  expect([principal(), members().has(principalIdOf(created))]).toEqual([undefined, false]);
});

test.each([
  ["the change of the application", "PATCH", "*/applications/*"],
  ["the service principal", "POST", "*/servicePrincipals"],
  ["the membership", "POST", "*/members/$ref"],
])("%s was made although every answer was lost: it is on record, and taken back once", async (_, method, path) => {
  const before = dump();
  emulator.faults.add({ service: "microsoftGraph", method, path, drop: "answer", times: 0 });
  const { partial } = await failureOf(provider.create(inputsWith()));
  emulator.faults.clear();
  const updated = await provider.update(application.id, partial?.properties ?? {}, inputsWith());
  expect(addedOf(updated)).toMatchObject({
    replyUrls: expect.arrayContaining(Object.values(replyUrls)) as unknown,
    servicePrincipal: principal()?.id,
    groups: [group],
  });
  emulator.requests.clear();
  await provider.delete(application.id, updated.properties);
  expect([dump(), principal(), changes().filter((one) => one.startsWith("DELETE")).length]).toEqual([
    before,
    undefined,
    2,
  ]);
});

test("a creation that no answer came to is taken back without another run", async () => {
  const before = dump();
  const paths = { PATCH: "*/applications/*", POST: "*/servicePrincipals" };
  for (const [method, path] of Object.entries(paths))
    emulator.faults.add({ service: "microsoftGraph", method, path, drop: "answer", times: 0 });
  for (const method of ["PATCH", "POST"]) {
    const { partial } = await failureOf(provider.create(inputsWith()));
    const rule = emulator.faults.list().find((one) => one.method === method);
    emulator.faults.remove(rule?.id ?? "");
    await provider.delete(application.id, partial?.properties ?? {});
    expect([dump(), principal()]).toEqual([before, undefined]);
  }
});

test("a read goes through when the group is gone, and a delete too", async () => {
  const created = await provider.create(inputsWith());
  tenant.groups.delete(group);
  const found = await provider.read(application.id, created.properties);
  expect(found.inputs).toEqual(inputsWith({ groups: [] }));
  expect(addedOf(found)["groups"]).toEqual([]);
  await provider.delete(application.id, created.properties);
  expect(principal()).toBeUndefined();
});
