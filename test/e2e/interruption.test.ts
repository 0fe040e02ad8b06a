/** A run that is cut off. */
import { setTimeout as sleep } from "node:timers/promises";
import { story } from "../support/story";
import { stackForAll } from "./support/deployed-once";
import { isDynamicProvider, isListening, killedAt, processesOf, type Request } from "./support/kill";
import { finished, type Project } from "./support/project";
import { testInSoak } from "./support/soak";

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 100_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited 100 s in vain until ${what}.`);
    await sleep(50);
  }
}

let project: Project;
let port: number;

stackForAll({ plugins: "in processes", runsIn: "own folder" }, (started) => {
  project = started;
  port = project.signInPort;
});

const test = story();

// Of a stack that is not deployed: a refresh, which comes before the program, starts it where nothing of ours runs.
testInSoak(
  "SIGKILL of the command as the dynamic provider starts, which has loaded nothing of ours yet, leaves no process",
  async () => {
    const preview = project.spawn("preview");
    await until("the dynamic provider starts", () => processesOf(project).some(isDynamicProvider));
    preview.kill("SIGKILL");
    await until("no process is left", () => processesOf(project).length === 0);
  },
  test,
);

test("Ctrl-C while it waits for the sign-in: it ends at once, and leaves no process, no held port and no lock", async () => {
  const { BROWSER } = project.environment;
  project.environment["BROWSER"] = "/bin/true";
  const up = project.spawn("up", "--yes", "--skip-preview");
  const result = finished(up);
  await until("the listener is there", () => isListening(port));
  const before = performance.now();
  up.kill("SIGINT");
  const { code, text } = await result;
  const seconds = (performance.now() - before) / 1000;
  expect({ failed: code !== 0, text }).toEqual({
    failed: true,
    text: expect.stringContaining("Stopped.") as string,
  });
  // Nobody signs in, so that without it the run would go on for ten minutes.
  expect(seconds).toBeLessThan(60);
  await until("no process is left", () => processesOf(project).length === 0);
  expect(await isListening(port)).toBe(false);
  project.environment["BROWSER"] = BROWSER;
});

// The killed run continues where the one before was ended.
test("SIGKILL of the command while it waits for the sign-in leaves no process and no held port", async () => {
  const { BROWSER } = project.environment;
  project.environment["BROWSER"] = "/bin/true";
  const up = project.spawn("up", "--yes", "--skip-preview");
  await until("the listener is there", () => isListening(port));
  up.kill("SIGKILL");
  await until("the port is free", async () => !(await isListening(port)));
  await until("no process is left", () => processesOf(project).length === 0);
  project.environment["BROWSER"] = BROWSER;
  expect(await project.pulumi("up", "--yes", "--skip-preview")).toEqual({
    code: 1,
    text: expect.stringMatching(/currently locked.*pulumi cancel/su) as string,
  });
  expect((await project.pulumi("cancel", "--yes")).code).toBe(0);
});

test("SIGKILL of the provider after the token was stored: the next up finishes without a browser", async () => {
  const isStore = ({ method, path }: Request) => method === "PUT" && path.includes("/secrets/refresh-token");
  const { at, code } = await killedAt(project, isStore, "provider", "up", "--yes", "--skip-preview");
  expect([at === undefined, code === 0]).toEqual([false, false]);
  const before = project.signIns;
  await project.up();
  expect([(await project.outputs()).consent.health, project.signIns]).toEqual(["ok", before]);
});
