/** `up` with a stand-in for the engine: what it runs, what it prints, and how it ends. test/e2e has the real one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { guidOf } from "../../lib/application/identifier";
import { roleIds } from "../../lib/azure/roles";
import { certificateNameOf } from "../../lib/credential/credential-record";
import { providerCode } from "../../lib/startup/provider-code";
import { asByShell, finished, interruptedAtTerminal, main } from "./support/built-command";
import { commandHere } from "./support/command-here";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "up-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const type = "pulumi-nodejs:dynamic/partner:Consent";
const provider = "urn:pulumi:dev::p::pulumi:providers:pulumi-nodejs::default::x";
const stateWith = (code: string) => ({
  deployment: {
    resources: [
      { urn: `urn:pulumi:dev::p::${type}::partner`, type, custom: true, provider, inputs: { __provider: code } },
    ],
  },
});

const eventsOf = (...steps: object[]): string =>
  [...steps.map((metadata) => ({ resourcePreEvent: { metadata } })), { summaryEvent: {} }]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");

/** A stand-in for the engine. @param ends what it does at a deployment @param inPreview its events there; default: the same @returns the words of `up` and its PATH */
function engineThat(code: string, ends: string, inPreview?: string): [argv: string[], variables: { PATH: string }] {
  writeFileSync(join(folder, "state.json"), JSON.stringify(stateWith(code)));
  const engine = [
    `#!/bin/sh\n[ "$1" != config ] || exec echo {}`,
    `echo "$*" >> "${folder}/asked"`,
    `[ "$1" != stack ] || exec cat "${folder}/state.json"`,
    ...(inPreview === undefined ? [] : [`[ "$1" != preview ] || exec printf '%s' '${inPreview}'`]),
    ends,
  ].join("\n");
  writeFileSync(join(folder, "pulumi"), engine);
  chmodSync(join(folder, "pulumi"), 0o755);
  writeFileSync(join(folder, "dev.yaml"), "{}");
  const words = ["up", "--stack", "dev", "--cwd", folder, "--config-file", join(folder, "dev.yaml")];
  return [words, { PATH: [folder, process.env["PATH"]].join(delimiter) }];
}

/** @param code of the resource in the state @param ends as {@link engineThat} takes it */
async function up(
  code: string,
  ends: string,
  inPreview = eventsOf(),
  ...more: string[]
): Promise<{ ended: unknown; asked: string[] }> {
  const [words, variables] = engineThat(code, ends, inPreview);
  const ended = await commandHere([...words, ...more], "", { ...variables, SOME_TOKEN: "0123456789abcdef" });
  return { ended, asked: readFileSync(join(folder, "asked"), "utf8").trimEnd().split("\n") };
}

const always = "--non-interactive --color=never --stack=dev";
const looks = `stack export ${always}`;
const previews = (): string =>
  `preview --refresh --expect-no-changes --json --config-file=${folder}/dev.yaml ${always}`;
const note = "Checking what a deployment of stack dev would delete …\n";

test("deploys without a question, and prints what the engine prints, without secrets", async () => {
  expect(await up(providerCode("Consent"), 'echo "Resources: 12 unchanged"; echo "$SOME_TOKEN" >&2')).toEqual({
    ended: {
      code: 0,
      stdout: expect.stringMatching(/^(?=[^]*Resources: 12 unchanged\n)(?=[^]*\[secret\]\n)/u) as string,
      stderr: note,
    },
    asked: [looks, previews(), looks, `up --refresh --yes --skip-preview --config-file=${folder}/dev.yaml ${always}`],
  });
});

test.each([1, 6, 255])("a deployment that fails with the engine's code %i: the command's own is 1", async (code) => {
  const { ended } = await up(providerCode("Consent"), `echo "error: no" >&2; exit ${code}`);
  expect(ended).toEqual({ code: 1, stdout: "error: no\n", stderr: note });
});

test("a state with other code: nothing is deployed", async () => {
  const { ended, asked } = await up("strange", "exit 0");
  expect(asked).toEqual([looks]);
  expect(ended).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^Checking .*\nerror: Stack dev: its state holds code, a plugin, a host or a sign-in that is not this program's/u,
    ) as string,
  });
});

/** The engine's own, as a preview has them. */
const [application, principal, vault] = ["/applications/a", "/servicePrincipals/p", "/subscriptions/s/vaults/v"];
const step = (
  op: string,
  type: string,
  name: string,
  old: { id?: string; custom?: boolean; outputs?: object } = {},
  given?: object,
) => ({
  ...{ op, type, urn: `urn:pulumi:dev::p::${type}::${name}` },
  old: { custom: true, inputs: {}, outputs: {}, id: "", ...old },
  ...(given && { new: { inputs: given, outputs: {} } }),
});
const dynamic = (kind: string): string => `pulumi-nodejs:dynamic/partner:${kind}`;
const password = "azuread:index/applicationPassword:ApplicationPassword";
const diagnostic = "azure-native:monitor:DiagnosticSetting";
const role = "azure-native:authorization:RoleAssignment";
const declared = [
  step("same", "azuread:index/application:Application", "partner", { id: application }, {}),
  step("same", "azuread:index/servicePrincipal:ServicePrincipal", "partner", { id: principal }, {}),
  step("same", "azure-native:keyvault/v20260201:Vault", "partner", { id: vault }, {}),
  step("same", password, "partner-c2", { id: "a/password/2" }, {}),
  step("same", dynamic("Consent"), "partner", {}, { vaultUri: "https://v.example", stack: "o/p/dev" }),
];
const certificateName = certificateNameOf("o/p/dev", "partner");
const assignments = "providers/Microsoft.Authorization/roleAssignments";
/** One whose name is the program's, or another. */
const roleAt = (scope: string, name = guidOf(scope.toLowerCase(), roleIds.secretsUser, "reader")) => ({
  id: `${scope}/${assignments}/${name}`,
  outputs: { principalId: "reader" },
});
const diagnostics = `${vault}/providers/Microsoft.Insights/diagnosticSettings`;
const theirs = "/subscriptions/s/resourceGroups/theirs";
const certificate = { vaultUri: "https://v.example", certificateName, version: "1" };

test.each([
  step("delete", password, "partner-c1", { id: "a/password/1" }),
  step("delete", dynamic("ApplicationCertificate"), "partner-c1", { id: "x", outputs: { applicationId: application } }),
  step("delete", dynamic("ClientCertificate"), "partner-c1", { id: "x", outputs: certificate }),
  step("delete", "azuread:index/groupMember:GroupMember", "partner-admin-agents", { id: "g/member/p" }),
  step("delete", dynamic("Grants"), "partner", { id: "x", outputs: { servicePrincipalObjectId: "p" } }),
  step("delete", role, "partner-reader-x", roleAt(vault)),
  step("delete-replaced", role, "partner-reader-x", roleAt(vault.toUpperCase())),
  step("delete", role, "partner-signer-x", roleAt(`${vault}/keys/${certificateName}`)),
  step("delete", diagnostic, "partner", { id: `${diagnostics}/secure-application-model` }),
  step("delete", diagnostic, "partner", { id: `${diagnostics}/secure-application-model`.toUpperCase() }),
  step("delete", dynamic("VaultRules"), "partner", { id: vault }),
  step("delete", "secure-application-model:index:TokenVault", "partner", { custom: false }),
  step("delete", "pulumi:providers:azuread", "default_6_9_1", { id: "x" }),
])("what a rotation or a setting gives up goes without a question: $op $type", async (gone) => {
  const { ended, asked } = await up(providerCode("Consent"), "exit 0", eventsOf(...declared, gone));
  expect([ended, asked.at(-1)]).toEqual([{ code: 0, stdout: "", stderr: note }, expect.stringMatching(/^up /u)]);
});

test.each([
  step("delete", "azure-native:resources:ResourceGroup", "victim", { id: "/subscriptions/s/resourceGroups/victim" }),
  step("delete-replaced", "azuread:index/application:Application", "partner", { id: "/applications/victim" }),
  step("delete-replaced", "azuread:index/servicePrincipal:ServicePrincipal", "partner", { id: principal }),
  step("delete", "azure-native:keyvault/v20260201:Vault", "partner", { id: "/subscriptions/s/vaults/victim" }),
  step("delete", dynamic("Consent"), "partner-c1", { id: "x", outputs: { vaultUri: "https://v.example" } }),
  step("delete", password, "partner-c1", { id: "victim/password/1" }),
  step("delete", password, "another", { id: "a/password/1" }),
  // The one in use.
  step("delete", password, "partner-c1", { id: "a/password/2" }),
  step("delete", dynamic("ApplicationCertificate"), "partner-c1", { id: "x", outputs: { applicationId: "victim" } }),
  step("delete", dynamic("ClientCertificate"), "partner-c1", { id: "x", outputs: { ...certificate, vaultUri: "v" } }),
  step("delete", dynamic("ClientCertificate"), "partner-c1", {
    id: "x",
    outputs: { ...certificate, certificateName: "v" },
  }),
  step("delete", "azuread:index/groupMember:GroupMember", "partner-x", { id: "g/member/victim" }),
  step("delete", dynamic("Grants"), "partner", { id: "x", outputs: { servicePrincipalObjectId: "victim" } }),
  step("delete", role, "partner-x", roleAt("/subscriptions/s/vaults/victim")),
  step("delete", role, "partner-x", roleAt(`${vault}2`)),
  step("delete", role, "partner-x", roleAt(`${vault}/../../..${theirs}`)),
  step("delete", role, "partner-x", roleAt(`${vault}/%2e%2e/%2E%2E/..${theirs}`)),
  step("delete", role, "partner-x", roleAt(`${vault}/keys/..`)),
  step("delete", role, "partner-x", { ...roleAt(vault), id: `${roleAt(vault).id}/../r` }),
  // Somebody else's.
  step("delete", role, "partner-x", roleAt(vault, "8e3af657-a8ff-443c-a75c-2fe8c4bcb635")),
  step("delete", diagnostic, "partner", { id: `${diagnostics}/theirs` }),
  step("delete", diagnostic, "partner", { id: `${diagnostics}/../../../secure-application-model` }),
  step("delete", diagnostic, "partner", { id: roleAt(vault).id }),
  step("delete", role, "partner-x", { id: `${diagnostics}/secure-application-model` }),
  // The state says that it is deleted already, or that it is not the stack's: there is no step of a deletion.
  step("create-replacement", "azuread:index/application:Application", "partner", { id: "/applications/a" }),
  // Marked as tainted in the state.
  step("delete-replaced", password, "partner-c1", { id: "a/password/3" }),
])("anything else stops it, and goes once a person names it: $op $type $old.id", async (gone) => {
  const code = providerCode("Consent");
  const { ended, asked } = await up(code, "exit 0", eventsOf(...declared, gone));
  expect(asked.at(-1)).toBe(previews());
  expect(ended).toMatchObject({ code: 1, stdout: "" });
  const { stderr } = ended as { stderr: string };
  expect(stderr).toContain(`does not give up by itself: `);
  expect(stderr).toContain(`(${gone.old.id}). Nothing was deployed.`);
  expect(stderr).toContain(` --may-delete ${gone.old.id}`);
  const named = await up(code, "exit 0", eventsOf(...declared, gone), "--may-delete", `another ${gone.old.id}`);
  expect([named.ended, named.asked.at(-1)]).toEqual([
    { code: 0, stdout: "", stderr: note },
    expect.stringMatching(/^up /u),
  ]);
});

const grants = { servicePrincipalObjectId: "p" };
const entry = { applicationId: application, keyId: "1" };
test.each([
  [password, { id: "a/password/1" }, { id: "a/PASSWORD/1" }],
  [dynamic("ApplicationCertificate"), { id: "x", outputs: entry }, { id: "y", outputs: entry }],
  [dynamic("ClientCertificate"), { id: "x", outputs: certificate }, { id: "y", outputs: certificate }],
  [dynamic("Grants"), { id: "x", outputs: grants }, { id: "y", outputs: grants }],
  [role, roleAt(vault), { ...roleAt(vault), id: roleAt(vault).id.toUpperCase() }],
  [diagnostic, { id: `${diagnostics}/secure-application-model` }, { id: `${diagnostics}/SECURE-application-model` }],
])("so does a second one of what stays, however it is written: %s", async (type, kept, again) => {
  const gone = step("delete", type, "partner-z", again);
  const events = eventsOf(...declared, step("same", type, "partner", kept, {}), gone);
  const { ended, asked } = await up(providerCode("Consent"), "exit 0", events);
  expect([ended, asked.at(-1)]).toMatchObject([{ code: 1, stdout: "" }, previews()]);
  expect(ended).toMatchObject({ stderr: expect.stringContaining(` --may-delete ${again.id}`) as string });
});

test("a plan that leaves no former credential is the state's alone, unless a person asked for it", async () => {
  const events = eventsOf(
    ...declared.filter(({ type }) => type !== password),
    step("create", password, "partner-c90"),
    step("delete", password, "partner-c1", { id: "a/password/1" }),
  );
  const { ended, asked } = await up(providerCode("Consent"), "exit 0", events);
  expect([ended, asked.at(-1)]).toMatchObject([{ code: 1, stdout: "" }, previews()]);
  expect(ended).toMatchObject({ stderr: expect.stringContaining(" --may-delete a/password/1") as string });
});

test("a preview that fails is told, and nothing is deployed", async () => {
  const { ended, asked } = await up(providerCode("Consent"), "exit 0", "");
  expect([ended, asked.at(-1)]).toEqual([
    expect.objectContaining({
      code: 1,
      stderr: expect.stringMatching(/could not check stack dev .*; nothing was dep/u) as string,
    }),
    previews(),
  ]);
});

describe("Ctrl-C", () => {
  const counting = `exec "${process.execPath}" "${join(__dirname, "support", "count-signals.cjs")}"`;
  const waits = "Waiting until the engine ends what it has begun. Press Ctrl-C again to end it at once.\n";
  const interrupted = "error: Stopped.\n  Run it again to continue.\n";
  const begin = (argv: string[], variables: { PATH: string }) =>
    spawn(process.execPath, [main, ...argv], { env: asByShell({ ...process.env, ...variables }) });

  test("at a terminal reaches the engine once, and its end is waited for", async () => {
    const [words, variables] = engineThat(providerCode("Consent"), counting, eventsOf());
    const [code, printed] = await interruptedAtTerminal(words, { ...process.env, ...variables });
    // The engine and the command print at the same moment.
    expect([code, printed.replace(/got 1\n/u, "")]).toEqual([130, `${note}ready\n${waits}${interrupted}`]);
    expect(printed.match(/got \d/gu)).toEqual(["got 1"]);
  });

  test("from elsewhere is passed on, a second one too; the same one once more is not", async () => {
    const [argv, variables] = engineThat(providerCode("Consent"), `${counting} 1500`, eventsOf());
    const child = begin(argv, variables);
    const end = finished(child);
    await once(child.stdout, "data");
    child.kill("SIGINT");
    await once(child.stdout, "data");
    child.kill("SIGINT");
    await sleep(700);
    child.kill("SIGINT");
    expect(await end).toEqual({ code: 130, stdout: "ready\ngot 1\ngot 2\n", stderr: `${note}${waits}${interrupted}` });
  });

  const locked = 'echo "error: the stack is currently locked by 1 lock(s)" >&2; exit 255';
  const [old, fresh] = ["a", "b"].map((name) => ({ inputs: { name }, outputs: { name } }));
  const metadata = {
    op: "update",
    type: "x:y:Z",
    urn: "urn:pulumi:dev::p::x:y:Z::z",
    diffs: ["name"],
    old,
    new: fresh,
  };
  const differs = [{ resourcePreEvent: { metadata } }, { summaryEvent: {} }].map(
    (event) => `echo '${JSON.stringify(event)}'`,
  );
  const written = JSON.stringify({ deployment: { manifest: { time: "2026-11-26T22:08:32Z" } } });

  test.each([
    ["up", "which holds the lock", locked],
    ["rotate --scheduled", "which holds the lock", locked],
    ["drift", "which holds the lock", locked],
    ["drift", "which deployed meanwhile", [...differs, `echo '${written}' > state.json`].join("\n")],
  ])("ends the wait of %s for another run on its stack, %s", async (line, _what, ends) => {
    const [[, ...place], variables] = engineThat(providerCode("Consent"), ends);
    const child = begin([...line.split(" "), ...place], variables);
    const end = finished(child);
    const began = new Promise<void>((resolve) => {
      child.stderr.on("data", (text: Buffer) => {
        if (text.toString().includes("Waiting for another run on stack dev")) resolve();
      });
    });
    await Promise.race([began, end]);
    child.kill("SIGINT");
    expect(await end).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/Waiting for another run[^]*Stopped\./u) as string,
    });
  });

  test("that comes too late for the engine is no failure", async () => {
    const done = "trap 'exit 0' INT; echo ready; while :; do sleep 0.1; done";
    const [argv, variables] = engineThat(providerCode("Consent"), done, eventsOf());
    const child = begin(argv, variables);
    const end = finished(child);
    await once(child.stdout, "data");
    child.kill("SIGINT");
    expect(await end).toEqual({ code: 0, stdout: "ready\n", stderr: `${note}${waits}` });
  });
});
