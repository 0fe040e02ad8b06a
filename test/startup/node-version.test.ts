/** The build of the program and of the command, on a Node.js that reports another version. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { nodeProblem } from "../../lib/startup/node-version";
import { builtCommand } from "../cli/support/built-command";
import { nodeOptionsAs } from "../../tools/embedded-cloud/testing/node-options";

const whatOf = (version: string) =>
  `Node.js 22.12.0 or later is needed, because older versions cannot load all packages, and ${process.execPath} is ${version}.`;
const install = "Install a later version: https://nodejs.org/en/download";
const problemOf = (version: string) => `${whatOf(version)}\n  ${install}`;
const older = { NODE_OPTIONS: nodeOptionsAs("20.20.2") };

test.each([
  ["20.20.2", { what: whatOf("20.20.2"), fixes: [{ text: install, byPerson: true }] }],
  ["22.11.0", { what: whatOf("22.11.0"), fixes: [{ text: install, byPerson: true }] }],
  ["22.12.0", undefined],
  ["24.4.1", undefined],
])("on %s: %j", (version, problem) => {
  expect(nodeProblem(version)).toEqual(problem);
});

test("the program reports it before it loads modules that an older Node.js cannot", () => {
  const index = join(__dirname, "..", "..", "bin", "index.js");
  const script = `
    try { require(${JSON.stringify(index)}); } catch (error) { console.log(JSON.stringify([error.message, error.__pulumiRunError])); }
    console.log(Object.keys(require.cache).some((path) => path.endsWith("naming.js")));`;
  const said = execFileSync(process.execPath, ["-e", script], { encoding: "utf8", env: { ...process.env, ...older } });
  // The engine prints only the text of an error with Pulumi's mark.
  expect(said.trim().split("\n")).toEqual([JSON.stringify([problemOf("20.20.2"), true]), "false"]);
});

test("every command says so, and does nothing else: exit code 2, as JSON where that was asked for", async () => {
  expect(await builtCommand(["token", "arm"], "", older)).toEqual({
    code: 2,
    stdout: "",
    stderr: `error: ${problemOf("20.20.2")}\n`,
  });
  const { code, stdout } = await builtCommand(["token", "arm", "--json"], "", older);
  expect([code, JSON.parse(stdout)]).toEqual([
    2,
    {
      error: {
        code: "usage",
        what: whatOf("20.20.2"),
        why: null,
        fixes: [{ text: install, commands: [], byPerson: true }],
        message: `${whatOf("20.20.2")} ${install}`,
        exitCode: 2,
      },
    },
  ]);
});

test("doctor reports it among its other findings", async () => {
  const { stdout } = await builtCommand(["doctor"], "", older);
  expect(stdout).toContain("✗ Node.js: 20.20.2; 22.12.0 or later is needed\n");
  expect(stdout).toContain("Cloud: Cloud or vault is missing.");
});
