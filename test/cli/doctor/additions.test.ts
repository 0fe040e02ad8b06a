/** Doctor's report about undeclared credentials and owners; its rule is that of test/cli/drift/additions.test.ts. */
import { AzureApi } from "../../../lib/azure/api";
import { additionsCheck } from "../../../cli/doctor/checks/additions";
import { Facts } from "../../../cli/doctor/facts";
import { identifierIn } from "../../../lib/application/identifier";
import { Directory } from "../../../lib/application/directory";
import type { Command } from "../../../lib/errors/failure";
import {
  partnerTenant,
  type RegisteredApplication,
  registerApplication,
} from "../../../tools/embedded-cloud/testing/applications";
import { type Ask, askAs, tokenFor } from "../../../tools/embedded-cloud/testing/callers";
import { derOf, foreignCertificate } from "../../../tools/embedded-cloud/testing/certificates";
import { type Emulator, emulatorForEach } from "../../../tools/embedded-cloud/testing/emulator";
import { runAz } from "../../support/az/commands";
import { told } from "../support/told";

let emulator: Emulator;
let made: RegisteredApplication;
let graph: Ask;
let deployer: string;
let adele: string;
emulatorForEach(async (started) => {
  emulator = started;
  const unique = identifierIn(partnerTenant(emulator).id, "project", "dev", "partner");
  made = registerApplication(emulator, { identifierUris: [`https://partner.example/${unique}`] });
  deployer = emulator.seeds.deployer.servicePrincipalId;
  adele = emulator.seeds.users.serviceAccount.id;
  graph = await askAs(emulator, emulator.origins.microsoftGraph, { roles: ["Application.ReadWrite.All"] });
  for (const { id } of [made.application, made.servicePrincipal]) setOwners(id, deployer);
});

async function az({ args }: Command): Promise<void> {
  expect(await runAz(emulator, { roles: ["Application.ReadWrite.All"] }, args)).toMatchObject({ code: 0 });
}

const setOwners = (id: string, ...owners: string[]) => partnerTenant(emulator).owners.set(id, new Set(owners));

interface Circumstances {
  settings?: object;
  /** Of the application and of its service principal, as the state has them. */
  recorded?: object;
  roles?: string[];
  /** Whether the state has the application. */
  isDeployed?: boolean;
  /** The beginnings of the ids of the client secrets that tokens name. */
  usedKeys?: string[];
  options?: Facts["options"];
}

/** That of the registered application's client secret. */
const label = "initial";

const resource = (type: string, outputs: object, inputs: object = {}) => ({
  ...{ type, urn: `urn:pulumi:dev::project::${type}::partner`, inputs, outputs },
});

async function factsOf(circumstances: Circumstances = {}): Promise<Facts> {
  const {
    settings = {},
    recorded = {},
    roles = ["Application.Read.All"],
    isDeployed = true,
    options,
    usedKeys = [],
  } = circumstances;
  const origin = emulator.origins.microsoftGraph;
  const token = await tokenFor(emulator, origin, { roles: [...roles] });
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const directory = new Directory(new AzureApi("Microsoft Graph", origin, credential));
  const { clientId, application, servicePrincipal } = made;
  const kinds = { "azuread:index/application:Application": application, [principalType]: servicePrincipal };
  const resources = Object.entries(kinds).map(([type, { id }]) => ({
    id,
    ...resource(type, { objectId: id, clientId, owners: [deployer] }, recorded),
  }));
  const adopted = resource("pulumi-nodejs:dynamic/partner:Adoption", { objectId: application.id, clientId });
  const adoption = { ...adopted, created: "2026-11-01T00:00:00Z" };
  const [{ keyId } = {}] = application.passwordCredentials;
  const inputs = { applicationId: `/applications/${application.id}`, displayName: label };
  const secret = resource("azuread:index/applicationPassword:ApplicationPassword", { keyId }, inputs);
  const password = { ...secret, id: `${application.id}/password/${String(keyId)}` };
  const answers = {
    directory,
    deployment: {
      resources: isDeployed ? ["existingApplication" in settings ? [adoption] : resources, password].flat() : [],
    },
    application: made.application,
    knownClientId: made.clientId,
    stack: { name: "dev", settings: { displayName: "App", ...settings }, outputs: {} },
    usedKeys,
    tenantId: partnerTenant(emulator).id,
  };
  const entries = Object.entries(answers).map(([name, answer]) => [name, () => Promise.resolve(answer)] as const);
  return Object.assign(new Facts({ stack: "organization/project/dev", ...options }), Object.fromEntries(entries));
}

const look = async (circumstances?: Circumstances) => await additionsCheck.look(await factsOf(circumstances));

const principalType = "azuread:index/servicePrincipal:ServicePrincipal";

/** Another client secret, and another owner. */
async function intrude(): Promise<string> {
  const at = `/v1.0/applications/${made.application.id}`;
  const passwordCredential = { displayName: "backup", startDateTime: "2026-11-01T00:00:00Z" };
  const { body } = await graph("POST", `${at}/addPassword`, { passwordCredential });
  setOwners(made.application.id, deployer, adele);
  return (body as { keyId: string }).keyId;
}

const own = { state: "ok", what: "only this stack's" };

test("of a stack that nobody touched there are none", async () => {
  expect(told(await look())).toEqual(own);
});

test("what somebody added is a warning with the commands that take it out, and these do", async () => {
  const keyId = await intrude();
  const found = await look();
  const { clientId } = made;
  const application = "azuread.Application partner";
  expect(told(found)).toEqual({
    state: "warning",
    what: `somebody added or opened: ${application} passwordCredentials: displayName: backup, keyId: ${keyId}, startDateTime: 2026-11-01T00:00:00Z, endDateTime: 2028-11-01T00:00:00Z; ${application} owners: displayName: Partner Service Account, userPrincipalName: svc-partner@partner.example, id: ${adele}`,
    fix: `Find out who added that, and remove it if none of you did: az ad app credential delete --id ${clientId} --key-id ${keyId}, then az ad app owner remove --id ${clientId} --owner-object-id ${adele}`,
  });
  for (const command of found.fixes?.flatMap(({ commands = [] }) => commands) ?? []) await az(command);
  expect(told(await look())).toEqual(own);
});

test("a second client secret under the stack's label, which a killed run's plugin made later, is removed by --fix, which asks", async () => {
  const passwordCredential = { displayName: label, startDateTime: "2026-11-01T00:00:00Z" };
  const { body } = await graph("POST", `/v1.0/applications/${made.application.id}/addPassword`, { passwordCredential });
  const { keyId } = body as { keyId: string };
  const stray = `"${label}" of 2026-11-01T00:00:00Z exists (key id ${keyId}), but its value is lost`;
  expect(told(await look())).toEqual({
    ...{ state: "failed", exitCode: 1 },
    what: `in no state of this stack, as a killed run leaves it: ${stray}`,
    fix: "Unless another stack made it, remove it: secure-app-model doctor --fix",
  });
  const roles = ["Application.ReadWrite.All"];
  await expect(additionsCheck.repair?.(await factsOf({ roles, options: {} }))).rejects.toThrow(
    `No terminal to confirm at, so this was not done: remove what no state of this stack has: ${stray}, from the application "Partner Center Web App" (client id ${made.clientId}).`,
  );
  expect(await additionsCheck.repair?.(await factsOf({ roles, options: { yes: true } }))).toBe(`Removed: ${stray}.`);
  expect([made.application.passwordCredentials.length, told(await look())]).toEqual([1, own]);
});

test("a certificate's entry of a generation that no state has is removed by --fix, and others stay as they are", async () => {
  const [startDateTime, endDateTime] = ["2026-11-01T00:00:00Z", "2099-11-01T00:00:00Z"];
  const entries = [label.replace(/\d+$/u, "9"), "CN=somebody's"].map((displayName) => {
    const use = { type: "AsymmetricX509Cert", usage: "Verify" };
    const key = derOf(foreignCertificate(startDateTime, endDateTime).pem);
    return { displayName, ...use, key, startDateTime, endDateTime };
  });
  await graph("PATCH", `/v1.0/applications/${made.application.id}`, { keyCredentials: entries });
  const [stray, other] = structuredClone(made.application.keyCredentials);
  const found = `"${String(stray?.displayName)}" of ${startDateTime} exists (key id ${String(stray?.keyId)}), but no state names it`;
  expect((await look()).what).toBe(`in no state of this stack, as a killed run leaves it: ${found}`);
  const circumstances = { roles: ["Application.ReadWrite.All"], options: { yes: true } };
  expect(await additionsCheck.repair?.(await factsOf(circumstances))).toBe(`Removed: ${found}.`);
  expect(made.application.keyCredentials).toEqual([other]);
});

test("of an application that Entra does not show as this stack's, whatever the state says, --fix removes none", async () => {
  const passwordCredential = { displayName: label, startDateTime: "2026-11-01T00:00:00Z" };
  await graph("POST", `/v1.0/applications/${made.application.id}/addPassword`, { passwordCredential });
  made.application.identifierUris = ["https://partner.example/another"];
  const { what, fixes } = await look();
  expect(what).toContain(
    `, and the application "Partner Center Web App" (client id ${made.clientId}) has no identifier`,
  );
  const circumstances = { roles: ["Application.ReadWrite.All"], options: { yes: true } };
  expect(await additionsCheck.repair?.(await factsOf(circumstances))).toBe("");
  expect(made.application.passwordCredentials).toHaveLength(2);
  // Who knows that it is this stack's can remove it by what is printed.
  for (const command of fixes?.flatMap(({ commands = [] }) => commands) ?? []) await az(command);
  expect([made.application.passwordCredentials.length, told(await look())]).toEqual([1, own]);
});

test("one that the token uses is not removed: the state is an older one, as after a restored backup", async () => {
  const passwordCredential = { displayName: label, startDateTime: "2026-11-01T00:00:00Z" };
  const add = async () =>
    (await graph("POST", `/v1.0/applications/${made.application.id}/addPassword`, { passwordCredential })).body;
  const { keyId } = (await add()) as { keyId: string };
  // An older state lacks others as well.
  await add();
  const circumstances = { usedKeys: [keyId], roles: ["Application.ReadWrite.All"], options: { yes: true } };
  expect(told(await look(circumstances))).toEqual({
    ...{ state: "failed", exitCode: 2 },
    what: `The credential "${label}" of 2026-11-01T00:00:00Z (key id ${keyId}), which the token uses, is this stack's, and the state here is older.`,
    fix: expect.stringContaining("Or restore the newest backup: pulumi stack import --file") as string,
  });
  expect(await additionsCheck.repair?.(await factsOf(circumstances))).toBe("");
  expect(made.application.passwordCredentials).toHaveLength(3);
  const adopted = { ...circumstances, settings: { existingApplication: made.clientId } };
  expect((await look(adopted)).what).not.toContain(keyId);
});

test("of an adopted application, which another stack may use as well, one is a warning with the command for whoever knows", async () => {
  const { body } = await graph("POST", `/v1.0/applications/${made.application.id}/addPassword`, {
    passwordCredential: { displayName: label },
  });
  const { keyId } = body as { keyId: string };
  expect(told(await look({ settings: { existingApplication: made.clientId } }))).toMatchObject({
    state: "warning",
    fix: `Unless another stack made it, remove it: az ad app credential delete --id ${made.clientId} --key-id ${keyId}`,
  });
});

test("of an application that the state does not have yet, what is there is counted, and a refusal is no ok", async () => {
  await intrude();
  const settings = { existingApplication: made.clientId };
  expect(told(await look({ settings, isDeployed: false }))).toEqual({
    state: "ok",
    what: "also others', managed by its owner: passwordCredentials: 2, owners: 3",
  });
  await expect(look({ settings, isDeployed: false, roles: [] })).rejects.toThrow(/^Microsoft Graph refused /u);
});

test("owners are those of the setting, else those of the last deployment", async () => {
  setOwners(made.application.id, deployer, adele);
  expect(told(await look({ settings: { owners: [deployer, adele] } }))).toEqual(own);
  expect(told(await look({ recorded: { owners: [deployer, adele] } }))).toEqual(own);
  expect((await look({ settings: { owners: [deployer] } })).what).toMatch(/^somebody added or opened: [^;]* owners: /u);
  setOwners(made.servicePrincipal.id, deployer, adele);
  expect((await look()).what).toMatch(
    /azuread\.Application partner owners: .*; azuread\.ServicePrincipal partner owners: /u,
  );
});

test("of an adopted application it tells what is not this stack's, and judges nothing", async () => {
  await intrude();
  const what = "also others', managed by its owner: passwordCredentials: 1, owners: 2";
  expect(told(await look({ settings: { existingApplication: made.clientId } }))).toEqual({ state: "ok", what });
});

test("without the right to look nothing is called right", async () => {
  expect(told(await look({ roles: ["Directory.Read.All"] }))).toMatchObject({
    state: "failed",
    what: expect.stringMatching(/^could not tell: .* 403 /u) as string,
    fix: "Ask an administrator for this right: Application.Read.All on Microsoft Graph",
  });
});
