import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { processesWith } from "../../embedded-cloud/testing/processes";
import { finished, Project } from "./support/project";
import { testInSoak } from "./support/soak";
import { story } from "../support/story";

interface StackOutputs {
  consent: { health: string };
}

/** All processes that one run has started. */
const processesOf = ({ folder }: Project) => processesWith("PULUMI_HOME", folder);

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 100_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited 100 s in vain until ${what}.`);
    await sleep(50);
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

const isDynamicProvider = ({ command }: { command: string }) => command.includes("dynamic-provider");

describe("a run that is cut off", () => {
  const test = story();
  let project: Project;
  let port: number;
  const outputs = async () => (await project.outputs()) as unknown as StackOutputs;
  const authorizations = () =>
    project.emulator.requests.entries().filter(({ path }) => path.includes("/authorize")).length;

  beforeAll(async () => {
    project = await Project.start({ plugins: "in processes", runsIn: "own folder" });
    port = project.signInPort;
  });
  afterAll(() => project.close());

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
      text: expect.stringContaining("Interrupted; what was begun and not finished was given up.") as string,
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

  testInSoak(
    "SIGKILL of the command as the dynamic provider starts, which has loaded nothing of ours yet, leaves no process",
    async () => {
      const preview = project.spawn("preview");
      await until("the dynamic provider starts", () => processesOf(project).some(isDynamicProvider));
      preview.kill("SIGKILL");
      await until("no process is left", () => processesOf(project).length === 0);
    },
  );

  test("SIGKILL of the provider after the token was stored: the next up finishes without a browser", async () => {
    const { requests, faults } = project.emulator;
    const log = requests.add.bind(requests);
    let stored = false;
    requests.add = (entry) => {
      log(entry);
      if (stored || entry.method !== "PUT" || !entry.path.includes("/secrets/refresh-token")) return;
      // The request after the store (reading it back) is delayed: the kill happens between store and state.
      faults.add({ service: "keyVault", delay: 20_000, times: 0 });
      stored = true;
    };
    const up = project.spawn("up", "--yes", "--skip-preview");
    const result = finished(up);
    await until("the token is stored", () => stored);
    const providers = processesOf(project).filter(isDynamicProvider);
    for (const { pid } of providers) process.kill(pid, "SIGKILL");
    expect((await result).code).not.toBe(0);
    faults.clear();
    const before = authorizations();
    await project.up();
    expect({ health: (await outputs()).consent.health, signIns: authorizations() - before }).toEqual({
      health: "ok",
      signIns: 0,
    });
  });
});
