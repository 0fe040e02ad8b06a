/** A vault that exists, of an application that is named by its object id; test/e2e/existing-application.test.ts has another one. */
import { askResourceManager, vaultPath } from "../../embedded-cloud/testing/azure";
import { type ExistingObjects, makeVault, openExisting } from "../e2e/support/existing";
import { type Graph, openGraph } from "../e2e/support/graph";
import { Project } from "../e2e/support/project";
import { openVaultAt, versionsOf } from "../e2e/support/vault";

describe("a vault that exists", () => {
  let project: Project;
  let graph: Graph;
  let existing: ExistingObjects;
  let uri: string;

  const vault = () => openVaultAt(project, uri);
  const isThere = async () =>
    (await (await askResourceManager(project.emulator))("GET", vaultPath(project.emulator))).status;

  beforeAll(async () => {
    project = await Project.start();
    graph = await openGraph(project);
    existing = await openExisting(project, graph);
    uri = await makeVault(project);
    const principal = await graph<{ id: string }>("POST", "/servicePrincipals", { appId: existing.clientId });
    await graph("POST", `/groups/${project.emulator.seeds.groups.adminAgents.id}/members/$ref`, {
      "@odata.id": `${project.emulator.origins.microsoftGraph}/v1.0/directoryObjects/${principal.id}`,
    });
  });
  afterAll(() => project.close());

  async function destroyed(): Promise<void> {
    const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
    expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
  }

  test("holds a new secret of an application named by its object id, and outlives the stack", async () => {
    const before = await existing.dump();
    await project.configure({ displayName: undefined, existingApplication: existing.objectId, vault: { uri } });
    const text = await project.up();
    const { clientSecretName, vaultUri, consent } = await project.outputs();
    expect({ vaultUri, consent }).toMatchObject({ vaultUri: `${uri}/`, consent: { health: "ok" } });
    const secret = (await vault().getSecret(String(clientSecretName))).value ?? "";
    const state = await project.exported();
    const types = state.resources
      .map(({ type }) => type)
      .filter((type) => /keyvault|resources|authorization/u.test(type));
    expect({ types, told: [text, state.text].filter((one) => one.includes(secret)) }).toEqual({ types: [], told: [] });
    expect((await project.drift()).code).toBe(0);
    await destroyed();
    expect(await existing.dump()).toEqual(before);
    expect(await isThere()).toBe(200);
    const versions = await versionsOf(vault(), String(clientSecretName));
    expect(versions.map(({ enabled }) => enabled)).toEqual([false]);
  });

  test("holds the application's own secret already: no other is made, and it stays", async () => {
    const { secretText } = await graph<{ secretText: string }>(
      "POST",
      `/applications/${existing.objectId}/addPassword`,
      { passwordCredential: { displayName: "for the vault" } },
    );
    await vault().setSecret("portal-secret", secretText);
    const before = await existing.dump();
    const settings = { displayName: undefined, existingApplication: existing.clientId, vault: { uri } };
    await project.configure({ ...settings, credential: { vaultSecretName: "portal-secret" } });
    await project.up();
    expect((await project.drift()).code).toBe(0);
    const { clientSecretName, consent } = await project.outputs();
    expect({ clientSecretName, consent }).toMatchObject({
      clientSecretName: "portal-secret",
      consent: { health: "ok" },
    });
    const { application } = await existing.dump();
    expect(application).toMatchObject({
      passwordCredentials: (before["application"] as { passwordCredentials: object }).passwordCredentials,
    });
    await destroyed();
    expect(await existing.dump()).toEqual(before);
    expect((await vault().getSecret("portal-secret")).properties.enabled).toBe(true);
  });

  test("that turns out to be something else fails in preview, as does a secret that is not in it", async () => {
    const settings = { displayName: undefined, existingApplication: existing.clientId };
    await project.configure({ ...settings, vault: { uri: project.emulator.origins.partnerCenter } });
    const another = await project.pulumi("preview");
    await project.configure({ ...settings, vault: { uri }, credential: { vaultSecretName: "nowhere" } });
    const missing = await project.pulumi("preview");
    expect({ codes: [another.code, missing.code] }).toEqual({ codes: [1, 1] });
    expect(another.text).toMatch(/answers, but is no Key Vault.*az keyvault show/su);
    expect(missing.text).toMatch(/has no secret nowhere.*az keyvault secret set/su);
  });
});
