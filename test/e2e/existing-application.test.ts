/** An application that exists, with much of its own and no service principal, and a vault that exists. */
import { azureAdGraph, azureManagement, partnerCenter } from "../components/requested-permissions";
import { resourceManagerOf, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import {
  type ExistingObjects,
  microsoftGraphId,
  makeVault,
  openExisting,
  ownPermissions,
  ownReplyUrls,
  putSecretInto,
} from "./support/existing";
import { story } from "../support/story";
import { type Graph, openGraph } from "./support/graph";
import { stackForAll } from "./support/deployed-once";
import { type Finished, type Project } from "./support/project";
import { testInSoak } from "./support/soak";
import { openVaultAt, versionsOf } from "./support/vault";

const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
const loopback = "http://localhost:8400/consent";
const adoption = /pulumi-nodejs:dynamic\/partner:Adoption/u;

interface Application {
  web: { redirectUris: string[] };
  requiredResourceAccess: { resourceAppId: string; resourceAccess: object[] }[];
  passwordCredentials: { displayName: string }[];
}

let project: Project;
let graph: Graph;
let existing: ExistingObjects;
let before: Record<string, unknown>;
let uri: string;
let firstPreview: Finished;
let firstUp: string;
let recordName: string;
/** After the preview. */
let previewed: Record<string, unknown>;

const application = () => graph<Application>("GET", `/applications/${existing.objectId}`);
const change = (body: object) => graph("PATCH", `/applications/${existing.objectId}`, body);
const principalId = async () => (await project.outputs()).servicePrincipalObjectId;
const adminAgents = () => `/groups/${project.emulator.seeds.groups.adminAgents.id}/members`;

stackForAll({}, async (started) => {
  project = started;
  graph = await openGraph(project);
  existing = await openExisting(project, graph);
  uri = await makeVault(project);
  before = await existing.dump();
  await project.configure({ displayName: undefined, existingApplication: existing.clientId, vault: { uri } });
  firstPreview = await project.pulumi("preview");
  previewed = await existing.dump();
  firstUp = await project.up();
});

const test = story();

test("the first preview says what would change, and what is kept, and changes nothing", () => {
  const { code, text } = firstPreview;
  expect({ code, planned: /\+ (\d+) to create/u.exec(text)?.[1] }).toEqual({ code: 0, planned: "12" });
  const plan = text.split("\n").map((line) => line.trim());
  expect(plan).toEqual(
    expect.arrayContaining([
      `The application "Portal of 2019" (client id ${existing.clientId}) gets what it lacks:`,
      `reply URLs: + ${outOfBand}`,
      `reply URLs: + ${loopback}`,
      "permissions: + Microsoft Graph SecurityEvents.Read.All (Role bf394140-e372-4bf9-a898-299cfc7564e5)",
      "permissions: + Partner Center user_impersonation (Scope 1cebfa2a-fb4d-419e-b5f9-839b4383e05a)",
      "service principal: + one of this tenant",
      "AdminAgents: + its service principal",
    ]),
  );
  expect(text).toMatch(
    /beyond the model's, kept: Microsoft Graph Scope e1fe6dd8-[^,]*, Microsoft Graph Role 5b567255-/u,
  );
  expect(text).not.toContain("Microsoft Graph Directory.Read.All");
  expect(previewed).toEqual(before);
});

test("its JSON differs in what was asked alone", async () => {
  const was = before["application"] as Application;
  const is = (await existing.dump())["application"] as Application;
  expect(is).toEqual({
    ...was,
    web: { ...was.web, redirectUris: [...ownReplyUrls, loopback, outOfBand] },
    requiredResourceAccess: expect.any(Array) as unknown,
    passwordCredentials: [...was.passwordCredentials, expect.objectContaining({ displayName: "partner-c1" })],
  });
  const asked = is.requiredResourceAccess.map((one) => [one.resourceAppId, one.resourceAccess] as const);
  const [readAll, accessAsUser, userRead] = azureAdGraph.resourceAccesses;
  expect([asked.length, Object.fromEntries(asked)]).toEqual([
    4,
    {
      [microsoftGraphId]: [...ownPermissions, { id: "bf394140-e372-4bf9-a898-299cfc7564e5", type: "Role" }],
      // Added in the order of their names.
      [azureAdGraph.resourceAppId]: [accessAsUser, readAll, userRead],
      [partnerCenter.resourceAppId]: partnerCenter.resourceAccesses,
      [azureManagement.resourceAppId]: azureManagement.resourceAccesses,
    },
  ]);
  const members = await graph<{ value: { id: string }[] }>("GET", adminAgents());
  expect(members.value.map(({ id }) => id)).toContain(await principalId());
});

test("its consent holds, and its outputs are those of any other", async () => {
  const outputs = await project.outputs();
  expect(outputs).toMatchObject({
    applicationId: existing.clientId,
    applicationObjectId: existing.objectId,
    vaultUri: `${uri}/`,
    consent: { health: "ok" },
  });
});

test("the vault holds a new secret of it, and is no part of the stack", async () => {
  const { credential } = await project.outputs();
  const secret = (await openVaultAt(project, uri).getSecret(credential.name)).value ?? "";
  const state = await project.exported();
  const types = state.resources
    .map(({ type }) => type)
    .filter((type) => /keyvault|resources|authorization/u.test(type));
  const told = [firstUp, state.text].filter((one) => one.includes(secret));
  expect({ isThere: secret.length > 20, types, told }).toEqual({ isThere: true, types: [], told: [] });
});

test("a reply URL, a permission and the service principal, and its membership with it, are each named, and repaired by up; what others add is neither", async () => {
  const later = "https://portal.partner.example/later";
  const { web, requiredResourceAccess } = await application();
  const left = requiredResourceAccess.filter(
    ({ resourceAppId }) => resourceAppId !== "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
  );
  await change({ web: { redirectUris: [...ownReplyUrls, loopback, later] }, requiredResourceAccess: left });
  const principal = await principalId();
  await graph("DELETE", `/servicePrincipals/${principal}`);
  // One that can be restored is not made anew: application-lost.test.ts.
  await graph("DELETE", `/directory/deletedItems/${principal}`);
  const text = await project.up("--diff");
  for (const pattern of [
    adoption,
    /\+ outOfBand\s*: "urn:ietf:wg:oauth:2\.0:oob"/u,
    /\+ Partner Center user_impersonation/u,
    /servicePrincipal\s*: false => true/u,
    /groups/u,
    /9a4e2c70-6f1b-4a0e-b3d4-5c8f7e6d2a01/u,
  ])
    expect(text).toMatch(pattern);
  expect(text).not.toContain(later);
  const { web: repaired } = await application();
  expect(repaired.redirectUris.toSorted()).toEqual([...web.redirectUris, later].toSorted());
  const members = await graph<{ value: { id: string }[] }>("GET", adminAgents());
  expect(members.value.map(({ id }) => id)).toContain(await principalId());
  await change({ web });
});

testInSoak(
  "after all of that nothing has drifted",
  async () => {
    const { code, text } = await project.drift();
    expect({ code, unchanged: text.includes("12 unchanged") }).toEqual({ code: 0, unchanged: true });
  },
  test,
);

test("destroy takes back what was added, and that alone", async () => {
  recordName = (await project.outputs()).credential.name;
  await project.destroy();
  expect(await existing.dump()).toEqual(before);
});

test("the vault outlives the stack, with a disabled secret", async () => {
  const { status } = await resourceManagerOf(project.emulator)("GET", vaultPath(project.emulator));
  const versions = await versionsOf(openVaultAt(project, uri), recordName);
  expect([status, versions.map(({ enabled }) => enabled)]).toEqual([200, [false]]);
});

testInSoak(
  "named by its object id, with a service principal in AdminAgents and a secret in the vault, it keeps them, and none is made",
  async () => {
    const { id } = await graph<{ id: string }>("POST", "/servicePrincipals", { appId: existing.clientId });
    const member = `${project.emulator.origins.microsoftGraph}/v1.0/directoryObjects/${id}`;
    await graph("POST", `${adminAgents()}/$ref`, { "@odata.id": member });
    await putSecretInto(project, graph, existing, uri);
    before = await existing.dump();
    await project.configure({
      ...{ displayName: undefined, existingApplication: existing.objectId, vault: { uri } },
      credential: { vaultSecretName: "portal-secret" },
    });
    await project.up();
    expect((await project.drift()).code).toBe(0);
    expect(await project.outputs()).toMatchObject({
      credential: { name: "portal-secret", generations: [] },
      consent: { health: "ok" },
    });
    const { passwordCredentials } = before["application"] as Application;
    expect((await existing.dump())["application"]).toMatchObject({ passwordCredentials });
    await project.destroy();
    expect(await existing.dump()).toEqual(before);
    expect((await openVaultAt(project, uri).getSecret("portal-secret")).properties.enabled).toBe(true);
  },
  test,
);
