import type { SecretClient } from "@azure/keyvault-secrets";
import type { Tenant } from "../../embedded-cloud/testing/directory";
import { freePort } from "../../embedded-cloud/free-port";
import { secureAppModel } from "./support/command";
import { deployedOnce } from "./support/deployed-once";
import { openGraph } from "./support/graph";
import { Project } from "./support/project";
import { openVault } from "./support/vault";

interface StackOutputs {
  applicationId: string;
  applicationObjectId: string;
  tenantId: string;
  vaultUri: string;
  refreshTokenName: string;
  clientSecretName: string;
}

describe("the commands on a stack", () => {
  let project: Project;
  let outputs: StackOutputs;

  beforeAll(async () => {
    project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
    outputs = (await project.outputs()) as unknown as StackOutputs;
  });
  afterAll(() => project.close());

  const tenant = (): Tenant => {
    const found = project.cloud.tenants.get(outputs.tenantId);
    if (found === undefined) throw new Error("The emulator lacks the partner's tenant.");
    return found;
  };

  /** Runs it twice, as text and as JSON: both must agree, and stdout must be valid JSON. */
  async function token(resource: string, environment: Record<string, string> = {}, ...argv: string[]) {
    const all = ["token", resource, "--vault", outputs.vaultUri, ...argv];
    const plain = await secureAppModel(project, all, environment);
    const json = await secureAppModel(project, [...all, "--json"], environment);
    const { error } = JSON.parse(json.stdout) as { error?: { message: string; exitCode: number } };
    const anonymous = (text: string) =>
      text
        .replace(/request [0-9a-f-]{36}/gu, "request …")
        .replace(/\d\d:\d\d:\d\dZ/gu, "…")
        // A printed command has the form that was used.
        .replaceAll(" --json", "");
    expect({ code: json.code, stdout: plain.stdout, message: anonymous(plain.stderr) }).toEqual({
      code: plain.code,
      stdout: "",
      message: anonymous(`error: ${error?.message ?? ""}\n`),
    });
    return { code: plain.code, message: error?.message ?? "" };
  }

  test("status, renew and customers work on what the engine made", async () => {
    const run = async (...argv: string[]) => {
      const { code, stdout, stderr } = await secureAppModel(project, [...argv, "--vault", outputs.vaultUri, "--json"]);
      expect({ argv, code, stderr }).toEqual({ argv, code: 0, stderr: "" });
      return JSON.parse(stdout) as unknown;
    };
    expect(await run("status", "--probe")).toMatchObject({
      tokens: [{ name: outputs.refreshTokenName, verdict: "ok", probe: { redeemed: true, isMfaCompliant: true } }],
      clientSecrets: [{ name: outputs.clientSecretName, verdict: "ok", inUse: true }],
    });
    expect(await run("renew")).toMatchObject({ tokens: [{ name: outputs.refreshTokenName, outcome: "renewed" }] });
    const [{ id }] = project.emulator.seeds.customers;
    expect(await run("customers", "consent", id, "--grant", "graph=User.Read")).toMatchObject({
      customer: id,
      applicationId: outputs.applicationId,
      outcome: "consented",
    });
    expect(await run("token", "graph", "--tenant", id)).toMatchObject({ tenant: id, partnerTenant: outputs.tenantId });
  });

  test("the model's own permissions have no Azure: which permission, and exit code 3", async () => {
    // Like a stack without azureManagement: neither declared nor granted.
    const azure = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
    const { applications, grants, servicePrincipals } = tenant();
    const application = applications.get(outputs.applicationObjectId);
    if (application === undefined) throw new Error("The stack's application is gone.");
    const before = { declared: application.requiredResourceAccess, granted: [...grants] };
    application.requiredResourceAccess = before.declared.filter(({ resourceAppId }) => resourceAppId !== azure);
    for (const [id, { resourceId }] of grants)
      if (servicePrincipals.get(resourceId)?.appId === azure) grants.delete(id);
    const { code, message } = await token("arm");
    application.requiredResourceAccess = before.declared;
    for (const [id, grant] of before.granted) grants.set(id, grant);
    expect(code).toBe(3);
    expect(message).toMatch(/AADSTS65(0057|001).*azureManagement/su);
  });

  test("an unknown resource", async () => {
    expect(await token("mail")).toEqual({
      code: 2,
      message: expect.stringMatching(/There is no resource "mail"\. Say partner-center, arm/u) as string,
    });
    const { code, message } = await token("https://nowhere.example");
    expect({ code, named: message.includes("AADSTS500011") }).toEqual({ code: 3, named: true });
  });

  test("a vault of another cloud gets nothing sent to it", async () => {
    const { code, message } = await token("graph", {}, "--endpoints", "{}");
    expect(code).toBe(2);
    expect(message).toMatch(/is not one of AzureCloud: expected https:\/\/<vault name>\.vault\.azure\.net/u);
  });

  /** The version that commands read: for two stored within a second, the vault's times do not show the newer one. */
  const current = async (vault: SecretClient) => {
    const { version = "", tags } = (await vault.getSecret(outputs.refreshTokenName)).properties;
    return { version, tags };
  };

  test("a token of another cloud", async () => {
    const vault = await openVault(project);
    const { version, tags = {} } = await current(vault);
    await vault.updateSecretProperties(outputs.refreshTokenName, version, {
      tags: { ...tags, cloud: "AzureChinaCloud" },
    });
    const foreign = await token("graph");
    await vault.updateSecretProperties(outputs.refreshTokenName, version, { tags: {} });
    const untagged = await token("graph");
    await vault.updateSecretProperties(outputs.refreshTokenName, version, { tags });
    expect(foreign).toEqual({
      code: 2,
      message: expect.stringMatching(/is of AzureChinaCloud, and AzureCloud was asked for/u) as string,
    });
    expect(untagged).toEqual({ code: 2, message: expect.stringMatching(/was not stored by this project/u) as string });
  });

  test("a disabled token: consent, exit code 3", async () => {
    const vault = await openVault(project);
    const { version } = await current(vault);
    await vault.updateSecretProperties(outputs.refreshTokenName, version, { enabled: false });
    const { code, message } = await token("graph");
    await vault.updateSecretProperties(outputs.refreshTokenName, version, { enabled: true });
    expect(code).toBe(3);
    expect(message).toMatch(/SecretDisabled.*secure-app-model consent --force/su);
  });

  test("an Azure credential that is refused is told apart from the application's", async () => {
    const { code, message } = await token("graph", { ARM_CLIENT_SECRET: "wrong-secret-of-the-deployer" });
    expect(code).toBe(1);
    expect(message).toMatch(/Azure credential of this process did not work.*ARM_CLIENT_SECRET/su);
    expect(message).not.toContain("wrong-secret-of-the-deployer");
  });

  test("a principal without a role on the vault", async () => {
    const { code, message } = await token("graph", {
      ARM_CLIENT_ID: outputs.applicationId,
      ARM_CLIENT_SECRET: (await (await openVault(project)).getSecret(outputs.clientSecretName)).value ?? "",
    });
    expect(code).toBe(1);
    expect(message).toMatch(/ForbiddenByRbac.*Assign the role/su);
  });

  test("no vault, no cloud", async () => {
    const { code, stderr } = await secureAppModel(project, ["token", "graph"], { SECURE_APP_MODEL_CLOUD: "" });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "error: Which one? Add --cloud AzureCloud (pulumi stack output cloud) and --vault https://<name>.vault.azure.net (pulumi stack output vaultUri).\n",
    });
  });

  test("a revoked token: consent, exit code 3; a client secret that was taken away: rotation, exit code 4, not consent; pulumi up --refresh rotates, and asks for that consent", async () => {
    const { serviceAccount } = project.emulator.seeds.users;
    const user = tenant().users.get(serviceAccount.id);
    if (user === undefined) throw new Error("The seeds have no service account.");
    project.emulator.clock.advance(1000);
    user.revokedBefore = project.emulator.clock.now();
    const revoked = await token("graph");
    expect(revoked.code).toBe(3);
    expect(revoked.message).toMatch(/revoked.*AADSTS50173/su);
    const graph = await openGraph(project);
    const path = `/applications/${outputs.applicationObjectId}`;
    const { passwordCredentials } = await graph<{ passwordCredentials: { keyId: string }[] }>("GET", path);
    await graph("POST", `${path}/removePassword`, { keyId: passwordCredentials[0]?.keyId });
    const { code, message } = await token("graph");
    expect(code).toBe(4);
    expect(message).toMatch(/client secret is wrong.*AADSTS7000215/su);
    const signIns = () =>
      project.emulator.requests.entries().filter(({ path: at }) => at.includes("/authorize")).length;
    const before = signIns();
    await project.up("--refresh");
    expect(signIns()).toBeGreaterThan(before);
    const after = await project.outputs();
    expect(after).toMatchObject({ consent: { health: "ok" } });
    expect(after["clientSecretName"]).not.toBe(outputs.clientSecretName);
    expect((await secureAppModel(project, ["token", "graph", "--vault", outputs.vaultUri])).stdout).toMatch(/^eyJ/u);
  });

  test("a token at the end of its 90 days: consent, exit code 3", async () => {
    const port = String(await freePort());
    const { clientSecretName, applicationId } = (await project.outputs()) as unknown as StackOutputs;
    const argv = ["consent", "--vault", outputs.vaultUri, "--tenant", outputs.tenantId, "--client-id", applicationId];
    const consent = await secureAppModel(project, [
      ...argv,
      "--client-secret-name",
      clientSecretName,
      "--force",
      "--port",
      port,
    ]);
    expect(consent).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^svc-partner@partner\.example consented on \d{4}-/u) as string,
    });
    project.emulator.clock.advance(91 * 24 * 3600 * 1000);
    const { code, message } = await token("graph");
    expect(code).toBe(3);
    expect(message).toMatch(/AADSTS700082/u);
  });
});
