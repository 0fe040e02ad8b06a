/** Entries that somebody added to the application by hand in the directory, compared with what the stack declares. */
import { additionsTo, recordedIn, takeOffClaims } from "../../../cli/drift/additions";
import { findingsOf } from "../../../cli/drift/findings";
import type { Step } from "../../../cli/engine/preview";
import { AzureApi } from "../../../lib/azure/api";
import {
  partnerTenant,
  type RegisteredApplication,
  registerApplication,
} from "../../../tools/embedded-cloud/testing/applications";
import { type Ask, askAs, tokenFor } from "../../../tools/embedded-cloud/testing/callers";
import { type Emulator, emulatorForEach } from "../../../tools/embedded-cloud/testing/emulator";
import { runAz } from "../../support/az/commands";

let emulator: Emulator;
const roles = ["Application.ReadWrite.All", "Directory.Read.All"];
let graph: Ask;
let made: RegisteredApplication;
let adele: string;
let deployer: string;
emulatorForEach(async (started) => {
  emulator = started;
  graph = await askAs(emulator, emulator.origins.microsoftGraph, { roles });
  made = registerApplication(emulator);
  deployer = emulator.seeds.deployer.servicePrincipalId;
  adele = emulator.seeds.users.serviceAccount.id;
  for (const id of [made.application.id, made.servicePrincipal.id]) setOwners(id, deployer);
});

function setOwners(id: string, ...owners: string[]): void {
  partnerTenant(emulator).owners.set(id, new Set(owners));
}

const step = (type: string, name: string, outputs: object, more: Partial<Step> = {}): Step => ({
  op: "same",
  type,
  urn: `urn:pulumi:dev::project::${type}::${name}`,
  old: { inputs: {}, outputs: { ...outputs } },
  new: { inputs: {}, outputs: {} },
  ...more,
});

/** The steps of a stack that created the application; with owners in the form of the program's events. */
function steps(owners: string[] = [deployer], more: Partial<Step> = {}): Step[] {
  const { application, servicePrincipal } = made;
  const declared = { new: { inputs: { owners }, outputs: {} }, ...more };
  const clientId = application.appId;
  return [
    step("azuread:index/application:Application", "partner", { objectId: application.id, clientId }, declared),
    step(
      "azuread:index/servicePrincipal:ServicePrincipal",
      "partner",
      { objectId: servicePrincipal.id, clientId },
      declared,
    ),
    step("azuread:index/applicationPassword:ApplicationPassword", "partner-initial", {
      keyId: application.passwordCredentials[0]?.keyId,
    }),
  ];
}

const officer = (principalId: string): Step => {
  const assignment = step("azure-native:authorization:RoleAssignment", "partner-officer", {});
  return { ...assignment, old: { inputs: { principalId }, outputs: {} } };
};

async function look(all: Step[] = steps(), roles = ["Application.Read.All", "Directory.Read.All"]) {
  const origin = emulator.origins.microsoftGraph;
  const token = await tokenFor(emulator, origin, { roles });
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  return await additionsTo(recordedIn(all), new AzureApi("Microsoft Graph", origin, credential));
}

/** Resource, property and live value. */
const told = (findings: Awaited<ReturnType<typeof look>>["drift"]) =>
  findings.map(({ resource, property, declared, live }) => {
    const values: unknown[] = [Object.values(live as object) as unknown[], declared ?? []].flat();
    return `${resource} ${property}: ${values.map(String).join(" ")}`;
  });

const application = "azuread.Application partner";
const principal = "azuread.ServicePrincipal partner";
const nothing = { drift: [], others: [], unreadable: [] };
const federated = { name: "ci", issuer: "https://ci.example", subject: "repo:mallory/x:ref:refs/heads/main" };

async function added<T>(path: string, body: object): Promise<T> {
  const answer = await graph("POST", path, body);
  expect(answer.status).toBeLessThan(300);
  return answer.body as T;
}

const owner = (id: string) => ({ "@odata.id": `${emulator.origins.microsoftGraph}/v1.0/directoryObjects/${id}` });

/** What an intruder would leave behind. */
async function intrude() {
  const at = `/v1.0/applications/${made.application.id}`;
  const times = { startDateTime: "2026-11-01T00:00:00Z", endDateTime: "2036-11-01T00:00:00Z" };
  const passwordCredential = { displayName: "backup", ...times };
  const { keyId } = await added<{ keyId: string }>(`${at}/addPassword`, { passwordCredential });
  const { id } = await added<{ id: string }>(`${at}/federatedIdentityCredentials`, {
    ...federated,
    audiences: ["api://AzureADTokenExchange"],
  });
  await added(`${at}/owners/$ref`, owner(adele));
  await added(`/v1.0/servicePrincipals/${made.servicePrincipal.id}/owners/$ref`, owner(adele));
  const key = { displayName: "CN=mallory", keyId: "2e05a80f-5210-4985-a5fc-6f13bbd77c30", usage: "Verify", ...times };
  Object.assign(made.application, {
    keyCredentials: [{ ...key, type: "AsymmetricX509Cert", customKeyIdentifier: null }],
  });
  const own = { ...passwordCredential, keyId: "b6806b33-cc85-4d97-a1af-534c8b42f9d7", hint: null };
  Object.assign(made.servicePrincipal, { passwordCredentials: [own] });
  return { keyId, federatedId: id, certificate: key, own, times };
}

test("a stack that nobody touched has no additions", async () => {
  expect(await look()).toEqual(nothing);
});

test("a client secret, a certificate, a federated credential and an owner that nobody declared are each named", async () => {
  const { keyId, certificate, own, times } = await intrude();
  const { drift, ...others } = await look();
  expect(others).toEqual({ others: [], unreadable: [] });
  const from = Object.values(times).join(" ");
  const stranger = `${partnerTenant(emulator).users.get(adele)?.displayName} svc-partner@partner.example ${adele}`;
  expect(told(drift)).toEqual([
    `${application} passwordCredentials: backup ${keyId} ${from}`,
    `${application} keyCredentials: CN=mallory ${certificate.keyId} Verify ${from}`,
    `${application} federatedIdentityCredentials: ${Object.values(federated).join(" ")}`,
    `${application} owners: ${stranger}`,
    `${principal} passwordCredentials: backup ${own.keyId} ${from}`,
    `${principal} owners: ${stranger}`,
  ]);
});

test("a client secret with the name of a generation is not removed by what is printed: the state may be an older one", async () => {
  const path = `/v1.0/applications/${made.application.id}/addPassword`;
  for (const displayName of ["partner-c7", "portal-c7"]) await added(path, { passwordCredential: { displayName } });
  const { drift } = await look([...steps(), step("pulumi-nodejs:dynamic/partner:CredentialRecord", "partner", {})]);
  const texts = drift.map(({ fixes = [] }) => fixes.map(({ text, commands = [] }) => [text, commands[0]?.args]));
  expect(texts).toEqual([
    [[expect.stringMatching(/^It has the name of a credential of this stack: /u), ["doctor", "--stack", "dev"]]],
    [[expect.stringMatching(/^Find out who added that/u), expect.anything()]],
  ]);
});

// Runs the fix "cli/drift/additions.ts: Find out who added that, and remove it if none of you did".
test("each is taken out by the command that is printed with it", async () => {
  await intrude();
  // No served request creates or removes it.
  Object.assign(made.servicePrincipal, { passwordCredentials: [] });
  const { drift } = await look();
  const commands = drift.flatMap(({ fixes = [] }) => fixes.flatMap(({ commands = [] }) => commands));
  expect(commands).toHaveLength(5);
  for (const { args } of commands) expect(await runAz(emulator, { roles }, args)).toMatchObject({ code: 0 });
  expect(await look()).toEqual(nothing);
});

describe("owners", () => {
  const names = async (all: Step[]) =>
    (await look(all)).drift.map(({ resource, live }) => [resource, (live as { id: string }).id]);

  beforeEach(() => {
    setOwners(made.application.id, deployer, adele);
  });

  test("that the program declares are no additions, and of others the provider tells itself", async () => {
    expect(await names(steps([adele, deployer]))).toEqual([]);
    const detailedDiff = { "owners[0]": { inputDiff: false } };
    expect(await names(steps([deployer], { detailedDiff }))).toEqual([]);
  });

  test("where the program leaves them to who deployed first, the refresh may hand a stranger on in that one's place", async () => {
    expect(await names([...steps([adele]), officer(deployer)])).toEqual([[application, adele]]);
    expect(await names([...steps([deployer]), officer(deployer)])).toEqual([[application, adele]]);
  });

  test("a sole owner who did not deploy the vault is told, unless the settings name the owner: a refresh records a stranger as it does the maker", async () => {
    setOwners(made.application.id, adele);
    setOwners(made.servicePrincipal.id, adele);
    const told = ["Application", "ServicePrincipal"].map((type) => [`azuread.${type} partner`, adele]);
    expect(await names([...steps([adele]), officer(deployer)])).toEqual(told);
  });
});

test("what may not be looked at is said, and hides nothing of the rest", async () => {
  const { keyId } = await intrude();
  const { drift, unreadable } = await look(steps(), ["Directory.Read.All"]);
  expect(drift.map(({ property }) => property)).toEqual([
    "passwordCredentials",
    "keyCredentials",
    "owners",
    "passwordCredentials",
    "owners",
  ]);
  expect(drift[0]?.live).toMatchObject({ keyId });
  expect(unreadable).toEqual([
    expect.stringMatching(/^azuread\.Application partner: what was added to it could not be checked: .* 403 /u),
  ]);
  const blind = await look(steps(), []);
  expect({ drift: blind.drift, unreadable: blind.unreadable.length }).toEqual({ drift: [], unreadable: 5 });
});

test("a stack whose cloud nothing names is not called unchanged", async () => {
  const unreadable = [application, principal].map(
    (name) => `${name}: could not check its credentials and owners: the stack's cloud is not known.`,
  );
  expect(await additionsTo(recordedIn(steps()), undefined)).toEqual({ drift: [], others: [], unreadable });
});

test("of an adopted application they are told apart: its owner may have added them", async () => {
  await intrude();
  const [, , password] = steps();
  const adoption = step("pulumi-nodejs:dynamic/partner:Adoption", "partner", {
    objectId: made.application.id,
    servicePrincipalObjectId: made.servicePrincipal.id,
    clientId: made.clientId,
  });
  const { drift, others, unreadable } = await look([adoption, ...(password ? [password] : [])]);
  expect({ drift, unreadable }).toEqual({ drift: [], unreadable: [] });
  expect(others.map(({ resource, property }) => `${resource} ${property}`)).toEqual(
    [
      ...["passwordCredentials", "keyCredentials", "federatedIdentityCredentials", "owners", "owners"],
      ...["passwordCredentials", "owners", "owners"],
    ].map((property) => `partner.Adoption partner ${property}`),
  );
  expect(others.some((one) => "fix" in one)).toBe(false);
});

// Runs the fix "cli/drift/additions.ts: Find out who added that claim, and take it off: a deployment does not".
test("claims that somebody added are taken off by the printed command, which azuread does not do", async () => {
  const claim = { name: "upn", source: null, essential: false, additionalProperties: [] };
  const at = `/v1.0/applications/${made.application.id}`;
  expect((await graph("PATCH", at, { optionalClaims: { accessToken: [claim] } })).status).toBe(204);
  // As azuread's update sends it.
  expect((await graph("PATCH", at, { optionalClaims: {} })).status).toBe(204);
  expect(made.application).toMatchObject({ optionalClaims: { accessToken: [claim] } });
  const [of] = steps();
  const [finding] = findingsOf({ ...nothingFound, steps: of ? [withClaim(of)] : [] }).drift;
  const { origin } = { origin: emulator.origins.microsoftGraph };
  const told = finding && takeOffClaims(finding, steps(), new AzureApi("Microsoft Graph", origin, noCredential));
  expect(told?.property).toBe("optionalClaims.accessTokens");
  const commands = (told?.fixes ?? []).flatMap((fix) => fix.commands ?? []);
  expect(commands).toHaveLength(1);
  for (const { args } of commands) expect(await runAz(emulator, { roles }, args)).toMatchObject({ code: 0 });
  expect(made.application).toMatchObject({ optionalClaims: null });
});

const noCredential = { getToken: () => Promise.reject(new Error("nobody asks")) };
const nothingFound = {
  ...{
    config: {},
    deletions: [],
    refreshed: [],
    begun: new Map<string, string>(),
    unseen: {},
    errors: [],
    finished: true,
  },
  outputs: { applied: {}, declared: {} },
};

/** As azuread names it: what is not declared, at its topmost key. */
function withClaim(one: Step): Step {
  const optionalClaims = { accessTokens: [{ name: "upn" }], idTokens: [], saml2Tokens: [] };
  const old = { inputs: {}, outputs: { ...one.old?.outputs, optionalClaims } };
  const changed = { diffs: ["optionalClaims"], detailedDiff: { optionalClaims: { inputDiff: false } } };
  return { ...one, op: "update", old, ...changed };
}

describe("the lock of the application's instances", () => {
  const whole = { isEnabled: true, allProperties: true };
  const lock = async (servicePrincipalLockConfiguration: object | null) => {
    Object.assign(made.application, { servicePrincipalLockConfiguration });
    return told((await look()).drift);
  };

  test("is none by default, and a whole one is no drift either", async () => {
    expect(await lock(null)).toEqual([]);
    expect(await lock(whole)).toEqual([]);
    const each = { credentialsWithUsageSign: true, credentialsWithUsageVerify: true, tokenEncryptionKeyId: true };
    expect(await lock({ isEnabled: true, allProperties: null, ...each })).toEqual([]);
  });

  test.each([
    [{ ...whole, isEnabled: false }],
    [{ isEnabled: true, allProperties: false, credentialsWithUsageSign: true }],
    // Runs the fix "cli/drift/additions.ts: Lock it again".
  ])("that was opened is named, and the printed command closes it: %j", async (opened) => {
    const property = "servicePrincipalLockConfiguration";
    expect(await lock(opened)).toEqual([`${application} ${property}: ${Object.values(opened).join(" ")}`]);
    const { drift } = await look();
    for (const { args } of drift.flatMap(({ fixes = [] }) => fixes.flatMap(({ commands = [] }) => commands)))
      expect(await runAz(emulator, { roles }, args)).toMatchObject({ code: 0 });
    expect(await look()).toEqual(nothing);
  });
});
