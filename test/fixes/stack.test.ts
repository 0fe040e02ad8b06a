/** Problems of a stack: each printed fix is run in the situation that prints it, in another folder than the stack's. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEither } from "../../cli/engine/stack";
import { firstPartyApps } from "../../lib/config/clouds";
import type { Finished } from "../cli/support/built-command";
import { Project } from "../e2e/support/project";
import { removePrincipal } from "./support/here";
import { type FixProof, fixesOf, linesOf, proveFix } from "./support/printed";
import { ran, type } from "./support/shell";

let project: Project;
let cwd: string;
beforeAll(async () => {
  project = await Project.start({ runsIn: "own folder" });
  cwd = await mkdtemp(join(tmpdir(), "elsewhere-"));
});
afterAll(async () => {
  await project.close();
  await rm(cwd, { recursive: true });
});

const without = (...names: string[]) =>
  Object.fromEntries(
    Object.entries(project.environment).filter(([name]) => !names.some((one) => name.startsWith(one))),
  );

interface Row extends Omit<FixProof, "fix"> {
  settings?: Parameters<Project["configure"]>[0];
  env?: NodeJS.ProcessEnv;
  message?: string | RegExp;
}

/** Registers a test: the command prints the fix, which is run. @param ofStack options that name the stack */
function testFix(fix: string, row: (ofStack: string, folder: string) => Row): void {
  test(fix, async () => {
    const {
      settings = {},
      env = project.environment,
      message = "",
      ...proof
    } = row(`--stack dev --cwd ${project.folder}`, project.folder);
    await project.configure(settings);
    const after = await proveFix({ env, cwd }, { fix, ...proof });
    expect(after.stdout + after.stderr).toMatch(message);
  });
}

testFix("lib/config/problems.ts: Set it", (ofStack) => ({
  ...{ settings: { cloud: undefined }, command: `secure-app-model doctor ${ofStack}`, message: /^✓ Stack/mu },
}));

testFix("lib/http/http-failure.ts: Give the program that root, and on Linux the plugins too", (ofStack) => ({
  ...{ env: without("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"), command: `secure-app-model doctor ${ofStack}` },
  ...{
    finding: "cloud",
    fill: { "file with the root certificate": String(project.environment["NODE_EXTRA_CA_CERTS"]) },
  },
}));

// What it repairs and where it looks again is the same stack's.
testFix("cli/doctor/checks/directory.ts: Make it", (ofStack) => {
  removePrincipal(project.emulator, firstPartyApps.partnerCenter);
  const command = `secure-app-model doctor ${ofStack}`;
  return { env: without("SECURE_APP_MODEL_"), command, finding: "partner-center", itself: true };
});

// The problem of the stack there is reported next, but not by doctor.
for (const [name, code, message] of [
  ["doctor", 0, '"name":"stack","state":"ok"'],
  ["drift", 2, "displayName"],
] as const)
  testFix("cli/engine/engine.ts: Name the folder of Pulumi.yaml", (_, folder) => {
    const command = `secure-app-model ${name} --stack dev`;
    const fill = { "folder of Pulumi.yaml": folder };
    const given = async () => {
      // The line is the same where it is no folder.
      const fix = "cli/engine/engine.ts: Name the folder of Pulumi.yaml";
      const at = { env: project.environment, cwd };
      const [[printed], [also]] = [
        await fixesOf(at, { command: `${command} --cwd nowhere`, fix }),
        await fixesOf(at, { command, fix }),
      ];
      expect(linesOf(printed, fill)).toEqual(linesOf(also, fill));
    };
    const settings = name === "drift" ? { displayName: undefined } : {};
    return { settings, command, given, fill, code, message, itself: true };
  });

testFix("cli/engine/engine.ts: If there is none anywhere, create it", (_, folder) => {
  const line = (name: string) => `secure-app-model ${name} --stack made --cwd ${folder}`;
  const given = async () => {
    const lines = [
      "Stack made: no stack named 'made' found.",
      `1. See the stacks of this backend: pulumi stack ls --cwd ${folder}`,
      `2. Log in to the backend that holds it, or set PULUMI_BACKEND_URL: pulumi login '<address>' --cwd ${folder}`,
      `3. If there is none anywhere, create it: pulumi stack init made --cwd ${folder}`,
    ];
    for (const name of ["doctor", "status", "revoke --yes", "drift"])
      expect(saidBy(await ran({ env: project.environment, cwd }, [line(name)]))).toContain(lines.join("\n"));
  };
  return { command: line("drift"), given, code: 2, message: "secure-application-model:" };
});

const other = "--cloud AzureChinaCloud";
testFix("cli/engine/stack.ts: Leave it out", (ofStack) => {
  return { command: `secure-app-model doctor ${ofStack} ${other}`, finding: "cloud", itself: true };
});
testFix("cli/engine/stack.ts: Leave it out", (ofStack) => {
  const command = `secure-app-model status ${ofStack} ${other}`;
  return { command, code: 2, message: "Stack dev is not deployed", itself: true };
});

testFix("cli/engine/engine.ts: Name one of this backend's stacks", (_, folder) => {
  const command = `secure-app-model doctor --stack 'a name' --cwd ${folder}`;
  return { command, fill: { stack: "dev" }, itself: true, message: '"name":"stack","state":"ok"' };
});

const saidBy = ({ stdout, stderr }: Finished) => (stdout + stderr).replaceAll(/^\s+/gmu, "");

// A file that is not there is made by nobody; the right one's own problem is reported next.
testFix("cli/options/target-options.ts: Name an existing file", (ofStack, folder) => {
  const command = `secure-app-model drift ${ofStack} --config-file absent.yaml`;
  const given = async () => {
    const { stdout } = await ran({ env: project.environment, cwd }, [`${command} --json`]);
    const error = { exitCode: 2, what: expect.stringContaining("absent.yaml") as string };
    expect(JSON.parse(stdout)).toMatchObject({ error });
    expect([cwd, folder].filter((one) => existsSync(join(one, "absent.yaml")))).toEqual([]);
  };
  const fill = { file: join(folder, "Pulumi.dev.yaml") };
  return { settings: { displayName: undefined }, command, given, fill, itself: true, code: 2, message: "displayName" };
});

test("a relative configuration file is in the folder that the command runs in, for doctor and drift alike", async () => {
  await project.configure({ displayName: undefined });
  for (const name of ["doctor", "drift"]) {
    const line = `secure-app-model ${name} --stack dev --cwd ${project.folder} --config-file Pulumi.dev.yaml`;
    expect(saidBy(await ran({ env: project.environment, cwd: project.folder }, [line]))).toContain("displayName");
  }
});

test("what the engine encrypts is read by no command, and told instead of what would be missing", async () => {
  await project.configure({});
  const [at, ofStack] = [
    { env: project.environment, cwd: project.folder },
    { stack: "dev", cwd: project.folder },
  ];
  await type(at, ["pulumi config set --secret --path secure-application-model:vault.name contoso --stack dev"]);
  await expect(readEither(ofStack, at.env)).rejects.toThrow(
    /has 1 problem:\n\n {2}\S+:vault\n {4}found: {3}a value that is encrypted, or has a part/u,
  );
});
