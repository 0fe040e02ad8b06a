import { secureAppModel } from "./support/command";
import { deployedOnce } from "./support/deployed-once";
import { openGraph } from "./support/graph";
import { Project } from "./support/project";
import { story } from "../support/story";

interface StackOutputs {
  applicationId: string;
  applicationObjectId: string;
  tenantId: string;
  vaultUri: string;
  refreshTokenName: string;
  clientSecretName: string;
}

describe("the commands on a stack", () => {
  const test = story();
  let project: Project;
  let outputs: StackOutputs;

  beforeAll(async () => {
    project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
    outputs = (await project.outputs()) as unknown as StackOutputs;
  });
  afterAll(() => project.close());

  const token = async (resource: string) =>
    await secureAppModel(project, ["token", resource, "--vault", outputs.vaultUri]);

  test("status, renew and customers work on what the engine made", async () => {
    const run = async (...argv: string[]) => {
      const { code, stdout, stderr } = await secureAppModel(project, [...argv, "--vault", outputs.vaultUri, "--json"]);
      expect({ argv, code, stderr }).toEqual({ argv, code: 0, stderr: "" });
      return JSON.parse(stdout) as unknown;
    };
    expect(await run("status", "--probe")).toMatchObject({
      tokens: [{ name: outputs.refreshTokenName, state: "ok", probe: { redeemed: true, isMfaCompliant: true } }],
      clientSecrets: [{ name: outputs.clientSecretName, state: "ok", inUse: true }],
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
    const { applications, grants, servicePrincipals } = project.tenant;
    const application = applications.get(outputs.applicationObjectId);
    if (application === undefined) throw new Error("The stack's application is gone.");
    const before = { declared: application.requiredResourceAccess, granted: [...grants] };
    application.requiredResourceAccess = before.declared.filter(({ resourceAppId }) => resourceAppId !== azure);
    for (const [id, { resourceId }] of grants)
      if (servicePrincipals.get(resourceId)?.appId === azure) grants.delete(id);
    const { code, stderr } = await token("arm");
    application.requiredResourceAccess = before.declared;
    for (const [id, grant] of before.granted) grants.set(id, grant);
    expect(code).toBe(3);
    expect(stderr).toMatch(/AADSTS65(0057|001).*azureManagement/su);
  });

  test("a revoked token: consent, exit code 3; a client secret that was taken away: rotation, exit code 4, not consent; pulumi up --refresh rotates, and asks for that consent", async () => {
    const { serviceAccount } = project.emulator.seeds.users;
    const user = project.tenant.users.get(serviceAccount.id);
    if (user === undefined) throw new Error("The seeds have no service account.");
    project.emulator.clock.advance(1000);
    user.revokedBefore = project.emulator.clock.now();
    const revoked = await token("graph");
    expect(revoked.code).toBe(3);
    expect(revoked.stderr).toMatch(/revoked.*AADSTS50173/su);
    const graph = await openGraph(project);
    const path = `/applications/${outputs.applicationObjectId}`;
    const { passwordCredentials } = await graph<{ passwordCredentials: { keyId: string }[] }>("GET", path);
    await graph("POST", `${path}/removePassword`, { keyId: passwordCredentials[0]?.keyId });
    const { code, stderr } = await token("graph");
    expect(code).toBe(4);
    expect(stderr).toMatch(/client secret is wrong.*AADSTS7000215/su);
    const signIns = () =>
      project.emulator.requests.entries().filter(({ path: at }) => at.includes("/authorize")).length;
    const before = signIns();
    await project.up("--refresh");
    expect(signIns()).toBeGreaterThan(before);
    const after = await project.outputs();
    expect(after).toMatchObject({ consent: { health: "ok" } });
    expect(after["clientSecretName"]).not.toBe(outputs.clientSecretName);
    expect((await token("graph")).stdout).toMatch(/^eyJ/u);
  });
});
