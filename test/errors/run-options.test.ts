/** What the engine was told about stack, folder and configuration file stands in what its run prints. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownCommand, pulumi, removeSetting, setSetting } from "../../lib/errors/failure";
import { placeIn, placeOfEngine } from "../../lib/errors/run-options";
import { commandLine } from "../../lib/errors/text";
import { repository } from "../e2e/support/dev-configuration";
import { temporaryFolder } from "../support/temporary-folder";

const place = { "--stack": "other", "--cwd": "dir", "--config-file": "a.yaml" };

test.each([
  [["up", "-s", "other", "-C", "dir", "--config-file", "a.yaml"], place],
  [["--cwd=dir", "preview", "--stack=first", "--stack", "other", "--config-file=a.yaml"], place],
  [["up", "--yes"], {}],
])("options of the engine: %j", (argv, expected) => {
  expect(placeIn(argv)).toEqual(expected);
});

test("each command has the options that it takes, and none twice", () => {
  const typed = { own: "secure-app-model", byEngine: true, shell: "posix", run: { given: place } } as const;
  const commands = [
    pulumi("up", "--refresh"),
    pulumi("up", "--stack", "third"),
    removeSetting("owners"),
    setSetting("owners", "<stack>"),
    pulumi("cancel"),
    pulumi("state", "delete", "urn", "--force"),
    pulumi("stack", "ls"),
    ownCommand("consent", "--force"),
    ownCommand("consent", "--tenant", "t"),
    ownCommand("doctor"),
    ownCommand("doctor", "--stack", "<stack>"),
  ];
  expect(commands.map((one) => commandLine(one, typed))).toEqual([
    "pulumi up --refresh --stack other --cwd dir --config-file a.yaml",
    "pulumi up --stack third --cwd dir --config-file a.yaml",
    "pulumi config rm secure-application-model:owners --stack other --cwd dir --config-file a.yaml",
    "pulumi config set secure-application-model:owners '<stack>' --stack other --cwd dir --config-file a.yaml",
    "pulumi cancel --stack other --cwd dir",
    "pulumi state delete urn --force --stack other --cwd dir",
    "pulumi stack ls --cwd dir",
    "pulumi up --stack other --cwd dir --config-file a.yaml",
    "secure-app-model consent --tenant t",
    "secure-app-model doctor --stack other --cwd dir --config-file a.yaml",
    "secure-app-model doctor --stack other --cwd dir --config-file a.yaml",
  ]);
});

test("where no process tells, the program knows its stack", () => {
  expect(placeOfEngine({ PULUMI_NODEJS_STACK: "dev" }, 0)).toEqual({ "--stack": "dev" });
  expect(placeOfEngine({}, 0)).toEqual({});
});

describe("a process that the engine started", () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    const run = join(folder, "@pulumi", "pulumi", "cmd", "run");
    mkdirSync(run, { recursive: true });
    const text = JSON.stringify(join(repository, "bin", "lib", "errors", "text.js"));
    const up = `{ program: "pulumi", args: ["up"] }`;
    writeFileSync(join(run, "index.js"), `console.log(require(${text}).commandLine(${up}));`);
    // As the engine has a language host between them.
    const host = join(folder, "host.js");
    const child = JSON.stringify(join(run, "index.js"));
    writeFileSync(host, `require("node:child_process").spawnSync(process.execPath, [${child}], { stdio: "inherit" });`);
    const engine = `require("node:child_process").spawnSync(process.execPath, [${JSON.stringify(host)}], { stdio: "inherit" });`;
    writeFileSync(join(folder, "engine.js"), engine);
  });
  const printed = (...options: string[]) =>
    execFileSync(
      "bash",
      ["-c", 'exec -a pulumi "$@"', "bash", process.execPath, join(folder, "engine.js"), "up", ...options],
      { encoding: "utf8", env: { PATH: process.env["PATH"], PULUMI_NODEJS_STACK: "dev" } },
    ).trim();

  test("prints what can be pasted where the engine was typed", () => {
    expect(printed("-s", "other", "-C", "dir")).toBe("pulumi up --stack other --cwd dir");
    expect(printed()).toBe("pulumi up");
  });
});
