/**
 * A package that wants the identity of a job: the steps of the workflows, with the real npm, in a small repository that has it among its packages.
 * test/soak/clean-install.test.ts has all packages, and a stack.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipelineFolder, runPipeline } from "../support/azure-devops/pipeline";
import { type Built, type JobResult, runJob } from "../support/github/runner";
import { stackOf } from "../support/github/workflow";
import { story } from "../support/story";

const identity = {
  ACTIONS_ID_TOKEN_REQUEST_URL: "https://127.0.0.1:1/token?api-version=2.0",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of the job",
};
/** By which somebody signs in. */
const signsIn = /^(?:ACTIONS_ID_TOKEN|ARM_|AZURE_|SYSTEM_ACCESSTOKEN)/u;

let folder: string;
let stolen: string;
let first: JobResult;

const npm = (cwd: string, ...argv: string[]) =>
  execFileSync("npm", [...argv, "--no-audit", "--no-fund"], {
    cwd,
    env: { ...process.env, ...identity },
    stdio: "pipe",
  });

/** Writes the names of its variables when it is built, and the command that it builds when it is run. */
const build = `const { mkdirSync, writeFileSync } = require("node:fs");
const names = 'require("node:fs").writeFileSync(process.env.SEEN + "-" + (process.argv[2] ?? "build"), JSON.stringify(Object.keys(process.env)));';
eval(names.replace("process.argv[2] ?? ", ""));
mkdirSync("bin/cli", { recursive: true });
writeFileSync("bin/cli/main.js", names);`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "install-scripts-"));
  stolen = join(folder, "stolen.json");
  const repository = join(folder, "repository");
  mkdirSync(join(repository, ".github"), { recursive: true });
  cpSync(pipelineFolder, join(repository, "azure-pipelines"), { recursive: true });
  const files: Record<string, string> = {
    "build.js": build,
    "package.json": JSON.stringify({
      ...{ name: "small", version: "1.0.0", private: true, scripts: { build: "node build.js" } },
      dependencies: { hostile: "file:hostile.tgz" },
    }),
    ".github/stacks.json": JSON.stringify([stackOf("AzureCloud")]),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(repository, name), text);
  hostilePackage(join(repository, "hostile.tgz"));
  npm(repository, "install", "--package-lock-only", "--ignore-scripts");
  for (const name of ["build", "checkout", "former"]) cpSync(repository, join(folder, name), { recursive: true });
  first = await job();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const job = async (built?: Built): Promise<JobResult> =>
  await runJob({
    ...{ file: "drift.yml", attaches: false, installs: true, identity, built },
    ...{ row: stackOf("AzureCloud"), secrets: {}, github: { token: "t" } },
    vars: { AZURE_CLIENT_ID: "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51" },
    ...{ checkout: join(folder, "checkout"), buildCheckout: join(folder, "build"), temporary: join(folder, "runner") },
    environment: { PATH: process.env["PATH"], HOME: process.env["HOME"], SEEN: join(folder, "seen") },
  });

/** A package whose install script writes down what it could sign in with. @param tarball to be made */
function hostilePackage(tarball: string): void {
  const hostile = join(folder, "hostile", "package");
  mkdirSync(hostile, { recursive: true });
  const script = `require("node:fs").writeFileSync(${JSON.stringify(stolen)}, JSON.stringify(process.env));`;
  writeFileSync(join(hostile, "steal.js"), script);
  const scripts = { preinstall: "node steal.js", install: "node steal.js", postinstall: "node steal.js" };
  writeFileSync(join(hostile, "package.json"), JSON.stringify({ name: "hostile", version: "1.0.0", scripts }));
  pack(tarball, dirname(hostile), "package");
}

const pack = (tarball: string, folder: string, name: string): Buffer =>
  execFileSync("tar", ["--create", "--gzip", "--file", tarball, "--directory", folder, name]);

const seenBy = (who: string) =>
  (JSON.parse(readFileSync(join(folder, `seen-${who}`), "utf8")) as string[]).filter((name) => signsIn.test(name));

const test = story();

test("its script runs in no job, though it is installed in both", () => {
  expect([first.code, existsSync(stolen)]).toEqual([0, false]);
  for (const name of ["build", "checkout"])
    expect(existsSync(join(folder, name, "node_modules", "hostile"))).toBe(true);
});

test("where bin/ is built there is nothing to sign in with, and there is where it runs", () => {
  expect(seenBy("build")).toEqual([]);
  expect(seenBy("drift")).toEqual(
    expect.arrayContaining(["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ARM_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"]),
  );
});

test("a plain npm ci beside the identity would have given it all of it", () => {
  npm(join(folder, "former"), "ci");
  expect(JSON.parse(readFileSync(stolen, "utf8"))).toMatchObject(identity);
});

test("a job that is run again finds what was built, and builds nothing", async () => {
  rmSync(join(folder, "seen-build"));
  expect(await job(first.built)).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, "seen-build"))).toBe(false);
});

function replace(file: string): void {
  const theirs = join(folder, "theirs");
  mkdirSync(join(theirs, "bin", "cli"), { recursive: true });
  writeFileSync(join(theirs, "bin", "cli", "main.js"), "");
  pack(file, theirs, "bin");
}

const artifacts: [string, string, boolean][] = [
  ["none of its SHA-256 is known", "", false],
  ["another bin/ in the artifact", "[0-9a-f]{64}", true],
];
const ends = ([what]: (typeof artifacts)[number]) => `${what}: the job ends before anything of it runs`;
test.each(artifacts, ends, async ([, digest, isReplaced]) => {
  rmSync(join(folder, "seen-drift"), { force: true });
  const { outputs, files } = first.built ?? { outputs: {}, files: {} };
  if (isReplaced) replace(files["bin"] ?? "");
  const { code, steps, text } = await job({ outputs: digest === "" ? { digest } : outputs, files });
  expect([code, steps, existsSync(join(folder, "seen-drift"))]).toEqual([1, ["Take bin/ as it was built"], false]);
  expect(text).toMatch(
    new RegExp(`^::error::The artifact bin is not .*: its SHA-256 is not ${digest}\\. Nothing`, "mu"),
  );
});

test("no artifact: the job says so", async () => {
  const { code, text } = await job({ outputs: { digest: "" }, files: {} });
  expect([code, text]).toEqual([1, "Error: Artifact not found for name: bin\n"]);
});

describe("in Azure Pipelines", () => {
  const pipeline = async (meanwhile: (file: string) => void = () => undefined) => {
    for (const name of ["seen-build", "seen-drift", "stolen.json"]) rmSync(join(folder, name), { force: true });
    return await runPipeline({
      ref: "refs/heads/main",
      ...{ file: "drift.yml", installs: true, meanwhile, accessToken: "of the job", subscriptionId: "s" },
      row: { stack: "global", cloud: "AzureCloud", authority: "https://127.0.0.1:1" },
      connection: { servicePrincipalId: "id", tenantId: "t", idToken: "i", serviceConnectionId: "c" },
      ...{ group: { PULUMI_BACKEND_URL: "file://x" }, folder: join(folder, "pipeline") },
      ...{ checkout: join(folder, "checkout"), buildCheckout: join(folder, "build") },
      environment: { PATH: process.env["PATH"], HOME: process.env["HOME"], SEEN: join(folder, "seen") },
    });
  };

  test("its script runs in no job, and only the second has something to sign in with", async () => {
    expect(await pipeline()).toMatchObject({
      code: 0,
      steps: ["Download bin/", "Take bin/ as it was built", "npm ci", "drift"],
    });
    expect([existsSync(stolen), seenBy("build")]).toEqual([false, []]);
    expect(seenBy("drift")).toEqual(expect.arrayContaining(["SYSTEM_ACCESSTOKEN", "ARM_CLIENT_ID"]));
  });

  test("another bin/ in the artifact: the job ends before anything of it runs", async () => {
    const { code, steps, text } = await pipeline(replace);
    expect([code, steps.at(-1), existsSync(join(folder, "seen-drift"))]).toEqual([
      1,
      "Take bin/ as it was built",
      false,
    ]);
    expect(text).toMatch(/^##vso\[task\.logissue type=error\]The artifact bin is not .*is not [0-9a-f]{64}\./u);
  });
});
