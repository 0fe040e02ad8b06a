/** Doctor's report about undeclared credentials and owners: `drift` compares with the state, doctor with the vault's names. */
import { AzureApi } from "../../../lib/azure/api";
import { additionsCheck } from "../../../cli/doctor/checks/additions";
import type { Facts } from "../../../cli/doctor/facts";
import { Directory } from "../../../lib/application/directory";
import type { Command } from "../../../lib/errors/failure";
import {
  partnerTenant,
  type RegisteredApplication,
  registerApplication,
} from "../../../embedded-cloud/testing/applications";
import { type Ask, askAs, tokenFor } from "../../../embedded-cloud/testing/callers";
import { type Emulator, emulatorForEach } from "../../../embedded-cloud/testing/emulator";
import { runAz } from "../../support/az/commands";
import { told } from "../support/told";

let emulator: Emulator;
let made: RegisteredApplication;
let graph: Ask;
let deployer: string;
let adele: string;
emulatorForEach(async (started) => {
  emulator = started;
  made = registerApplication(emulator);
  deployer = emulator.seeds.deployer.servicePrincipalId;
  adele = emulator.seeds.users.serviceAccount.id;
  graph = await askAs(emulator, emulator.origins.microsoftGraph, { roles: ["Application.ReadWrite.All"] });
  for (const { id } of [made.application, made.servicePrincipal]) setOwners(id, deployer);
});

async function az({ args }: Command): Promise<void> {
  expect(await runAz(emulator, { roles: ["Application.ReadWrite.All"] }, args)).toMatchObject({ code: 0 });
}

const setOwners = (id: string, ...owners: string[]) => partnerTenant(emulator).owners.set(id, new Set(owners));

const ownName = () => `client-secret-initial-${made.application.passwordCredentials[0]?.keyId.slice(0, 8) ?? ""}`;

interface Circumstances {
  settings?: object;
  names?: string[] | "refused";
  roles?: string[];
  login?: string;
}

async function look({
  settings = {},
  names = [ownName()],
  roles = ["Application.Read.All"],
  login = deployer,
}: Circumstances = {}) {
  const origin = emulator.origins.microsoftGraph;
  const token = await tokenFor(emulator, origin, { roles: [...roles] });
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const directory = new Directory(new AzureApi("Microsoft Graph", origin, credential));
  const listed = () => (names === "refused" ? Promise.reject(new Error("refused")) : Promise.resolve(names));
  const answers = {
    ...{
      knownClientId: made.clientId,
      application: made.application,
      directory,
      vault: { names: listed, certificates: { names: () => Promise.resolve([]) } },
    },
    stack: { settings: { displayName: "App", ...settings }, outputs: {} },
    access: { graphLogin: () => Promise.resolve({ oid: login }) },
  };
  const entries = Object.entries(answers).map(([name, answer]) => [name, () => Promise.resolve(answer)] as const);
  return await additionsCheck.look(Object.fromEntries(entries) as unknown as Facts);
}

/** Another client secret, and another owner. */
async function intrude(): Promise<string> {
  const at = `/v1.0/applications/${made.application.id}`;
  const passwordCredential = { displayName: "backup", startDateTime: "2026-11-01T00:00:00Z" };
  const { body } = await graph("POST", `${at}/addPassword`, { passwordCredential });
  setOwners(made.application.id, deployer, adele);
  return (body as { keyId: string }).keyId;
}

const own = { state: "ok", found: "none but this stack's" };

test("of a stack that nobody touched there are none", async () => {
  expect(told(await look())).toEqual(own);
});

// Runs the fix "cli/doctor/checks/additions.ts: Find out who added that; take out what none of yours did".
test("what somebody added is a warning with the commands that take it out, and these do", async () => {
  const keyId = await intrude();
  const found = await look();
  const [removal] = found.fixes ?? [];
  const { clientId } = made;
  expect(told(found)).toEqual({
    state: "warning",
    found: `somebody added: client secret (displayName backup, keyId ${keyId}, startDateTime 2026-11-01T00:00:00Z, endDateTime 2028-11-01T00:00:00Z); owner (displayName Partner Service Account, userPrincipalName svc-partner@partner.example, id ${adele})`,
    fix: `Find out who added that; take out what none of yours did: az ad app credential delete --id ${clientId} --key-id ${keyId}, then az ad app owner remove --id ${clientId} --owner-object-id ${adele}`,
  });
  for (const command of removal?.commands ?? []) await az(command);
  expect(told(await look({ names: [...[ownName()], "client-secret-other-ffffffff"] }))).toMatchObject({ state: "ok" });
});

test("the service principal's are looked at too", async () => {
  setOwners(made.servicePrincipal.id, deployer, adele);
  expect((await look()).found).toMatch(/^somebody added: owner of its service principal \(/u);
});

test("owners are those of the setting, else who deploys; where neither is among them and there are more than one, each is named", async () => {
  setOwners(made.application.id, deployer, adele);
  expect(told(await look({ settings: { owners: [deployer, adele] } }))).toEqual(own);
  expect((await look({ login: "somebody" })).found.match(/owner \(/gu)).toHaveLength(2);
  setOwners(made.application.id, adele);
  setOwners(made.servicePrincipal.id, adele);
  expect(told(await look({ login: "somebody" }))).toEqual(own);
});

test("of an adopted application it tells what is not this stack's, and judges nothing", async () => {
  await intrude();
  const found = "beside this stack's, managed by its owner: client secrets: 1, owners: 1";
  expect(told(await look({ settings: { existingApplication: made.clientId } }))).toEqual({ state: "ok", found });
});

test("without the vault's names, or the right to look, nothing is called right", async () => {
  expect((await look({ names: "refused" })).state).toBe("skipped");
  const blind = await look({ roles: ["Directory.Read.All"] });
  expect(told(blind)).toMatchObject({
    state: "failed",
    found: expect.stringMatching(/^could not tell: .* 403 /u) as string,
    fix: "Ask an administrator for the right to look: Application.Read.All on Microsoft Graph",
  });
});

// Runs the fix "cli/doctor/checks/additions.ts: Lock it again".
test("a lock of the application's instances that was opened is said, with the command that closes it", async () => {
  Object.assign(made.application, { servicePrincipalLockConfiguration: { isEnabled: false, allProperties: true } });
  const found = await look();
  expect(found).toMatchObject({
    state: "warning",
    found: "the lock of its instances in other tenants was opened: credentials can be added to them",
  });
  for (const command of (found.fixes ?? []).flatMap(({ commands = [] }) => commands)) await az(command);
  expect(told(await look())).toEqual(own);
});
