/** A second check after tests of test/e2e: nothing has drifted, and what a unit test refuses there is refused by the engine. */
import { askResourceManager, assign, groupPath, roleIds, vaultPath } from "../../embedded-cloud/testing/azure";
import { secureAppModel } from "../e2e/support/command";
import { deployedOnce } from "../e2e/support/deployed-once";
import { Project } from "../e2e/support/project";
import { newestOf, openVault, versionsOf } from "../e2e/support/vault";

let project: Project;
afterEach(() => project.close());

const expectNoDrift = async () => {
  const { code, text } = await project.drift();
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
};
/** One of several settings of a stack's vault. */
const vault = { name: "partner-tokens", resourceGroupName: "partner-tokens", location: "westeurope", retentionDays: 7 };

// Runs the fix "lib/consent/consent.ts: On a machine with a browser, run this, then deploy again, which finds the token and goes on".
test("a consent by the printed command, and the deployment that took it over", async () => {
  project = await Project.start({ signIn: "nobody" });
  const { text } = await project.pulumi("up", "--yes", "--skip-preview");
  const line = /npx secure-app-model (consent .*)$/mu.exec(text)?.[1] ?? "";
  const argv = [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const robot = { BROWSER: `${project.folder}/sign-in-robot` };
  const consent = await secureAppModel(project, [...argv, "--port", String(project.signInPort)], robot);
  expect(consent.code).toBe(0);
  await project.up();
  await expectNoDrift();
});

test("destroy leaves a recoverable vault with a disabled token, the next up brings both back, and from the one after that it is one to be changed, and nothing is left to do", async () => {
  project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
  const before = await project.outputs();
  expect((await project.pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
  expect((await project.state()).filter(({ type }) => type !== "pulumi:pulumi:Stack")).toEqual([]);
  await project.up();
  const after = await project.outputs();
  expect(after).toMatchObject({ vaultUri: before["vaultUri"], consent: { health: "ok" } });
  expect(after["applicationId"]).not.toBe(before["applicationId"]);
  const versions = await versionsOf(await openVault(project), String(after["refreshTokenName"]));
  expect(versions.map(({ enabled, tags }) => [enabled, tags["application"]])).toEqual([
    [false, before["applicationId"]],
    [true, after["applicationId"]],
  ]);
  const createMode = async () => {
    const found = (await project.state()).find(({ type }) => type.endsWith(":Vault"));
    return (found?.inputs?.["properties"] as { createMode: string }).createMode;
  };
  expect(await createMode()).toBe("recover");
  expect(await project.up("--refresh")).toMatch(/VaultRules partner deleted/u);
  expect(await createMode()).toBe("default");
  await expectNoDrift();
});

test("a vault that came back, and whose rules were changed then", async () => {
  project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
  const ask = await askResourceManager(project.emulator);
  await ask("DELETE", vaultPath(project.emulator, "partner-tokens", "partner-tokens"));
  await project.up("--refresh");
  await project.configure({ vault: { ...vault, networkRules: { ipRules: ["127.0.0.1", "203.0.113.0/24"] } } });
  await project.up();
  // It is changed like every other vault: nobody recovers a vault that lives.
  const { body } = await ask("GET", vaultPath(project.emulator, "partner-tokens", "partner-tokens"));
  expect((body as { properties: object }).properties).toMatchObject({
    networkAcls: { ipRules: [{ value: "127.0.0.1/32" }, { value: "203.0.113.0/24" }] },
  });
  await expectNoDrift();
});

test("a stack in a resource group that its deployer alone owns; a subscription that there is none of", async () => {
  project = await Project.start();
  const group = groupPath(project.emulator, vault.resourceGroupName);
  const ask = await askResourceManager(project.emulator);
  await ask("PUT", group, { location: "westeurope" });
  await assign(project.emulator, ask, group, roleIds.owner);
  project.subscription.roleAssignments.delete(project.seeds.deployer.ownerAssignment);
  await project.configure({ vault: { ...vault, createResourceGroup: false } });
  await project.up();
  await expectNoDrift();
  await project.configure({ subscriptionId: "99999999-1111-4222-8333-444455556666" });
  const { code, text } = await project.pulumi("preview");
  expect({ code, told: text.includes("az account list --all") }).toEqual({ code: 1, told: true });
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
  const application = project.tenant.applications.get(String(applicationObjectId));
  expect(application?.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId).sort()).toEqual([
    "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
  ]);
});

test("a tenant nobody has", async () => {
  project = await Project.start({ settings: { tenantId: "4b1d0f3a-0000-4000-8000-000000000000" } });
  const { code, text } = await project.pulumi("preview");
  expect(code).toBe(1);
  expect(text).toMatch(/this cloud has no such tenant.*AADSTS90002/su);
});

test("rotation: the token is proven with the new secret, and published with its name; a delayed writer, and another tenant's token that names the old secret, hold it up, and nothing has drifted afterwards", async () => {
  project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
  const { refreshTokenName, applicationId } = await project.outputs();
  const name = String(refreshTokenName);
  const client = await openVault(project);
  const before = newestOf(await versionsOf(client, name));
  await project.configure({ credential: { label: "next", previous: { kind: "secret", label: "initial" } } });
  await project.up();
  const newest = newestOf(await versionsOf(client, name));
  expect(newest).toMatchObject({
    enabled: true,
    tags: { "client-secret": expect.stringMatching(/^client-secret-next-/u) as string },
  });
  await project.configure({ credential: { label: "next" } });
  const labels = () => {
    const all = [...project.cloud.tenants.values()].flatMap(({ applications }) => [...applications.values()]);
    return all.find(({ appId }) => appId === applicationId)?.passwordCredentials.map(({ displayName }) => displayName);
  };
  const other = "dddddddd-1111-4222-8333-444444444444";
  const { value = "" } = await client.getSecret(name);
  await client.setSecret(`refresh-token-${other}`, value, { tags: { ...before.tags, tenant: other } });
  const refused = await project.pulumi("up", "--yes", "--skip-preview");
  expect([refused.code, labels()]).toEqual([1, ["initial", "next"]]);
  expect(refused.text).toMatch(/The client secret client-secret-initial-.* cannot be taken out yet: .*names it\./su);
  await client.setSecret(`refresh-token-${other}`, value, { enabled: false });
  // A delayed writer, killed after it had stored: the secret is removed when the token names the new one again.
  await client.setSecret(name, value, { tags: before.tags });
  await project.up();
  expect([newestOf(await versionsOf(client, name)).tags["client-secret"], labels()]).toEqual([
    newest.tags["client-secret"],
    ["next"],
  ]);
  const signIns = project.emulator.requests.entries().filter(({ path }) => path.includes("/authorize"));
  expect(signIns).toEqual([]);
  await expectNoDrift();
});
