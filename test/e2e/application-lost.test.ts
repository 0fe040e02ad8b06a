/** An application that somebody deleted, and a state that is lost: no other application is made, and all comes back. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { stateDirectory } from "../../tools/embedded-cloud/engine/engine-environment";
import { terminalOf } from "../fixes/support/robot";
import { fixesInWords, linesOf } from "../fixes/support/printed";
import { type as typedIn } from "../fixes/support/shell";
import { story } from "../support/story";
import { aboutStack, doctor, redeem, secureAppModel } from "./support/command";
import { deployedOnce, stackForAll, startDeployed } from "./support/deployed-once";
import { rewriteState } from "./support/deployed-stack";
import { makeVault, openExisting } from "./support/existing";
import { type Graph, openGraph } from "./support/graph";
import { type Project, projectName, type StackOutputs, thatIsThere } from "./support/project";
import { isSoak, testInSoak } from "./support/soak";
import { newestOf, openVault, tokenVersions } from "./support/vault";
import { secretsProvider } from "./support/state-key";

type Kind = "client secret" | "certificate" | "adopted application";
const kinds: Kind[] = isSoak ? ["client secret", "certificate", "adopted application"] : ["client secret"];

const deleted =
  /The application \S+ was deleted on \d{4}-\d\d-\d\d\. .*every customer would have to consent again\.\s+Restore it: nothing differs then, and nobody signs in: (?:npx --no )?secure-app-model doctor .*--fix/u;
const dropped = /the state no longer has it: a refresh took it out while it was deleted/u;
const lost =
  /is this stack's, and the state here has nothing of the stack dev\. The state may exist elsewhere: with a colleague, .*\s+1\. Log in where it is, and deploy there: pulumi login/u;

// Runs the fix "lib/application/lost.ts: Restore it: nothing differs then, and nobody signs in".
// Runs the fix "lib/application/lost.ts: Take it back into the state".
describe.each(kinds)("%s", (kind) => {
  let project: Project;
  let graph: Graph;
  let before: StackOutputs;
  let objectId: string;

  stackForAll(kind === "client secret" ? { deployed: true } : {}, async (started) => {
    project = started;
    graph = await openGraph(project);
    if (kind === "certificate") await project.configure({ credential: { kind } });
    if (kind === "adopted application") {
      const { clientId } = await openExisting(project, graph);
      const vault = { uri: await makeVault(project) };
      await project.configure({ displayName: undefined, existingApplication: clientId, vault });
    }
    if (kind !== "client secret") await project.up();
    before = await project.outputs();
    objectId = thatIsThere((await applications()).find(({ appId }) => appId === before.applicationId)).id;
    expect(await ofVault("customers", "consent", customer())).toBe(0);
    // From here on nobody is there to sign in.
    delete project.environment["BROWSER"];
  });

  const applications = async () =>
    (await graph<{ value: { id: string; appId: string }[] }>("GET", "/applications")).value;
  const customer = () => thatIsThere(project.seeds.customers[0]).id;
  const ofVault = async (...argv: string[]) =>
    (await secureAppModel(project, [...argv, "--vault", before.vaultUri, "--cloud", before.cloud])).code;
  const deleteIt = () => graph("DELETE", `/applications/${objectId}`);
  const restore = (id: string) => graph("POST", `/directory/deletedItems/${id}/restore`);
  const fix = async (...more: string[]) =>
    (await doctor(project, [...project.ofStack, "--fix", ...more])).of("application");
  const worksAsBefore = async () => {
    expect(await project.drift()).toMatchObject({ code: 0 });
    const tokens = [(await redeem(project)).code, await ofVault("token", "graph", "--tenant", customer())];
    expect([await project.outputs(), ...tokens]).toEqual([before, 0, 0]);
  };

  const test = story();

  test("once it is deleted every run stops before it makes another one, and all say the same", async () => {
    await deleteIt();
    const preview = await project.pulumi("preview");
    const drift = await aboutStack(project, "drift");
    const up = await aboutStack(project, "up");
    const engine = await project.pulumi("up", "--yes", "--skip-preview");
    const codes = [preview, drift, up, engine].map(({ code }) => code > 0);
    expect([codes, (await applications()).map(({ appId }) => appId)]).toEqual([
      [true, true, true, true],
      expect.not.arrayContaining([before.applicationId]),
    ]);
    for (const said of [preview.text, drift.stderr, up.stderr, engine.text]) expect(said).toMatch(deleted);
  });

  test("doctor --fix asks, then restores it: nothing differs, although the refresh of that run had taken it out of the state", async () => {
    expect(await fix()).toMatchObject({
      state: "failed",
      what: expect.stringContaining(
        "No terminal to confirm at, so this was not done: restore the application",
      ) as string,
    });
    expect(await fix("--yes")).toMatchObject({ state: "ok" });
    if (kind !== "adopted application")
      expect(await project.state()).toContainEqual(
        expect.objectContaining({
          type: "azuread:index/servicePrincipal:ServicePrincipal",
          dependencies: [expect.stringMatching(/:Application::partner$/u)],
        }),
      );
    await worksAsBefore();
  });

  testInSoak(
    "one that somebody restored by hand is taken back into the state",
    async () => {
      await deleteIt();
      expect((await project.pulumi("up", "--yes", "--skip-preview")).text).toMatch(deleted);
      await restore(objectId);
      await restore(before.servicePrincipalObjectId);
      if (kind !== "adopted application") expect((await project.pulumi("preview")).text).toMatch(dropped);
      expect(await fix()).toMatchObject({ state: "ok" });
      await worksAsBefore();
    },
    test,
  );

  testInSoak(
    "its service principal alone is restored, too",
    async () => {
      await graph("DELETE", `/servicePrincipals/${before.servicePrincipalObjectId}`);
      const { code, stderr } = await aboutStack(project, "up");
      const words = /The service principal of the application \S+ was deleted on .*Restore it/su;
      expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
      expect(await fix("--yes")).toMatchObject({ state: "ok" });
      await worksAsBefore();
    },
    test,
  );

  // Runs the fix "lib/application/lost.ts: Name it again".
  // Runs the fix "program/resolve/own.ts: Remove the setting, and describe the vault as before, with its other settings".
  if (kind === "adopted application")
    testInSoak(
      "left out of the settings it is not replaced by a new one: the printed line names it again",
      async () => {
        await project.pulumi("config", "rm", "secure-application-model:existingApplication");
        await project.set({ displayName: "Another" });
        await mendedAsPrinted("Name it again");
      },
      test,
    );
  if (kind === "certificate")
    testInSoak(
      "its own vault is not adopted, which would delete it",
      async () => {
        const described = await project.pulumi("config", "get", "secure-application-model:vault");
        await project.pulumi("config", "rm", "secure-application-model:vault");
        await project.set({ "vault.uri": before.vaultUri });
        const { resourceGroupName = "" } = JSON.parse(described.text) as Record<string, string>;
        await mendedAsPrinted("Remove the setting, and describe the vault as before, with its other settings", {
          "its resource group": resourceGroupName,
        });
      },
      test,
    );

  const mendedAsPrinted = async (fix: string, fill: Record<string, string> = {}) => {
    const { code, text } = await project.pulumi("preview");
    expect(code).not.toBe(0);
    const lines = fixesInWords(text, fix).flatMap((one) => linesOf(one, fill));
    expect(lines.length).toBeGreaterThan(0);
    await typedIn(await terminalOf(project), lines);
    await worksAsBefore();
  };

  if (kind !== "adopted application")
    test("without its state the stack is not deployed a second time, and what doctor prints takes back what is there", async () => {
      await rm(join(stateDirectory(project.folder), ".pulumi", "stacks", projectName), { recursive: true });
      const begun = await project.pulumi("stack", "init", "dev", "--secrets-provider", secretsProvider);
      const refused = [await project.pulumi("preview"), await project.pulumi("up", "--yes", "--skip-preview")];
      expect([begun.code, ...refused.map(({ code, text }) => code > 0 && lost.test(text))]).toEqual([0, true, true]);
      const [login, takeBack] = (await doctor(project)).of("application")?.fixes ?? [];
      expect(login?.commands.map(({ line }) => line)).toEqual(["pulumi login '<address>'"]);
      await typedIn(await terminalOf(project, { BROWSER: undefined }), linesOf(thatIsThere(takeBack), {}));
      expect((await project.outputs()).applicationId).toBe(before.applicationId);
      expect([
        (await project.drift()).code,
        (await redeem(project)).code,
        await ofVault("token", "graph", "--tenant", customer()),
      ]).toEqual([0, 0, 0]);
    });
});

testInSoak(
  "a renamed stack whose state is lost is found by the token in the vault of its settings, and taken back",
  async () => {
    await using project = await startDeployed();
    const { applicationId, applicationObjectId, refreshTokenName } = await project.outputs();
    delete project.environment["BROWSER"];
    // As before a rename: the identifier and the token are those of the former name.
    const former = "secure-application-model/former";
    const identifierUris: string[] = [];
    await (
      await openGraph(project)
    )("PATCH", `/applications/${applicationObjectId}`, { identifierUris });
    const [vault, newest] = [await openVault(project), newestOf(await tokenVersions(project))];
    await vault.updateSecretProperties(refreshTokenName, newest.version, { tags: { ...newest.tags, stack: former } });
    await rm(join(stateDirectory(project.folder), ".pulumi", "stacks", projectName), { recursive: true });
    await project.pulumi("stack", "init", "dev", "--secrets-provider", secretsProvider);
    expect((await project.pulumi("preview")).text).toContain(`belongs to stack ${former}`);
    const { what, fixes } = thatIsThere((await doctor(project)).of("preview"));
    expect(what).toMatch(
      /has the token of stack \S+former, and the state here has nothing of the stack dev\..*before it was renamed/u,
    );
    await typedIn(await terminalOf(project, { BROWSER: undefined }), linesOf(thatIsThere(fixes[1]), {}));
    expect([(await project.outputs()).applicationId, (await redeem(project)).code]).toEqual([applicationId, 0]);
    expect(newestOf(await tokenVersions(project)).tags["stack"]).toBe("secure-application-model/dev");
    expect(await project.drift()).toMatchObject({ code: 0 });
  },
);

testInSoak("after a destroy that was cut off late it is taken back with the components that it lies in", async () => {
  await using project = await startDeployed();
  const { applicationId, applicationObjectId } = await project.outputs();
  // As a kill between the application's deletion and the vault's leaves it.
  const stays =
    /^pulumi:pulumi:Stack$|^pulumi:providers:|:ResourceGroup$|keyvault|:SecureApplicationModel$|:TokenVault$/u;
  await rewriteState(project, ({ deployment, ...more }) => ({
    ...more,
    deployment: { ...deployment, resources: deployment.resources.filter(({ type }) => stays.test(type)) },
  }));
  await (
    await openGraph(project)
  )("DELETE", `/applications/${applicationObjectId}`);
  expect((await doctor(project, [...project.ofStack, "--fix", "--yes"])).of("application")).toMatchObject({
    state: "ok",
  });
  const { code, text } = await project.pulumi("preview");
  expect([code, text]).toEqual([0, expect.not.stringContaining("azuread:index:Application partner create")]);
  expect((await project.outputs()).applicationId).toBe(applicationId);
  // Entra removes a service principal with its application, and refuses to do so again.
  project.emulator.faults.add({
    service: "microsoftGraph",
    method: "DELETE",
    path: "/servicePrincipals/*",
    delay: 3000,
  });
  await project.destroy();
});

describe("one that cannot be restored", () => {
  let project: Project;
  stackForAll({ deployed: true }, (started) => (project = started));

  test("is replaced once a person has accepted that by a setting", async () => {
    const graph = await openGraph(project);
    const { applicationId, applicationObjectId: id } = await project.outputs();
    await graph("DELETE", `/applications/${id}`);
    await graph("DELETE", `/directory/deletedItems/${id}`);
    const setting = `pulumi config set secure-application-model:replaceApplication ${applicationId}`;
    const { code, text } = await project.pulumi("preview");
    expect([code > 0, text]).toEqual([true, expect.stringContaining(setting)]);
    expect((await doctor(project)).of("application")?.message).toContain(setting);
    await project.set({ replaceApplication: applicationId });
    expect(await project.pulumi("preview")).toMatchObject({ code: 0 });
    if (!isSoak) return;
    await project.up();
    const after = await project.outputs();
    expect([after.applicationId === applicationId, after.consent.health]).toEqual([false, "ok"]);
    expect(await project.drift()).toMatchObject({ code: 0 });
  });

  testInSoak(
    "a stack that was destroyed on purpose says how to have the former one back, and is deployed anew",
    async () => {
      await project.become(await deployedOnce("AzureCloud"));
      const { applicationId } = await project.outputs();
      await project.configure({ protect: false });
      await project.up();
      await project.destroy();
      const text = await project.up();
      expect(text).toContain(`The former one (client id ${applicationId}, deleted on `);
    },
  );
});
