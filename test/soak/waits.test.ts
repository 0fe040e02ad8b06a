/**
 * The azuread plugin's own waits: 1 s five times for each created credential, 5 s five times for each deleted object. None of our
 * deadlines may end before.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stateDirectory } from "../../embedded-cloud/engine/engine-environment";
import { aboutStack } from "../e2e/support/command";
import { startDeployed } from "../e2e/support/deployed-once";
import { ended, killedAt, type Request } from "../e2e/support/kill";
import { madeIn } from "../e2e/support/made";
import { Project } from "../e2e/support/project";
import { applicationOf, daysAgo } from "../e2e/support/rotations";
import { fix } from "./support/repaired";

const seconds = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
};

test("from nothing to a rotated secret and back to nothing, as slow as the real plugin", async () => {
  await using project = await Project.start({ environment: { LOCAL_PROVIDERS_REAL_WAITS: "true" } });
  const made = await seconds(() => project.up());
  await project.configure({ credential: { label: "next", previous: { kind: "secret", label: "initial" } } });
  await project.up();
  await project.configure({ credential: { label: "next" } });
  const rotated = await seconds(() => project.up());
  expect([(await project.outputs()).consent, (await project.drift()).code]).toMatchObject([{ health: "ok" }, 0]);
  let destroyed = -1;
  const removed = await seconds(async () => {
    destroyed = (await project.pulumi("destroy", "--yes", "--skip-preview")).code;
  });
  // One credential is made; one is deleted; then membership, service principal and application are, one after the other.
  process.stdout.write(
    `made ${made.toFixed(0)} s, rotated ${rotated.toFixed(0)} s, destroyed ${removed.toFixed(0)} s\n`,
  );
  expect([destroyed, made > 4, rotated > 20, removed > 60 && removed <= 90]).toEqual([0, true, true, true]);
});

test("killed before its client secret was asked for: doctor --fix waits for the plugin's end, no longer, and up makes the only one", async () => {
  await using project = await Project.start({
    environment: { LOCAL_PROVIDERS_REAL_WAITS: "true" },
    plugins: "in processes",
    runsIn: "own folder",
  });
  const how = { victim: "cli", moment: "before the request" } as const;
  const isAsked = ({ path }: Request) => path.endsWith("/addPassword");
  const { at } = await killedAt(project, isAsked, how, "up", "--yes", "--skip-preview");
  expect(at).toBeDefined();
  await ended(project);
  const fixed = await seconds(async () => {
    expect(await fix(project)).toMatch(/Cleared \d+ operation/u);
  });
  process.stdout.write(`doctor --fix took ${fixed.toFixed(0)} s\n`);
  expect([fixed > 250, fixed < 320]).toEqual([true, true]);
  await project.up();
  expect(madeIn(project).secrets).toEqual(["initial"]);
});

describe("another run on the stack", () => {
  const locked = async (project: Project) => {
    const folder = join(stateDirectory(project.folder), ".pulumi/locks/organization/secure-application-model/dev");
    const file = join(folder, "another.json");
    await mkdir(folder, { recursive: true });
    const lock = { pid: 7, username: "runner", hostname: "elsewhere", timestamp: "2026-11-26T22:08:32Z" };
    await writeFile(file, JSON.stringify(lock));
    return async () => {
      await rm(file);
    };
  };

  test.each([
    ["up", []],
    ["rotate", ["--scheduled"]],
  ])("%s waits for its lock, and then does all of its work", async (command, options) => {
    await using project = await startDeployed();
    await project.configure({ credential: { rotateEvery: "30d", firstDay: daysAgo(10) } });
    const unlock = await locked(project);
    const [result] = await Promise.all([
      aboutStack(project, command, ...options),
      // By then it has met it, and waits.
      sleep(25_000).then(unlock),
    ]);
    expect([result.code, result.stderr, `${result.stdout}${result.stderr}`]).toEqual([
      0,
      expect.stringContaining("Waiting for another run on stack dev, which holds its lock or deploys it"),
      expect.stringContaining("created by runner@elsewhere (pid 7)"),
    ]);
    expect((await project.outputs()).credentials).toMatchObject([{ label: daysAgo(10) }, { label: "initial" }]);
  });

  test("drift, which no lock keeps out, looks again when the stack was deployed meanwhile, and reports nothing of the first look", async () => {
    await using project = await startDeployed();
    const application = await applicationOf(project);
    application.displayName = "Tampered";
    // The preview has read the state before, and compares for some seconds; the deployment puts the name back.
    project.emulator.faults.add({
      service: "microsoftGraph",
      method: "GET",
      path: "*/applications/*",
      delay: 8000,
      times: 3,
    });
    const [result] = await Promise.all([aboutStack(project, "drift"), sleep(12_000).then(() => project.up())]);
    expect([result.code, result.stdout, result.stderr]).toEqual([
      0,
      "Stack dev has not drifted.\n",
      expect.stringContaining("Waiting for another run on stack dev"),
    ]);
  });
});
