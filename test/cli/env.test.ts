/** The lines of `env`, read back by the shells that are here; docs/commands.md runs it on a deployed stack. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ownEndpoints } from "../support/own-endpoints";
import { temporaryFolder } from "../support/temporary-folder";
import { commandHere } from "./support/command-here";
import type { FailureOutput } from "./support/failure-document";
import { isPowerShell } from "./support/powershell-grammar";

const folder = temporaryFolder();

/** An engine that answers for one stack. */
function answering(settings: object, outputs: object): void {
  const all = Object.entries(settings).map(([name, value]) => [
    `secure-application-model:${name}`,
    { value: value as unknown },
  ]);
  writeFileSync(join(folder, "config.json"), JSON.stringify(Object.fromEntries(all)));
  writeFileSync(join(folder, "stack.json"), JSON.stringify(outputs));
}
beforeAll(() => {
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\nexec cat "${folder}/$1.json"\n`, { mode: 0o755 });
});

const run = async (argv: readonly string[], variables = {}) =>
  await commandHere(["env", "--stack", "global", "--cwd", folder, ...argv], "", {
    PATH: [folder, process.env["PATH"]].join(delimiter),
    ...variables,
  });

const vault = "https://contoso.vault.azure.net";
const own = ownEndpoints();
const json = JSON.stringify(own);

const onMicrosofts = () => {
  answering({ cloud: "AzureCloud" }, { vaultUri: `${vault}/` });
};
const onOwn = () => {
  answering({ cloud: "AzureCloud", endpoints: json }, { vaultUri: "https://127.0.0.1:9443/" });
};

/** What each writes for a variable that is set, one with quotes in it, and one that is not. */
const forms: Readonly<Record<string, (name: string, value: string | undefined) => string>> = {
  bash: (name, value) =>
    value === undefined ? `unset ${name}` : `export ${value.includes('"') ? `'${name}=${value}'` : `${name}=${value}`}`,
  fish: (name, value) =>
    value === undefined ? `set -e ${name}` : `set -gx ${name} ${value.includes('"') ? `'${value}'` : value}`,
  powershell: (name, value) => `$env:${name} = ${value === undefined ? "$null" : `'${value}'`}`,
  cmd: (name, value) => `set "${name}=${value ?? ""}"`,
};
const linesFor = (shell: string, ...values: [cloud: string, vault: string, endpoints?: string]) =>
  ["CLOUD", "VAULT", "ENDPOINTS"]
    .map((name, index) => `${forms[shell]?.(`SECURE_APP_MODEL_${name}`, values[index])}\n`)
    .join("");

test.each(Object.keys(forms))("%s gets a line for each variable, also for one that must not stay", async (shell) => {
  onMicrosofts();
  const expected = { code: 0, stderr: "", stdout: linesFor(shell, "AzureCloud", vault) };
  expect(await run(["--shell", shell])).toEqual(expected);
  onOwn();
  expect(await run(["--shell", shell])).toEqual({
    ...expected,
    stdout: linesFor(shell, "AzureCloud", "https://127.0.0.1:9443", json),
  });
});

test.each([
  [{ SHELL: "/bin/zsh" }, "bash"],
  [{ SHELL: "/usr/bin/fish" }, "fish"],
  [{}, "bash"],
])("with %j it is for %s", async (variables, shell) => {
  onMicrosofts();
  expect(await run([], variables)).toEqual(await run(["--shell", shell]));
});

const isHere = (shell: string): boolean => spawnSync(shell, ["--version"]).error === undefined;

/** Each evaluates the lines as the help says. */
const reading: Readonly<Record<string, (file: string) => string[]>> = {
  bash: (file) => ["--norc", "-c", `eval "$(cat ${file})"; env`],
  zsh: (file) => ["-fc", `eval "$(cat ${file})"; env`],
  fish: (file) => ["--no-config", "-c", `cat ${file} | source; env`],
};
for (const [shell, argv] of Object.entries(reading)) {
  // All three are on the machine of ci.yml.
  if (!isHere(shell)) continue;
  test(`${shell} has the values that were printed, and no endpoints of another stack`, async () => {
    const file = join(folder, `lines.${shell}`);
    const read = async () => {
      writeFileSync(file, (await run(["--shell", shell])).stdout);
      const env = { ...process.env, SECURE_APP_MODEL_ENDPOINTS: "of another stack", HOME: folder };
      const { stdout } = spawnSync(shell, argv(file), { env, encoding: "utf8" });
      return stdout.split("\n").filter((line) => line.startsWith("SECURE_APP_MODEL_"));
    };
    onMicrosofts();
    expect((await read()).sort()).toEqual(["SECURE_APP_MODEL_CLOUD=AzureCloud", `SECURE_APP_MODEL_VAULT=${vault}`]);
    onOwn();
    expect(await read()).toContain(`SECURE_APP_MODEL_ENDPOINTS=${json}`);
  });
}

test("PowerShell reads the lines, by its grammar; it does not run here", async () => {
  onOwn();
  expect(await isPowerShell((await run(["--shell", "powershell"])).stdout)).toBe(true);
});

test("with --json they are values, and null for one that must not stay", async () => {
  onMicrosofts();
  const { code, stdout } = await run(["--json", "--shell", "cmd"]);
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    {
      variables: {
        SECURE_APP_MODEL_CLOUD: "AzureCloud",
        SECURE_APP_MODEL_VAULT: vault,
        SECURE_APP_MODEL_ENDPOINTS: null,
      },
    },
  ]);
});

const { vaultSuffix: _left, ...some } = own;

test.each<[string, object, object, readonly string[], code: string, what: RegExp]>([
  ["a stack without a deployment", { cloud: "AzureCloud" }, {}, [], "usage", /^Stack global is not deployed: /u],
  ["a bootstrap stack", { cloud: "AzureCloud", ci: "{}" }, {}, [], "settings", /^The configuration of this stack/u],
  ["no cloud", { cloud: "Azure" }, { vaultUri: vault }, [], "settings", /^The configuration of this stack/u],
  [
    ...([
      "a state that names a host of no vault",
      { cloud: "AzureCloud" },
      { vaultUri: "https://evil.example" },
    ] as const),
    ...([[], "usage", /^The output vaultUri of stack global is "https:\/\/evil.example", /u] as const),
  ],
  [
    ...([
      "endpoints that are mixed",
      { cloud: "AzureCloud", endpoints: JSON.stringify(some) },
      { vaultUri: vault },
    ] as const),
    ...([[], "settings", /^The configuration of this stack/u] as const),
  ],
  ["an unknown shell", {}, {}, ["--shell", "tcsh"], "usage", /^There is no shell "tcsh"\.$/u],
  ["a name of JavaScript's", {}, {}, ["--shell", "toString"], "usage", /^There is no shell "toString"\.$/u],
])("%s: an error, and no line that a shell would run", async (_, settings, outputs, argv, code, what) => {
  answering(settings, outputs);
  const { stdout, stderr, ...ended } = await run(argv);
  expect([ended.code, stdout, stderr]).toEqual([2, "", expect.stringMatching(/^error: /u)]);
  const { error } = JSON.parse((await run([...argv, "--json"])).stdout) as FailureOutput;
  expect(error).toMatchObject({ code, what: expect.stringMatching(what) as string, exitCode: 2 });
});

test("revoke takes no --vault: it names the output of the state, and who restores it", async () => {
  const outputs = { applicationId: "a", tenantId: "t", vaultUri: "https://evil.example" };
  answering({ cloud: "AzureCloud" }, { ...outputs, deployment: { resources: [] } });
  const variables = { PATH: [folder, process.env["PATH"]].join(delimiter) };
  const argv = ["revoke", "--yes", "--stack", "global", "--cwd", folder];
  expect(await commandHere(argv, "", variables)).toMatchObject({
    code: 2,
    stderr:
      'error: The output vaultUri of stack global is "https://evil.example", which is no vault of AzureCloud.\n' +
      "  If the stack's cloud is right, find out who wrote it, and restore the previous state: " +
      `pulumi stack import --file '<backup>' --stack global --cwd ${folder}\n`,
  });
});
