/**
 * The azuread plugin's own waits: 1 s five times for each created credential, 5 s five times for each deleted object. None of our
 * deadlines may end before.
 */
import { aboutStack } from "../e2e/support/command";
import { ended, killedAt, type Request } from "../e2e/support/kill";
import { madeIn } from "../e2e/support/made";
import { Project } from "../e2e/support/project";
import { fix } from "./support/repaired";

const seconds = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
};

test("from nothing to a rotated secret and back to nothing, as slow as the real plugin", async () => {
  await using project = await Project.start({ environment: { LOCAL_PROVIDERS_REAL_WAITS: "true" } });
  const made = await seconds(() => project.up());
  const rotate = async (...argv: string[]) => {
    expect((await aboutStack(project, "rotate", "--yes", ...argv)).code).toBe(0);
  };
  await rotate();
  const rotated = await seconds(() => rotate("--finish"));
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
  expect(madeIn(project).secrets).toEqual(["partner-c1"]);
});
