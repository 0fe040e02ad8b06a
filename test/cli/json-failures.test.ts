/** With --json, standard output is valid JSON on every failure of every command, and agrees with the exit code. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../tools/embedded-cloud/free-port";
import { isSoak } from "../e2e/support/soak";
import { registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { failureIn } from "./support/failure-document";
import { credentialName, Stage } from "./support/stage";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
  await stage.storeToken();
});
afterAll(() => stage.emulator.close());

/** Every command, with valid arguments. */
const commands: Record<string, (stage: Stage) => string[]> = {
  token: () => ["token", "graph"],
  "token --powershell": () => ["token", "arm", "--powershell"],
  status: () => ["status"],
  renew: () => ["renew"],
  "customers list": () => ["customers", "list"],
  "customers consent": () => ["customers", "consent", "contoso.example"],
  "customers revoke": () => ["customers", "revoke", "contoso.example"],
  consent: (stage) => [
    ...["consent", "--tenant", "partner.example", "--client-id", stage.application.clientId],
    ...["--credential", credentialName, "--port", "65533"],
  ],
  "consent --import": (stage) => [
    ...["consent", "--import", "--tenant", "partner.example", "--client-id", stage.application.clientId],
    ...["--credential", credentialName],
  ],
};

/** Possible failures: further arguments, environment, and the exit code. */
const failures: Record<string, [string[], Record<string, string>, number]> = {
  "an unknown option": [["--clout"], {}, 2],
  "no vault": [[], { SECURE_APP_MODEL_VAULT: "" }, 2],
  "no such cloud": [["--cloud", "AzureGermanCloud"], {}, 2],
  "a vault of another cloud": [["--vault", "https://contoso.vault.azure.cn"], {}, 2],
  "endpoints that are none": [["--endpoints", "{"], {}, 2],
  "a credential that is refused": [[], { ARM_CLIENT_SECRET: "wrong-canary" }, 1],
};

/** Runs one of them with --json; only the document goes to stdout, and there is no secret in any output. */
async function failing(
  stage: Stage,
  command: string,
  more: string[],
  environment: Record<string, string>,
): Promise<{ code: number; exitCode: number; message: string }> {
  const argv = [...(commands[command]?.(stage) ?? []), ...more, "--json"];
  const { code, stdout, stderr } = await stage.run(argv, environment, "1.Asome-token-canary");
  expect(stdout + stderr).not.toContain("canary");
  const { message, exitCode } = failureIn(stdout);
  return { code, exitCode, message };
}
const failed = (code: number, message: unknown = expect.stringMatching(/\S/u)): object => ({
  code,
  exitCode: code,
  message,
});

// In the gate each command is tested with two failures, and each failure with three commands; in the soak with all.
test.each(
  Object.keys(commands).flatMap((command, row) =>
    Object.entries(failures).flatMap(([failure, given], column) =>
      isSoak || (row + column) % 3 === 0 ? [{ command, failure, given }] : [],
    ),
  ),
)("$command with $failure", async ({ command, given: [more, environment, code] }) => {
  expect(await failing(stage, command, more, environment)).toEqual(failed(code));
});

test("every command at a vault that does not answer", async () => {
  const nowhere = ["--vault", `https://127.0.0.1:${await freePort()}`];
  const all = await Promise.all(Object.keys(commands).map((command) => failing(stage, command, nowhere, {})));
  expect(all).toEqual(all.map(() => failed(1, expect.stringContaining("ECONNREFUSED"))));
});

describe("without variables", () => {
  /** Only Azure CLI is used as a sign-in, as on a developer's machine. */
  const withoutVariables = {
    ARM_TENANT_ID: "",
    ARM_CLIENT_ID: "",
    ARM_CLIENT_SECRET: "",
    AZURE_TOKEN_CREDENTIALS: "AzureCliCredential",
  };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "azure-cli-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("no credential: how to get one", async () => {
    expect(await failing(stage, "token", [], { ...withoutVariables, PATH: folder })).toEqual(
      failed(
        1,
        expect.stringMatching(
          /Azure credential did not work \(Azure CLI could not be found.*Sign in: az login;.*ARM_TENANT_ID/su,
        ),
      ),
    );
  });

  test("an expired login: how to sign in again", async () => {
    const message =
      "ERROR: AADSTS700082: The refresh token has expired due to inactivity.\nTo re-authenticate, please run: az login";
    writeFileSync(join(folder, "az"), `#!/bin/sh\necho '${message}' >&2\nexit 1\n`, { mode: 0o755 });
    expect(await failing(stage, "status", [], { ...withoutVariables, PATH: `${folder}:/usr/bin:/bin` })).toEqual(
      failed(1, expect.stringMatching(/Azure credential did not work \(Please run 'az login' .*Sign in: az login;/su)),
    );
  });
});

test("a principal without a role on the vault is named the role by every command that waits for none", async () => {
  const { clientId, clientSecret } = registerApplication(stage.emulator);
  const nobody = { ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret };
  for (const argv of [["token", "graph"], ["status"], ["renew"], ["customers", "list"]]) {
    const { code, stdout } = await stage.run([...argv, "--json"], nobody);
    const { code: name, message, exitCode } = failureIn(stdout);
    expect([code, exitCode, name]).toEqual([1, 1, "vault-no-role"]);
    expect(message).toMatch(/ForbiddenByRbac.*Assign the role/u);
  }
});

test("in a workflow a failure is an annotation as well, and nothing from outside is a command", async () => {
  const argv = ["token", "x\n::add-mask::a\n  ::stop-commands::b ##[error]c"];
  const plain = await stage.run(argv, { GITHUB_ACTIONS: "true" });
  const lines = plain.stderr.trimEnd().split("\n");
  const annotation = lines.pop() ?? "";
  expect(annotation).toMatch(
    /^::error title=secure-app-model::There is no resource "x%0A::add-mask::a%0A.*# #\[error\]c/u,
  );
  expect(lines.filter((line) => /^\s*::|##\[/u.test(line))).toEqual([]);
  expect(lines.join("\n")).toMatch(
    /^error: There is no resource "x\n: :add-mask::a\n {2}: :stop-commands::b # #\[error\]c"/u,
  );
  const json = await stage.run([...argv, "--json"], { GITHUB_ACTIONS: "true" });
  expect(failureIn(json.stdout).what).toContain("##[error]c");
  expect([json.stderr, json.stdout.includes("##[")]).toEqual([`${annotation}\n`, false]);
  const { stderr } = await stage.run(argv);
  expect([stderr.startsWith('error: There is no resource "x\n::add-mask::a\n'), stderr.includes("::error")]).toEqual([
    true,
    false,
  ]);
});

test("a command whose connection is refused ends with its error, not half a minute later", async () => {
  const endpoints = JSON.parse(stage.environment()["SECURE_APP_MODEL_ENDPOINTS"] ?? "{}") as Record<string, string>;
  const closed = { ...endpoints, partnerCenter: "https://127.0.0.1:9" };
  const since = performance.now();
  const { code, stderr } = await stage.run(["token", "graph"], {
    SECURE_APP_MODEL_ENDPOINTS: JSON.stringify({ ...closed, authority: "https://127.0.0.1:9" }),
  });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: /u)]);
  expect(performance.now() - since).toBeLessThan(25_000);
});
