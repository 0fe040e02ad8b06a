/** The command of a shell in the test's own process, beside the process that it stands for. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { typed } from "../fixes/support/shell";
import { finished } from "./support/built-command";
import { variablesOfShell } from "./support/command-of-shell";

const folder = mkdtempSync(join(tmpdir(), "shell-"));
const certificates = join(folder, "root.pem");
beforeAll(() => {
  writeFileSync(certificates, rootCertificates[0] ?? "");
  writeFileSync(join(folder, "endpoints.json"), "{");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const status = "secure-app-model status --cloud AzureCloud --vault https://contoso.vault.azure.net";

test.each([
  { line: "secure-app-model --version" },
  { line: "secure-app-model" },
  { line: "secure-app-model token graph --json --vault ''" },
  { line: "secure-app-model explain 'two words' $'and\\na line'" },
  { line: `${status} --endpoints endpoints.json` },
  { line: `cd .. && ${status} --endpoints endpoints.json` },
  { line: "secure-app-model explain", input: "AADSTS65001, naïve" },
  // What it does not read is the next program's.
  { line: "secure-app-model tokens --help; cat", input: "left" },
  { line: "secure-app-model nothing > said.txt 2>&1 || cat said.txt" },
  { line: "secure-app-model completion bash | head -n 2; secure-app-model nothing 2>&1 | wc -l" },
  { line: "SECURE_APP_MODEL_CLOUD=AzureCloud secure-app-model status --json" },
])("does what the process does: $line", async ({ line, input = "" }) => {
  const env = { NODE_EXTRA_CA_CERTS: certificates };
  // With options of its own each command is a process.
  const processes = { env: { ...env, NODE_OPTIONS: "--no-warnings" }, cwd: folder };
  expect(await typed({ env, cwd: folder }, [line], input)).toEqual(await typed(processes, [line], input));
});

test("is a process of its own for other certificates and options of Node.js, and at a terminal", async () => {
  expect(await variablesOfShell({})).toEqual({});
  expect(await variablesOfShell({ NODE_EXTRA_CA_CERTS: certificates, NODE_OPTIONS: "--no-warnings" })).toEqual({});
  const env = { NODE_EXTRA_CA_CERTS: certificates, PATH: process.env["PATH"] };
  // Nobody listens there: a call that is passed on fails.
  const passedOn = { ...env, ...(await variablesOfShell(env)), COMMAND_PORT: "1" };
  const codeOf = async (line: string) =>
    (await finished(spawn("bash", ["--norc", "-c", line], { env: passedOn, stdio: "pipe" }))).code;
  expect(await codeOf("secure-app-model --version")).not.toBe(0);
  expect(await codeOf("NODE_OPTIONS=--no-warnings secure-app-model --version")).toBe(0);
  expect(await codeOf("export NODE_EXTRA_CA_CERTS=; secure-app-model --version")).toBe(0);
  expect(await codeOf("script -qec 'secure-app-model --version' /dev/null")).toBe(0);
});
