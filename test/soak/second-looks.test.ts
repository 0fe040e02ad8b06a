/** A second check after tests of test/e2e: nothing has drifted, and what a unit test refuses there is refused by the engine. */
import { askResourceManager, vaultPath } from "../../embedded-cloud/testing/azure";
import { aboutStack, redeem } from "../e2e/support/command";
import { startDeployed } from "../e2e/support/deployed-once";
import { devVault } from "../e2e/support/dev-configuration";
import { Project } from "../e2e/support/project";
import { labelsOf } from "../e2e/support/rotations";
import { newestOf, openVault, tokenVersions } from "../e2e/support/vault";

let project: Project;
afterEach(() => project.close());

const expectNoDrift = async () => {
  const { code, text } = await project.drift();
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
};

test("destroy leaves a recoverable vault with a disabled token, the next up brings both back, and from the one after that it is one to be changed, and nothing is left to do", async () => {
  project = await startDeployed();
  const before = await project.outputs();
  await project.destroy();
  expect((await project.state()).filter(({ type }) => type !== "pulumi:pulumi:Stack")).toEqual([]);
  await project.up();
  const after = await project.outputs();
  expect(after).toMatchObject({ vaultUri: before.vaultUri, consent: { health: "ok" } });
  expect(after.applicationId).not.toBe(before.applicationId);
  const versions = await tokenVersions(project);
  expect(versions.map(({ enabled, tags }) => [enabled, tags["application"]])).toEqual([
    [false, before.applicationId],
    [true, after.applicationId],
  ]);
  const createMode = async () => {
    const found = (await project.state()).find(({ type }) => type.endsWith(":Vault"));
    return (found?.inputs?.["properties"] as { createMode: string }).createMode;
  };
  expect(await createMode()).toBe("recover");
  // What is left to do is this program's own, and nobody has changed anything.
  expect(await aboutStack(project, "drift")).toMatchObject({ code: 0 });
  expect(await project.up()).toMatch(/VaultRules partner deleted/u);
  expect(await createMode()).toBe("default");
  await expectNoDrift();
});

test("a vault that came back, and whose rules were changed then", async () => {
  project = await startDeployed();
  const ask = await askResourceManager(project.emulator);
  await ask("DELETE", vaultPath(project.emulator, "partner-tokens", "partner-tokens"));
  await project.up();
  await project.configure({ vault: { ...devVault, networkRules: { ipRules: ["127.0.0.1", "203.0.113.0/24"] } } });
  await project.up();
  // It is changed like every other vault: nobody recovers a vault that lives.
  const { body } = await ask("GET", vaultPath(project.emulator, "partner-tokens", "partner-tokens"));
  expect((body as { properties: object }).properties).toMatchObject({
    networkAcls: { ipRules: [{ value: "127.0.0.1/32" }, { value: "203.0.113.0/24" }] },
  });
  await expectNoDrift();
});

test("a policy closes the vault: the preview of the next deployment says so", async () => {
  project = await Project.start();
  project.subscription.conditions = { publicAccessPolicy: "modify" };
  expect((await project.pulumi("up", "--yes", "--skip-preview")).code).toBe(1);
  expect((await project.pulumi("preview")).text).toMatch(/is closed to the public network \(publicNetworkAccess\)/u);
});

test("permissions of another resource, in the US Government cloud; a misspelt one fails in preview with the nearest ones", async () => {
  const extra = (name: string) => [{ resource: "Office 365 Exchange Online", delegated: [name] }];
  const settings = (name: string) => ({
    ...{ adminConsent: undefined, configurePreconsent: false },
    permissions: { legacy: false, extra: extra(name) },
  });
  project = await Project.start({ cloud: "AzureUSGovernment", settings: settings("EWS.AccessAsUser.All") });
  await project.up();
  expect(await redeem(project, "00000002-0000-0ff1-ce00-000000000000")).toMatchObject({ code: 0 });
  await expectNoDrift();
  await project.configure(settings("EWS.AccesAsUser.All"));
  const { code, text } = await project.pulumi("preview");
  expect({ code, text: text.replace(/\s+/gu, " ") }).toEqual({
    code: 1,
    text: expect.stringMatching(
      /Office 365 Exchange Online publishes no delegated permission "EWS\.AccesAsUser\.All"\. The nearest are EWS\.AccessAsUser\.All, /u,
    ) as string,
  });
  expect(text).not.toMatch(/to (?:create|update|delete)/u);
  // A permission that is no longer requested is removed from the registration, without a sign-in.
  await project.configure({ ...settings(""), permissions: { legacy: false } });
  await project.up();
  const { applicationObjectId } = await project.outputs();
  const application = project.tenant.applications.get(applicationObjectId);
  expect(application?.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId).sort()).toEqual([
    "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
  ]);
});

test("rotation: the token is proven with the new secret, and published with its name; a delayed writer, and another tenant's token that names the old secret, hold it up, and nothing has drifted afterwards", async () => {
  project = await startDeployed();
  const { refreshTokenName: name } = await project.outputs();
  const client = await openVault(project);
  const before = newestOf(await tokenVersions(project));
  await project.configure({ credential: { label: "next", previous: { kind: "secret", label: "initial" } } });
  await project.up();
  const newest = newestOf(await tokenVersions(project));
  expect(newest).toMatchObject({
    enabled: true,
    tags: { "client-secret": expect.stringMatching(/^client-secret-next-/u) as string },
  });
  await project.configure({ credential: { label: "next" } });
  const labels = () => labelsOf(project);
  const other = "dddddddd-1111-4222-8333-444444444444";
  const { value = "" } = await client.getSecret(name);
  await client.setSecret(`refresh-token-${other}`, value, { tags: { ...before.tags, tenant: other } });
  const refused = await project.pulumi("up", "--yes", "--skip-preview");
  expect([refused.code, await labels()]).toEqual([1, ["initial", "next"]]);
  expect(refused.text).toMatch(/The client secret client-secret-initial-.* cannot be removed yet: .*names it\./su);
  await client.setSecret(`refresh-token-${other}`, value, { enabled: false });
  // A delayed writer, killed after it had stored: the secret is removed when the token names the new one again.
  await client.setSecret(name, value, { tags: before.tags });
  await project.up();
  expect([newestOf(await tokenVersions(project)).tags["client-secret"], await labels()]).toEqual([
    newest.tags["client-secret"],
    ["next"],
  ]);
  expect(project.signIns).toBe(0);
  await expectNoDrift();
});

test("replacing the consent ends with one healthy token; a changed client id replaces it and disables the old token", async () => {
  project = await startDeployed();
  const urnOf = async (of: string) => (await project.state()).find(({ type }) => type === of)?.urn ?? "";
  await project.up("--replace", await urnOf("pulumi-nodejs:dynamic/partner:Consent"));
  const { applicationId, consent } = await project.outputs();
  const versions = (await tokenVersions(project)).map((version) => version.enabled);
  expect([consent.health, versions]).toEqual(["ok", [...versions.slice(1).map(() => false), true]]);
  await expectNoDrift();
  await project.up("--replace", await urnOf("azuread:index/application:Application"));
  const after = await project.outputs();
  expect(after.applicationId).not.toBe(applicationId);
  const enabled = (await tokenVersions(project)).filter((version) => version.enabled);
  expect([after.consent.health, enabled.map(({ tags }) => tags["application"])]).toEqual(["ok", [after.applicationId]]);
});
