/** A package that wants the identity of a job: the steps of the workflows, with the real npm, in a small project that has it among its packages. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runPipeline } from "../support/azure-devops/pipeline";
import { runJob } from "../support/github/runner";
import { stackOf } from "../support/github/workflow";
import { story } from "../support/story";

const identity = {
  ACTIONS_ID_TOKEN_REQUEST_URL: "https://127.0.0.1:1/token?api-version=2.0",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of the job",
};
/** By which somebody signs in. */
const signsIn = /^(?:ACTIONS_ID_TOKEN|ARM_|AZURE_|SYSTEM_ACCESSTOKEN)/u;
const row = stackOf("AzureCloud");
const id = "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51";

let folder: string;
let checkout: string;
let environment: NodeJS.ProcessEnv;

const npm = (cwd: string, ...argv: string[]) =>
  execFileSync("npm", [...argv, "--no-audit", "--no-fund"], {
    cwd,
    env: { ...process.env, ...identity },
    stdio: "pipe",
  });

const named = "writeFileSync(process.env.SEEN, JSON.stringify(Object.keys(process.env)))";
const writes = (what: string): string => `#!/usr/bin/env node\nrequire("node:fs").${what};`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "install-scripts-"));
  checkout = join(folder, "checkout");
  environment = { PATH: process.env["PATH"], HOME: process.env["HOME"], SEEN: join(folder, "seen") };
  const scripts = { preinstall: "node it.js", install: "node it.js", postinstall: "node it.js" };
  const stolen = join(folder, "stolen.json");
  pack("hostile", { scripts }, writes(`writeFileSync(${JSON.stringify(stolen)}, JSON.stringify(process.env))`));
  // Writes the names of its variables.
  pack("command", { bin: { "secure-app-model": "it.js" } }, writes(named));
  mkdirSync(join(checkout, ".github"));
  const files = {
    "package.json": { name: "small", dependencies: { hostile: "file:hostile.tgz", command: "file:command.tgz" } },
    ".github/stacks.json": [row],
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(checkout, name), JSON.stringify(content));
  npm(checkout, "install", "--package-lock-only", "--ignore-scripts");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A package of one file, as a tarball in the checkout. */
function pack(name: string, manifest: object, text: string): void {
  const made = join(folder, name, "package");
  for (const one of [made, checkout]) mkdirSync(one, { recursive: true });
  writeFileSync(join(made, "it.js"), text, { mode: 0o755 });
  writeFileSync(join(made, "package.json"), JSON.stringify({ name, version: "1.0.0", ...manifest }));
  const tarball = join(checkout, `${name}.tgz`);
  execFileSync("tar", ["--create", "--gzip", "--file", tarball, "--directory", dirname(made), "package"]);
}

const seen = () =>
  (JSON.parse(readFileSync(join(folder, "seen"), "utf8")) as string[]).filter((name) => signsIn.test(name));
const isStolen = () => existsSync(join(folder, "stolen.json"));
const isInstalled = () => existsSync(join(checkout, "node_modules", "hostile"));

const test = story();

test("its script runs in no job, though it is installed, and the command has something to sign in with", async () => {
  const { code } = await runJob({
    ...{ file: "drift.yml", attaches: false, installs: true, identity },
    ...{ row, secrets: {}, github: { token: "t" } },
    vars: { AZURE_CLIENT_ID: id },
    ...{ checkout, temporary: join(folder, "runner"), environment },
  });
  expect([code, isInstalled(), isStolen()]).toEqual([0, true, false]);
  expect(seen()).toEqual(
    expect.arrayContaining(["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ARM_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"]),
  );
});

test("nor in Azure Pipelines", async () => {
  rmSync(join(folder, "seen"));
  const { code, steps } = await runPipeline({
    ...{ schedule: "drift", installs: true, accessToken: "of the job", subscriptionId: id },
    row: { ...row, PULUMI_BACKEND_URL: "azblob://pulumi?storage_account=contoso" },
    connection: { servicePrincipalId: id, tenantId: id, idToken: "i", serviceConnectionId: "c" },
    ...{ checkout, folder: join(folder, "pipeline"), environment },
  });
  expect([code, steps, isInstalled(), isStolen()]).toEqual([
    0,
    ["npm ci", "drift", "Show what was found"],
    true,
    false,
  ]);
  expect(seen()).toEqual(expect.arrayContaining(["SYSTEM_ACCESSTOKEN", "ARM_CLIENT_ID"]));
});

test("a plain npm ci beside the identity would have given it all of it", () => {
  npm(checkout, "ci");
  expect(JSON.parse(readFileSync(join(folder, "stolen.json"), "utf8"))).toMatchObject(identity);
});
