import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOfEngine } from "../../tools/embedded-cloud/testing/processes";
import { isEnding, leftIn } from "../../lib/startup/engine-watch";

it("tells a process that is ending from one that runs, and from one that is gone", async () => {
  // The child ends once the shell has become a program that never asks for its end, so that it stays a zombie.
  const script = "(until grep -q sleep /proc/$$/comm; do :; done) & echo $!; exec sleep 100";
  const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [child] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = child.toString().trim();
    while (!isEnding(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([isEnding(String(parent.pid)), isEnding("0"), isEnding(undefined)]).toEqual([false, false, false]);
  } finally {
    parent.kill("SIGKILL");
  }
});

it("names what an engine that is gone has left in a folder, and nothing below one that runs or of another home", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "left-")));
  const started = (argv0: string, home = folder, program = "sleep", argv = ["100"]) =>
    spawn(program, argv, { argv0, cwd: folder, env: { ...process.env, PULUMI_HOME: home }, detached: true });
  const below = "(exec -a /x/pulumi-language-nodejs sleep 100) & wait";
  const all = [
    started("/x/pulumi-resource-azuread"),
    started("/x/dynamic-provider"),
    started("/x/pulumi-resource-azuread", tmpdir()),
    started("pulumi", folder, "bash", ["-c", below]),
  ];
  try {
    while (!processesOfEngine(folder).some(({ command }) => command.startsWith("/x/pulumi-language-nodejs")))
      await sleep(5);
    const [plugin, provider] = all.map(({ pid = 0 }) => pid);
    const left = leftIn([folder, join(folder, "gone")], folder);
    expect(left.sort((one, other) => one.pid - other.pid)).toEqual([
      { pid: plugin, name: "pulumi-resource-azuread", works: true },
      { pid: provider, name: "dynamic-provider", works: false },
    ]);
  } finally {
    for (const { pid = 0 } of all) process.kill(-pid, "SIGKILL");
  }
});

const refused = "14 UNAVAILABLE: resource monitor shut down while sending resource outputs";
const unreachable =
  '14 UNAVAILABLE: connection error: desc = "transport: Error while dialing dial tcp 127.0.0.1:1: connect: connection refused"';
const closed = "Channel has been shut down";

/** @param text of gRPC's error, whose details are what follows the code: the SDK writes its own message */
function endedBy(text: string, environment: object, listens: boolean) {
  const module = join(__dirname, "..", "..", "bin", "lib", "startup", "engine-watch.js");
  const [, details] = /^14 UNAVAILABLE: (.*)$/u.exec(text) ?? [];
  const error = details === undefined ? { message: text } : { message: "Resource monitor is terminating", details };
  const script = `${listens ? 'process.on("unhandledRejection", () => console.error("told"));' : ""}
require(${JSON.stringify(module)}).endProgramWithEngine(${JSON.stringify(environment)});
Promise.reject(Object.assign(new Error(), ${JSON.stringify(error)}));`;
  return spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
}

it.each([
  [refused, 32, ""],
  [unreachable, 32, ""],
  [`error serializing property "vaultUri": ${closed}`, 32, ""],
  ["14 UNAVAILABLE: failed to connect to all addresses", 0, "told\n"],
  ["14 UNAVAILABLE: invocation of a returned an error: error reading from server: EOF", 0, "told\n"],
  [`${closed} by a service`, 0, "told\n"],
])("what an engine refuses while it ends is not told: %s", (message, status, stderr) => {
  expect(endedBy(message, { PULUMI_NODEJS_ENGINE: "none" }, true)).toMatchObject({ status, stderr });
});

it("gRPC still says so of a channel that the SDK has closed, and the SDK has the exit code", () => {
  const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const channel = readFileSync(join(dirname(sdk.resolve("@grpc/grpc-js")), "internal-channel.js"), "utf8");
  expect(channel).toContain(`new Error('${closed}')`);
  expect(readFileSync(sdk.resolve("./cmd/run/index.js"), "utf8")).toMatch(/UserActionableMessage = 32;/u);
});

it("without an engine a rejection that nobody handles ends the process, as Node.js does", () => {
  const { status, stderr } = endedBy(refused, {}, false);
  expect([status, stderr]).toEqual([1, expect.stringContaining("resource monitor shut down")]);
});
