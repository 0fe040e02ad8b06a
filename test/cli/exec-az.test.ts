/** `exec --az`, built: az is signed in before the command, in its folder and with its variables, or the command is not begun. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { signInAz } from "../../cli/exec/az-login";
import { type CloudName, cloudOf } from "../../lib/config/clouds";
import { readLine } from "../support/az/arguments";
import { type Called, type Ended, type StandIn, standInFor } from "../support/stand-in/program";
import { finished } from "./support/built-command";
import { execForEach } from "./support/exec-stage";
import type { Stage } from "./support/stage";

let stage: Stage;
let folder: string;
const { customer, exec } = execForEach((fresh) => {
  ({ stage, folder } = fresh);
});

let az: StandIn;
let calls: Called[];
let signsIn: (called: Called) => Promise<Ended>;
beforeEach(async () => {
  [calls, signsIn] = [[], asking];
  az = await standInFor("az", (called) => {
    calls.push(called);
    const { command } = readLine(called.argv);
    return command === "login" ? signsIn(called) : Promise.resolve(fine);
  });
});
afterEach(() => az.close());

const fine = { code: 0, stdout: "az's own output\n", stderr: "az's own warning\n" };
/** As the real one does, in test/soak/exec-clients.test.ts. */
async function asking({
  environment: { IDENTITY_ENDPOINT: address, IDENTITY_HEADER: header },
}: Called): Promise<Ended> {
  const query = `resource=${stage.emulator.origins.resourceManager}&api-version=2019-08-01`;
  const { ok } = await fetch(`${address}?${query}`, { headers: { "x-identity-header": String(header) } });
  return { ...fine, code: ok ? 0 : 1 };
}

const lines = () => calls.map(({ argv }) => argv.join(" "));
const signIn = "login --identity --allow-no-subscriptions --output none";
const PATH = () => [az.folder, process.env["PATH"]].join(delimiter);
const begun = () => join(folder, "begun");
/** `exec --az` with a command that leaves a mark. @returns its end, and whether the command was begun */
const attempt = async (argv: string[], path = PATH()) => [
  await exec(["--az", ...argv, "--", "/usr/bin/touch", begun()], { PATH: path }),
  existsSync(begun()),
];
const failed = (code: number, stderr: RegExp) => [
  { code, stdout: "", stderr: expect.stringMatching(stderr) as string },
  false,
];

test("az is signed in before the command, with its variables and in its folder, and prints nothing", async () => {
  const { id, domain } = customer();
  await stage.run(["customers", "consent", domain]);
  const own = { PATH: PATH(), AZURE_CONFIG_DIR: folder, AZURE_CLIENT_ID: "a" };
  const { code, stdout, stderr } = await exec(["--az", "--tenant", domain, "--", "env", "-0"], own);
  const { resourceManager, authority, microsoftGraph, azureAdGraph } = stage.emulator.origins;
  const line = `token for ${resourceManager} in tenant ${id}`;
  expect([code, stderr]).toEqual([0, expect.stringMatching(new RegExp(`^\\S+Z ${line}\n$`, "u"))]);
  const register =
    `cloud register --name secure-app-model --endpoint-active-directory ${authority} ` +
    `--endpoint-active-directory-graph-resource-id ${azureAdGraph} ` +
    `--endpoint-active-directory-resource-id ${resourceManager} ` +
    `--endpoint-microsoft-graph-resource-id ${microsoftGraph} ` +
    `--endpoint-resource-manager ${resourceManager} --endpoint-management ${resourceManager}`;
  expect(lines()).toEqual([register, "cloud set --name secure-app-model", signIn]);
  const variables = stdout.split("\0").filter(Boolean).sort();
  for (const { environment } of calls) {
    const given = Object.entries(environment).map((one) => one.join("="));
    // The shell of the stand-in has added some.
    expect(given.filter((one) => !/^(?:PWD|SHLVL|_)=/u.test(one)).sort()).toEqual(variables);
  }
  expect(variables).not.toContain(`AZURE_CONFIG_DIR=${folder}`);
});

test.each<[CloudName, string[]]>([
  ["AzureCloud", [signIn]],
  ["AzureUSGovernment", ["cloud set --name AzureUSGovernment", signIn]],
  ["AzureChinaCloud", ["cloud set --name AzureChinaCloud", signIn]],
])("%s is selected by its name, unless az begins with it", async (name, expected) => {
  signsIn = () => Promise.resolve(fine);
  await signInAz(cloudOf(name), { PATH: PATH() });
  expect(lines()).toEqual(expected);
});

test("without az, or with one that is too old, the command is not begun", async () => {
  signsIn = ({ environment: { IDENTITY_HEADER: header } }) =>
    Promise.resolve({ code: 1, stdout: "", stderr: `ERROR: Failed to connect to MSI. ${header}\n` });
  const why = String.raw`--az signs az in first\.`;
  const missing = `There is no az on PATH\\. ${why}\n  Install the Azure CLI, 2\\.75 or later\\.`;
  expect(await attempt([], folder)).toEqual(failed(2, new RegExp(`^error: ${missing}\n$`, "u")));
  const said = String.raw`az ${signIn} failed: ERROR: Failed to connect to MSI\. \[secret\]`;
  const fix = "Versions before 2\\.75 cannot do this. To see the version, and update it: az version, then az upgrade";
  expect(await attempt([])).toEqual(failed(1, new RegExp(`^error: ${said} ${why}\n  ${fix}\n$`, "u")));
});

test.each<[string, string[], number, RegExp]>([
  ["without the customer's consent", ["--tenant", "contoso.example"], 3, /^error: A token for customer tenant /u],
  ["without Resource Manager", ["--resource", "graph"], 2, /^error: No token for \S+: --resource allows only others/u],
])("%s az is not called, and the error is that of a refused token", async (_, argv, code, stderr) => {
  expect([await attempt(argv), lines()]).toEqual([failed(code, stderr), []]);
});

test("Ctrl-C ends the sign-in, the command is not begun, and the folder is removed", async () => {
  const called = new Promise<Called>((resolve) => {
    signsIn = (one) => {
      resolve(one);
      return new Promise(() => undefined);
    };
  });
  const child = stage.spawn(["exec", "--az", "--", "/usr/bin/touch", begun()], { PATH: PATH() });
  const ended = finished(child);
  const { environment } = await called;
  child.kill("SIGINT");
  expect([await ended, existsSync(begun())]).toEqual(failed(130, /^error: Stopped\.\n/u));
  expect(existsSync(String(environment["AZURE_CONFIG_DIR"]))).toBe(false);
});
