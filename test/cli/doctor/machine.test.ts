import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { askAuthority, clockAhead } from "../../../cli/doctor/authority";
import { cloudCheck, stackCheck } from "../../../cli/doctor/checks/target";
import { clouds } from "../../../lib/config/clouds";
import { httpClient } from "../../../lib/http/client";
import { useClock } from "../../../lib/startup/clock";
import { withShortPauses } from "../../support/pauses";
import { temporaryFolder } from "../../support/temporary-folder";
import type { Facts } from "../../../cli/doctor/facts";
import {
  clockCheck,
  fitEngines,
  judgeEngine,
  judgeNode,
  otherUsers,
  usersHere,
} from "../../../cli/doctor/checks/machine";
import { oldestNode } from "../../../lib/startup/node-version";
import { engineVersions } from "../../../tools/embedded-cloud/engine/versions";
import { known, told } from "../support/told";

test("what is accepted is what the package and the embedded cloud's engine say", () => {
  const manifest = readFileSync(join(__dirname, "..", "..", "..", "package.json"), "utf8");
  const { engines } = JSON.parse(manifest) as { engines: { node: string } };
  expect(`>=${oldestNode}`.replace(/\.0$/u, "")).toBe(engines.node);
  expect(fitEngines).toEqual({ oldest: engineVersions.oldestFit, firstUnfit: engineVersions.firstUnfit });
});

test.each([
  ["22.12.0", "ok"],
  ["24.1.0", "ok"],
  ["22.11.9", "failed"],
  ["20.19.5", "failed"],
])("Node.js %s is %s; one that is too old is named, with where there is another", (version, state) => {
  const refused = {
    state: "failed",
    what: `${version}; 22.12.0 or later is needed`,
    fix: "Install a later version: https://nodejs.org/en/download",
    exitCode: 2,
  };
  expect(told(judgeNode(version))).toEqual(state === "ok" ? { state, what: version } : refused);
});

test("others' processes beside an engine are a warning, with whose they are; this user's, root's and the system's are none", () => {
  expect(usersHere()).toContain(process.getuid?.());
  expect(otherUsers([0, 33, 1000, 1001, 1001, undefined, 65534], 1000)).toEqual([1001, 65534]);
  expect(told(judgeEngine("3.270.0", [1001]))).toEqual({
    state: "warning",
    what: "3.270.0; processes of others run on this machine (user ids 1001), and while an engine runs each of them can act as you",
    fix: expect.stringMatching(/^Deploy, preview and look for drift where nobody else's processes run/u) as string,
  });
});

test.each([
  ["3.250.0", "ok", "3.250.0"],
  ["3.274.1", "ok", "3.274.1"],
  ["3.275.0-alpha.1", "ok", "3.275.0-alpha.1"],
  ["3.249.9", "failed", "3.249.9, and one from 3.250.0, before 4.0.0 is needed"],
  ["4.0.0", "failed", "4.0.0, and one from 3.250.0, before 4.0.0 is needed"],
])("Pulumi %s is %s", (version, state, what) => {
  const refused = { fix: "Install a suitable version: https://www.pulumi.com/docs/install/", exitCode: 2 };
  expect(told(judgeEngine(version))).toEqual({ state, what, ...(state === "failed" && refused) });
});

test.each([
  ["Wed, 25 Nov 2026 10:00:00 GMT", "2026-11-25T10:00:00.500Z", 0],
  ["Wed, 25 Nov 2026 10:00:00 GMT", "2026-11-25T10:01:00.500Z", 60_000],
  ["Wed, 25 Nov 2026 10:00:00 GMT", "2026-11-25T09:59:30.500Z", -30_000],
  ["no date", "2026-11-25T10:00:00Z", undefined],
  [undefined, "2026-11-25T10:00:00Z", undefined],
])("with the header %s, a machine at %s is ahead by %s ms", (date, here, ahead) => {
  const now = Date.parse(here);
  expect(clockAhead(date, now - 100, now + 100)).toBe(ahead);
});

test("one answer of the authority that fails hides nothing, and its time is no difference of clocks", async () => {
  let clock = Date.parse("2026-11-25T10:00:00.500Z");
  const restoreClock = useClock(() => clock);
  const statuses = [502, 200];
  const answer = jest.spyOn(httpClient, "sendRequest").mockImplementation((request) => {
    const headers = createHttpHeaders({ Date: new Date(clock).toUTCString() });
    const status = statuses.shift() ?? 500;
    if (status === 502) clock += 60_000;
    return Promise.resolve({ request, status, headers });
  });
  try {
    expect(await withShortPauses(() => askAuthority(clouds.AzureCloud))).toBe(0);
    expect(statuses).toEqual([]);
  } finally {
    answer.mockRestore();
    restoreClock();
  }
});

test.each([
  ["a stack without endpoints", { stack: "dev" }, ["SECURE_APP_MODEL_ENDPOINTS is set here"]],
  ["no stack", {}, []],
])("the authority does not answer, the environment has endpoints, and there is %s", async (_, options, fixes) => {
  const clockAhead = () => Promise.reject(new Error("no answer"));
  const environment = { SECURE_APP_MODEL_ENDPOINTS: "{}" };
  const cloud = () => Promise.resolve(clouds.AzureCloud);
  const finding = await cloudCheck.look({ options, environment, cloud, clockAhead } as unknown as Facts);
  expect((finding.fixes ?? []).map(({ text }) => text.split(", ")[0])).toEqual(fixes);
});

test.each<[number | undefined, string, string]>([
  [0, "ok", "as the authority's"],
  [-9_900, "ok", "as the authority's"],
  [11_000, "warning", "11 seconds ahead of the authority"],
  [-300_000, "warning", "300 seconds behind the authority"],
  [301_000, "failed", "301 seconds ahead of the authority: tokens count as expired, or as not valid yet"],
  [undefined, "failed", "could not tell: the authority's answer had no time"],
])("a clock that is off by %s ms: %s", async (clockAhead, state, found) => {
  expect(told(await clockCheck.look(known({ clockAhead })))).toMatchObject({ state, what: found });
});

describe("a stack whose secrets need a passphrase that is not set", () => {
  const cwd = temporaryFolder();
  const look = async (environment: NodeJS.ProcessEnv) => {
    writeFileSync(join(cwd, "Pulumi.dev.yaml"), "encryptionsalt: v1:x\nconfig: {}\n");
    const engine = { cwd, environment };
    const options = { stack: "org/p/dev", cwd };
    const facts = Object.assign(known({ bootstrap: undefined, stack: undefined }), { engine, options });
    return told(await stackCheck.look(facts));
  };

  test("is told as the preview tells it", async () => {
    expect(await look({})).toEqual({
      state: "failed",
      what: "The stack's secrets need a passphrase: neither PULUMI_CONFIG_PASSPHRASE nor PULUMI_CONFIG_PASSPHRASE_FILE is set.",
      why: undefined,
      problems: undefined,
      fix: "Set the passphrase the stack was made with: PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE.",
      exitCode: 2,
    });
  });

  test("is told after the project's packages, without which the engine does nothing", async () => {
    const manifest = join(cwd, "package.json");
    writeFileSync(join(cwd, "Pulumi.yaml"), "name: p\nruntime: nodejs\n");
    writeFileSync(manifest, JSON.stringify({ dependencies: { "@pulumi/pulumi": "3", here: "1" } }));
    mkdirSync(join(cwd, "node_modules", "here"), { recursive: true });
    expect(await look({})).toMatchObject({
      state: "failed",
      what: `The project's packages are not installed: ${manifest} names @pulumi/pulumi.`,
      fix: expect.stringMatching(/^Install them .*npm install --ignore-scripts$/u) as string,
      exitCode: 2,
    });
    mkdirSync(join(cwd, "node_modules", "@pulumi", "pulumi"), { recursive: true });
    expect(await look({})).toMatchObject({ what: expect.stringMatching(/^The stack's secrets need/u) as string });
  });

  test.each(["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])("with %s is looked at", async (name) => {
    await expect(look({ [name]: "" })).rejects.toThrow("There is no stack");
  });
});
