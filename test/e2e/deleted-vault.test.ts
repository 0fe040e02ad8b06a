/**
 * A vault that somebody deleted by hand: the next `up` recovers it, with its content and the declared rules. One that is changed then:
 * test/soak/second-looks.test.ts.
 */
import { readFile } from "node:fs/promises";
import { askResourceManager, vaultPath } from "../../embedded-cloud/testing/azure";
import { deployedOnce } from "./support/deployed-once";
import { Project } from "./support/project";
import { newestOf, openVault, versionsOf } from "./support/vault";

describe("a vault that was deleted by hand", () => {
  let project: Project;
  let before: Record<string, unknown>;

  const path = () => vaultPath(project.emulator, "partner-tokens", "partner-tokens");
  const vault = async () => {
    const { body } = await (await askResourceManager(project.emulator))("GET", path());
    return (body as { properties: { networkAcls: object } }).properties;
  };
  const signIns = () => project.emulator.requests.entries().filter(({ path: at }) => at.endsWith("/authorize"));
  const withRules = async (...ipRules: string[]) => {
    const { vault: described } = await devSettings();
    await project.configure({ vault: { ...described, networkRules: { ipRules } } });
  };
  const devSettings = async () => {
    const { config } = JSON.parse(await readFile(project.configFile, "utf8")) as { config: Record<string, object> };
    return { vault: config["secure-application-model:vault"] };
  };

  beforeAll(async () => {
    project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
    before = await project.outputs();
    await withRules("127.0.0.1");
    await (
      await askResourceManager(project.emulator)
    )("DELETE", path());
    project.emulator.requests.clear();
  });
  afterAll(() => project.close());

  test("comes back with its secrets, nobody has to sign in, and the rules are those declared", async () => {
    await project.up("--refresh");
    const after = await project.outputs();
    expect(after).toMatchObject({ vaultUri: before["vaultUri"], consent: { health: "ok" } });
    expect(signIns()).toEqual([]);
    const client = await openVault(project);
    const token = newestOf(await versionsOf(client, String(after["refreshTokenName"])));
    expect(token.tags["client-secret"]).toBe(after["clientSecretName"]);
    const [old, fresh] = await Promise.all(
      [before, after].map(async (outputs) => (await client.getSecret(String(outputs["clientSecretName"]))).value),
    );
    expect(fresh).toBe(old);
    expect((await vault()).networkAcls).toMatchObject({ defaultAction: "Deny", ipRules: [{ value: "127.0.0.1/32" }] });
  });
});
