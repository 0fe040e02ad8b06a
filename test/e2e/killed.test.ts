/** A run that is killed while it creates something, and a `destroy` that ends early; test/soak/killed-runs.test.ts kills at each request of a first `up`. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { stateDirectory } from "../../tools/embedded-cloud/engine/engine-environment";
import { linesOf } from "../fixes/support/printed";
import { type as typedIn } from "../fixes/support/shell";
import { terminalOf } from "../fixes/support/robot";
import { finished, startCommand } from "../cli/support/built-command";
import { story } from "../support/story";
import { doctor, secureAppModel } from "./support/command";
import { deployedOnce, stackForAll } from "./support/deployed-once";
import { leaveOperation, stackFile } from "./support/deployed-stack";
import { devVault } from "./support/dev-configuration";
import { ended } from "./support/kill";
import { madeIn } from "./support/made";
import { type Project, projectName, repository, thatIsThere } from "./support/project";

let project: Project;
// Elsewhere a doctor of another test would find what the killed run leaves.
stackForAll({ plugins: "in processes", runsIn: "own folder" }, (started) => (project = started));

const ofStack = () => ["--stack", "dev", "--cwd", project.folder];
const look = (...argv: string[]) => doctor(project, [...ofStack(), ...argv]);

/** The engine writes a state's checksum in place: a state with half of one is repaired below. */
async function killBetweenWrites(run: ChildProcess): Promise<void> {
  for (;;) {
    run.kill("SIGSTOP");
    if ((await readFile(`${stackFile(project)}.attrs`, "utf8")).trimEnd().endsWith("}")) break;
    run.kill("SIGCONT");
    await sleep(50);
  }
  run.kill("SIGKILL");
  await once(run, "close");
}

const test = story();

// Runs the fix "cli/doctor/checks/interrupted.ts: Repair it, then deploy again".
test("killed while the client secret is made: doctor --fix waits for the plugin, which goes on, and with up ends with one of each", async () => {
  const { faults } = project.emulator;
  const strike = faults.strike.bind(faults);
  const [asked, goOn] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
  faults.strike = async (struck) => {
    if (struck.request.url.endsWith("/addPassword")) {
      asked.resolve(null);
      await goOn.promise;
    }
    return await strike(struck);
  };
  const run = project.spawn("up", "--yes", "--skip-preview");
  await asked.promise;
  await killBetweenWrites(run);
  await ended(project);
  expect(madeIn(project).secrets).toEqual([]);

  const killed = await look();
  expect(killed.of("stack")).toMatchObject({ state: "ok" });
  expect(killed.of("interrupted")).toMatchObject({
    state: "failed",
    what: expect.stringMatching(
      /; still there, and may finish what it began: (?:.* and )?process \d+ \(pulumi-resource-azuread\)/u,
    ) as string,
    message: expect.stringContaining(
      ` Repair it, then deploy again: secure-app-model doctor --fix --stack dev --cwd ${project.folder}, then pulumi up --stack dev --cwd ${project.folder}`,
    ) as string,
  });

  expect((await project.pulumi("cancel", "--yes")).code).toBe(0);
  const asking = startCommand(["doctor", "--json", "--fix", ...ofStack()], project.environment);
  asking.stdin?.end();
  const waits = /^Waiting for (?:.* and )?process \d+ \(pulumi-resource-azuread\).*, for at most 5 minutes …$/mu;
  let said = "";
  asking.stderr?.on("data", (piece: Buffer) => {
    said += piece.toString();
    if (waits.test(said)) goOn.resolve(null);
  });
  const unasked = await finished(asking);
  expect(unasked.stderr).toMatch(waits);
  // A person is asked.
  expect(unasked.stdout).toMatch(
    /No terminal to confirm at, so this was not done: remove what no state of this stack has: .*partner-c1.* of .*, from the application .*Partner Center Web App.* \(client id /u,
  );
  expect(madeIn(project).secrets).toEqual(["partner-c1"]);
  const { of, stderr } = await look("--fix", "--yes");
  expect(of("interrupted")?.state).toBe("ok");
  expect(stderr).toMatch(/^Removed: creation of ApplicationPassword partner-c1, "partner-c1" of .* \(key id /mu);

  await project.up();
  expect(madeIn(project)).toEqual({
    applications: ["Partner Center Web App"],
    secrets: ["partner-c1"],
    principals: 1,
    groups: ["partner-tokens"],
  });
  expect((await project.outputs()).consent).toMatchObject({ health: "ok" });
});

test("a lock on the vault ends destroy early; once it is gone, what doctor prints puts everything back under the same client id", async () => {
  const before = madeIn(project);
  const { applicationId } = await project.outputs();
  const { id } = thatIsThere(project.subscription.vaults.get(devVault.name)).resource;
  project.subscription.conditions = { locked: [id] };
  const refused = await project.pulumi("destroy", "--yes", "--skip-preview");
  expect([refused.code, refused.text]).toEqual([1, expect.stringContaining('Code="ScopeLocked"')]);
  delete project.subscription.conditions;
  const { of } = await look();
  expect([of("interrupted")?.state, of("consent")?.message]).toEqual([
    "ok",
    expect.stringContaining("Grant it: pulumi up "),
  ]);
  await project.up();
  expect([madeIn(project), (await project.outputs()).applicationId]).toEqual([before, applicationId]);
  expect((await project.drift()).code).toBe(0);
});

describe("the files of the state", () => {
  test.given(async () => {
    await project.become(await deployedOnce("AzureCloud"));
  });

  /** Runs what doctor prints for a state that the engine cannot read. */
  const repaired = async (nth: number) => {
    const { code, of } = await look();
    expect([code, of("stack")?.what]).toEqual([2, expect.stringContaining("failed to load checkpoint")]);
    const fix = thatIsThere(of("stack")?.fixes[nth]);
    const fill = { folder: stateDirectory(project.folder), project: projectName };
    await typedIn(await terminalOf(project), linesOf(fix, fill));
    expect((await look()).of("stack")?.state).toBe("ok");
  };

  test("a checksum that was cut off is taken away as printed, and the stack is there again", async () => {
    await writeFile(`${stackFile(project)}.attrs`, "");
    await repaired(0);
  });

  test("processes that do nothing any more are named, and ended", async () => {
    const environment = { ...project.environment, PATH: process.env["PATH"] };
    // As the engine starts one, in the program's folder.
    const idle = spawn("sleep", ["100"], {
      argv0: "/x/dynamic-provider",
      cwd: join(repository, "bin"),
      env: environment,
    });
    const closed = once(idle, "close");
    const { of, stderr } = await look("--fix");
    expect([of("interrupted")?.state, stderr]).toEqual([
      "ok",
      expect.stringContaining(`Ended process ${idle.pid ?? 0} (dynamic-provider).`),
    ]);
    expect(await closed).toEqual([null, "SIGKILL"]);
  });

  test("an operation that somebody wrote into the state: another application's client secret stays, with whom it is of", async () => {
    const { application, clientId } = registerApplication(project.emulator);
    const type = "azuread:index/applicationPassword:ApplicationPassword";
    const inputs = { applicationId: `/applications/${application.id}`, displayName: "initial" };
    const provider = "urn:pulumi:dev::p::pulumi:providers:azuread::azuread::x";
    await leaveOperation(project, () => ({
      type: "creating",
      resource: { urn: `urn:pulumi:dev::p::${type}::x`, type, custom: true, inputs, provider },
    }));
    expect((await look()).of("interrupted")?.message).toMatch(
      new RegExp(
        `and the application "Partner Center Web App" \\(client id ${clientId}\\) has no identifier URI of this stack\\s[^]* az ad app credential delete --id ${clientId} [^]*Repair it, then deploy again: `,
        "u",
      ),
    );
    const fixed = await look("--fix", "--yes");
    expect([fixed.of("interrupted")?.state, fixed.stderr]).toEqual([
      "ok",
      expect.stringMatching(/^Cleared 1 operation/mu),
    ]);
    expect(application.passwordCredentials).toHaveLength(1);
  });

  test("a lock that was being written is taken away: for the engine it is one under its temporary name, too", async () => {
    const locks = join(stateDirectory(project.folder), ".pulumi/locks/organization/secure-application-model/dev");
    await mkdir(locks, { recursive: true });
    const lock = { pid: 1, username: "root", hostname: hostname(), timestamp: "2026-11-26T22:08:32Z" };
    await writeFile(join(locks, "90cafab5.json.18ebb7c01806c855.tmp"), JSON.stringify(lock));
    const refused = await project.pulumi("refresh", "--yes", "--skip-preview");
    expect([refused.code, refused.text]).toEqual([1, expect.stringContaining("currently locked by 1 lock")]);
    expect((await project.pulumi("cancel", "--yes")).code).toBe(0);
    expect(await readdir(locks)).toEqual([]);
  });

  test("a state that was cut off is put back as it was before, by the command that is printed", async () => {
    const whole = await readFile(stackFile(project), "utf8");
    await writeFile(`${stackFile(project)}.bak`, whole);
    await writeFile(stackFile(project), whole.slice(0, 5000));
    await repaired(1);
    expect(await readFile(stackFile(project), "utf8")).toBe(whole);
  });

  test("a state and its backup that are both cut off: a backup of elsewhere is restored", async () => {
    const [whole, exported] = [await readFile(stackFile(project), "utf8"), join(project.folder, "backup.json")];
    expect((await project.pulumi("stack", "export", "--file", exported)).code).toBe(0);
    for (const file of [stackFile(project), `${stackFile(project)}.bak`]) await writeFile(file, whole.slice(0, 5000));
    const { of } = await look();
    expect(of("stack")?.fixes[2]?.commands[0]?.line).toMatch(/^pulumi stack import --file '<backup>' /u);
    expect((await project.pulumi("stack", "import", "--file", exported)).code).toBe(0);
    expect((await look()).of("stack")?.state).toBe("ok");
  });

  test.each(
    ["Pulumi.yaml", "Pulumi.dev.yaml"],
    (name) => `a ${name} that is cut in half is told as that, with the way back`,
    async (name) => {
      const file = join(project.folder, name);
      const whole = await readFile(file, "utf8");
      await writeFile(file, whole.slice(0, name === "Pulumi.yaml" ? whole.indexOf("runtime") + 3 : whole.length / 2));
      try {
        const { results } = await look();
        const way = expect.stringContaining("restore it from git, or from a backup") as string;
        const first = results.find(({ state }) => state === "failed");
        expect([first?.name, first?.state, first?.message]).toEqual(["stack", "failed", way]);
        const { code, stderr } = await secureAppModel(project, ["drift", ...ofStack()]);
        expect([code, stderr]).toEqual([2, way]);
      } finally {
        await writeFile(file, whole);
      }
    },
  );
});
