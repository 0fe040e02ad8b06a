/** How this process was started; what the engine was told about stack, folder and configuration file is in what its run prints. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownCommand, pulumi, removeSetting, setSetting, setSettings } from "../../lib/errors/failure";
import type { Invocation } from "../../lib/errors/invocation";
import { commandLine } from "../../lib/errors/text";
import {
  hasSettings,
  inEngine,
  invocationOf,
  placeIn,
  placeOfEngine,
  projectFolder,
} from "../../lib/startup/invocation";
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

test("the engine's user types pulumi up where the command alone would consent; each command has the options that it takes, and none twice", () => {
  const how = { own: "npx --no secure-app-model", shell: "posix" } as const;
  const commands = [
    pulumi("up", "--refresh"),
    pulumi("up", "--stack", "third"),
    removeSetting("owners"),
    setSetting("owners", "<stack>"),
    pulumi("cancel"),
    pulumi("state", "delete", "urn", "--force"),
    pulumi("stack", "ls"),
    ownCommand("consent"),
    ownCommand("consent", "--force"),
    ownCommand("consent", "--tenant", "t"),
    ownCommand("doctor"),
    ownCommand("doctor", "--stack", "<stack>"),
  ];
  expect(
    commands.map((one) => commandLine(one, { ...how, complete: (command) => inEngine(command, place, () => true) })),
  ).toEqual([
    "pulumi up --refresh --stack other --cwd dir --config-file a.yaml",
    "pulumi up --stack third --cwd dir --config-file a.yaml",
    "pulumi config rm secure-application-model:owners --stack other --cwd dir --config-file a.yaml",
    "pulumi config set secure-application-model:owners '<stack>' --stack other --cwd dir --config-file a.yaml",
    "pulumi cancel --stack other --cwd dir",
    "pulumi state delete urn --force --stack other --cwd dir",
    "pulumi stack ls --cwd dir",
    "pulumi up --stack other --cwd dir --config-file a.yaml",
    "pulumi up --stack other --cwd dir --config-file a.yaml",
    "npx --no secure-app-model consent --tenant t",
    "npx --no secure-app-model doctor --stack other --cwd dir --config-file a.yaml",
    "npx --no secure-app-model doctor --stack other --cwd dir --config-file a.yaml",
  ]);
});

test("in a project without settings, a program of one's own, a change of them names the argument", () => {
  const how = { own: "npx --no secure-app-model", shell: "posix" } as const;
  const commands = [
    setSetting("consent.account", "svc@partner.example"),
    setSetting("vault.networkRules.ipRules[0]", "<address>"),
    setSetting("protect", "false"),
    setSettings({ "vault.name": "tokens", "vault.location": "a=b" }),
    removeSetting("consent.takeOverFrom"),
    pulumi("config", "rm", "azuread:tenantid"),
    pulumi("config", "get", "secure-application-model:cloud"),
    pulumi("up"),
  ];
  expect(
    commands.map((one) =>
      commandLine(one, { ...how, complete: (command) => inEngine(command, { "--stack": "other" }, () => false) }),
    ),
  ).toEqual([
    "consent.account = svc@partner.example",
    "vault.networkRules.ipRules[0] = '<address>'",
    "protect = false",
    "vault.name = tokens and vault.location = a=b",
    "consent.takeOverFrom = undefined",
    "pulumi config rm azuread:tenantid --stack other",
    "pulumi config get secure-application-model:cloud --stack other",
    "pulumi up --stack other",
  ]);
});

describe("a project's settings", () => {
  const folder = temporaryFolder();
  const settings = "config:\n  secure-application-model:cloud: AzureCloud\n";
  test.each<[files: Record<string, string>, expected: boolean]>([
    [{ "Pulumi.yaml": "name: secure-application-model\n", "Pulumi.dev.yaml": "config:\n  own:size: 3\n" }, false],
    [{ "Pulumi.yaml": "name: own\n", "Pulumi.dev.yaml": settings }, true],
    [{ "Pulumi.yaml": `name: own\n${settings}` }, true],
    // Known nowhere: the engine's own command does no harm.
    [{}, true],
  ])("%j: %s", (files, expected) => {
    const root = mkdtempSync(join(folder, "project-"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    const below = join(root, "bin");
    mkdirSync(below);
    expect(hasSettings("Pulumi.yaml" in files ? projectFolder(below) : root)).toBe(expected);
  });
});

test("where no process tells, the program knows its stack", () => {
  expect(placeOfEngine({ PULUMI_NODEJS_STACK: "dev" }, [])).toEqual({ "--stack": "dev" });
  expect(placeOfEngine({}, [])).toEqual({});
});

describe("a process that the engine started", () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    const run = join(folder, "@pulumi", "pulumi", "cmd", "run");
    mkdirSync(run, { recursive: true });
    const [text, here] = ["errors/text.js", "startup/print-here.js"].map((file) =>
      JSON.stringify(join(repository, "bin", "lib", file)),
    );
    const up = `{ program: "pulumi", args: ["up"] }`;
    writeFileSync(join(run, "index.js"), `require(${here}); console.log(require(${text}).commandLine(${up}));`);
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

describe("how this process was started", () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    writeFileSync(join(folder, "secure-app-model"), "");
    writeFileSync(join(folder, "secure-app-model.cmd"), "");
  });
  const bin = "/project/node_modules/.bin";

  const npx = { own: "npx --no secure-app-model" } as const;

  test.each<[string, NodeJS.ProcessEnv, string, Partial<Invocation>]>([
    ["installed", { PATH: `/usr/bin:${folder}` }, `${folder}/secure-app-model`, { own: "secure-app-model" }],
    ["through npx", { PATH: `${bin}:/usr/bin`, npm_command: "exec" }, `${bin}/secure-app-model`, npx],
    ["by its path", { PATH: "/usr/bin" }, `${bin}/secure-app-model`, npx],
    ["from a clone", { PATH: "/usr/bin" }, "/clone/bin/cli/main.js", npx],
    [
      "as a dynamic provider",
      { PATH: folder },
      "/p/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js",
      { ...npx, about: "stack" },
    ],
  ])("%s", (_, env, file, expected) => {
    expect(invocationOf({ env, argv: ["node", file, "127.0.0.1:1"], platform: "linux" })).toMatchObject(expected);
  });

  const modulesOf = (folder: string) => ({
    USERPROFILE: "C:\\Users\\ada",
    PSModulePath: `${folder}\\WindowsPowerShell\\Modules;C:\\Program Files\\WindowsPowerShell\\Modules`,
  });
  test.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, Invocation["shell"]]>([
    ["PowerShell on Linux", { PATH: "", POWERSHELL_DISTRIBUTION_CHANNEL: "MSI" }, "linux", "pwsh"],
    ["a shell of Linux", { PATH: "", SHELL: "/bin/bash" }, "linux", "posix"],
    ["fish", { PATH: "", SHELL: "/usr/bin/fish" }, "linux", "fish"],
    ["PowerShell on Windows", { Path: "" }, "win32", "powershell"],
    [
      "PowerShell 7 below cmd.exe",
      { Path: "", PROMPT: "$P$G", POWERSHELL_DISTRIBUTION_CHANNEL: "MSI" },
      "win32",
      "powershell",
    ],
    ["cmd.exe", { Path: "", PROMPT: "$P$G", ...modulesOf("C:\\Windows\\system32") }, "win32", "cmd"],
    [
      "npm's shim for cmd.exe, called in PowerShell",
      { Path: "", PROMPT: "$P$G", ...modulesOf("C:\\users\\Ada\\Documents") },
      "win32",
      "powershell",
    ],
    ["Git's bash on Windows", { Path: "", SHELL: "/usr/bin/bash" }, "win32", "posix"],
  ])("in %s", (_, env, platform, shell) => {
    expect(invocationOf({ env, argv: ["node"], platform })).toMatchObject({ shell });
  });
});
