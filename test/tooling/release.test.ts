/* eslint-disable no-template-curly-in-string -- expressions of GitHub's workflows */
/** The steps of release.yml, and CONTRIBUTING.md's lines, with stand-ins for GitHub's command line and npm. The attestation needs GitHub, and is not run. */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { readWorkflow, repositoryFolder, runScript, type WorkflowStep } from "../support/github/workflow";
import { parts, readDocument } from "./markdown";

const { on, jobs } = readWorkflow("release.yml");
const step = (job: string, named: RegExp): WorkflowStep => {
  const [found, ...others] = (jobs[job]?.steps ?? []).filter(({ name = "" }) => named.test(name));
  if (found === undefined || others.length > 0) throw new Error(`Not one step ${named.source} in ${job}`);
  return found;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "release-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** In the folder. */
function run(one: WorkflowStep, environment: NodeJS.ProcessEnv): { code: number | null; stdout: string } {
  const { status: code, stdout } = runScript(one, { ...process.env, ...environment }, folder);
  return { code, stdout };
}

test("it runs for tags of versions, and what may write runs nothing that was built", () => {
  expect(on).toEqual({ push: { tags: ["v*"] } });
  const steps = jobs["build"]?.steps ?? [];
  const runs = steps.map(({ run }) => run).filter((run) => /^npm (?:ci|run check|test)\b/u.test(run ?? ""));
  expect(runs).toEqual(["npm ci --ignore-scripts", "npm run check", "npm test"]);
  const [checkout, ofBranch] = steps;
  expect(checkout?.with).toEqual({ "persist-credentials": false, "fetch-depth": 0 });
  expect(ofBranch?.env).toEqual({ BRANCH: "${{ github.event.repository.default_branch }}" });
  expect(jobs["release"]?.steps.filter(({ run = "" }) => /\b(?:npm|node)\b/u.test(run))).toEqual([]);
});

describe("the tag", () => {
  const check = step("build", /of the default branch/u);
  const git = (...argv: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", "-C", folder, ...argv], {
      stdio: "pipe",
    });
  const commit = (message: string) => git("commit", "--quiet", "--allow-empty", `--message=${message}`);
  /** As the checkout fetches it: what origin has, in its own names. */
  beforeEach(() => {
    git("init", "--quiet", "--initial-branch=trunk");
    commit("released");
    commit("later");
    git("update-ref", "refs/remotes/origin/trunk", "HEAD");
  });
  const runCheck = () => run(check, { GITHUB_REF_NAME: "v1.2.3", BRANCH: "trunk" });

  test.each(["HEAD", "HEAD~1"])("is of %s of the default branch, annotated or not", (name) => {
    git("tag", "--annotate", "--message=1.2.3", "v1.2.3", name);
    git("checkout", "--quiet", "v1.2.3");
    expect(runCheck()).toEqual({ code: 0, stdout: "" });
  });

  test.each([
    ["that nobody merged", "HEAD"],
    ["with the same files", "HEAD~1"],
  ])("is of a commit %s: nothing is built", (_, from) => {
    git("checkout", "--quiet", "--detach", from);
    commit("not merged");
    expect(runCheck()).toEqual({
      code: 1,
      stdout:
        "::error::v1.2.3 is of a commit that trunk does not contain: nothing was built. Tag one that was merged.\n",
    });
  });
});

test.each<[string, object, string, string]>([
  ["that of the tag, of package.json and of the changelog", {}, "", "[1.2.3] - 2026-12-31"],
  [
    "of another repository than package.json names: the template would call a stranger's workflows",
    { GITHUB_REPOSITORY: "contoso/fork" },
    "package.json does not name contoso/fork.\n",
    "[1.2.3] - 2026-12-31",
  ],
  [
    "another one than package.json's",
    { GITHUB_REF_NAME: "v1.2.4" },
    "The tag is v1.2.4, and package.json's version is 1.2.3.\n",
    "[1.2.3] - 2026-12-31",
  ],
  ["in no section of the changelog", {}, "CHANGELOG.md has no section [1.2.3] with its date.\n", "[Unreleased]"],
  ["not dated there", {}, "CHANGELOG.md has no section [1.2.3] with its date.\n", "[1.2.3], not yet released"],
])("the version is %s", (_, changes, stdout, section) => {
  writeFileSync(join(folder, "package.json"), '{ "version": "1.2.3", "repository": "github:contoso/partner" }');
  writeFileSync(join(folder, "CHANGELOG.md"), `# Changelog\n\n## ${section}\n`);
  const names = { GITHUB_REF_NAME: "v1.2.3", GITHUB_REPOSITORY: "contoso/partner", ...changes };
  expect(run(step("build", /same version/u), names)).toEqual({ code: stdout === "" ? 0 : 1, stdout });
});

test.each([
  ["made, where there is none", 1, ["release view v1.2.3", "release create v1.2.3 --verify-tag --title v1.2.3"]],
  ["taken, where there is one", 0, ["release view v1.2.3"]],
])("the tag's release is %s, and gets each tarball with the provenance", (_, isMissing, first) => {
  mkdirSync(join(folder, "package"));
  const tarballs = ["one-1.2.3.tgz", "two-1.2.3.tgz"];
  for (const name of tarballs) writeFileSync(join(folder, "package", name), "tarball");
  writeFileSync(join(folder, "bundle.json"), "provenance");
  const gh = `#!/bin/sh\necho "$*" >> gh.log\n[ "$2" != view ] || exit ${isMissing}\n`;
  writeFileSync(join(folder, "gh"), gh);
  chmodSync(join(folder, "gh"), 0o755);
  run(step("release", /^Attach/u), {
    PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
    GITHUB_REF_NAME: "v1.2.3",
    PROVENANCE: "bundle.json",
  });
  const lines = readFileSync(join(folder, "gh.log"), "utf8").trimEnd().split("\n");
  const attached = tarballs.flatMap((name) => [`package/${name}`, `package/${name}.sigstore.json`]);
  const upload = `release upload v1.2.3 ${attached.join(" ")} --clobber`;
  expect(lines.map((line) => line.replace(/ --notes .*/u, ""))).toEqual([...first, upload]);
  for (const name of tarballs)
    expect(readFileSync(join(folder, "package", `${name}.sigstore.json`), "utf8")).toBe("provenance");
});

describe("CONTRIBUTING.md's lines", () => {
  const owner = "OWNER_OF_THIS_REPOSITORY";
  const [once = "", each = ""] = parts(readDocument("CONTRIBUTING.md").replace(/^.*(?=^## A release$)/msu, ""))
    .fences.filter(({ language }) => language === "sh")
    .map(({ text }) => text);
  const calls = (): string[] => readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n");
  const runLines = (text: string, environment: NodeJS.ProcessEnv) => {
    mkdirSync(join(folder, "bin"));
    for (const name of ["gh", "npm"]) {
      const body = `case "$*" in *"--input -") echo "stdin $(tr '\\n' ' ')" >> "$CALLS" ;; esac\n`;
      writeFileSync(join(folder, "bin", name), `#!/bin/bash\necho "${name} $*" >> "$CALLS"\n${body}`, { mode: 0o755 });
    }
    const PATH = `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`;
    const env = { ...process.env, ...environment, PATH, CALLS: join(folder, "calls") };
    execFileSync("bash", ["-euo", "pipefail", "-c", text], { cwd: join(folder, "clone"), env, stdio: "pipe" });
  };

  // Once the owner's name is put, nobody runs these lines again.
  const isBefore = readDocument("package.json").includes(owner);
  (isBefore ? test : test.skip)(
    "before the first release: the owner's name is put wherever it stands, and each rule is valid",
    () => {
      const clone = join(folder, "clone");
      const listed = execFileSync("git", ["grep", "-l", owner], { cwd: repositoryFolder, encoding: "utf8" })
        .trim()
        .split("\n");
      for (const path of listed) cpSync(join(repositoryFolder, path), join(clone, path));
      const git = (...argv: string[]) => execFileSync("git", argv, { cwd: clone, stdio: "pipe" });
      git("init", "--quiet");
      git("add", ".");
      runLines(once, { OWNER: "contoso" });
      const left = listed.filter((path) => readFileSync(join(clone, path), "utf8").includes(owner));
      expect(left.filter((path) => path !== "CONTRIBUTING.md" && !path.startsWith("test/"))).toEqual([]);
      expect(readFileSync(join(clone, "package.json"), "utf8")).toContain('"github:contoso/secure-application-model"');
      const rules = calls().filter((line) => line.startsWith("stdin "));
      expect(rules.map((line) => JSON.parse(line.slice("stdin ".length)) as object)).toMatchObject([
        { target: "branch", rules: [{ type: "deletion" }, { type: "non_fast_forward" }, { type: "pull_request" }] },
        { target: "tag", rules: [{ type: "creation" }], bypass_actors: [{ actor_type: "RepositoryRole" }] },
        { target: "tag", rules: [{ type: "update" }, { type: "deletion" }] },
      ]);
      const paths = calls().flatMap((line) => /^gh api --method (\w+ repos\/\S+)/u.exec(line)?.[1] ?? []);
      const at = "repos/contoso/secure-application-model";
      expect(paths).toEqual([
        `PUT ${at}/private-vulnerability-reporting`,
        `PUT ${at}/actions/permissions/workflow`,
        ...Array<string>(3).fill(`POST ${at}/rulesets`),
      ]);
    },
  );

  test("each release: bash reads them, and they publish the tarballs that pack makes", () => {
    execFileSync("bash", ["-n", "-c", each]);
    const { version } = JSON.parse(readFileSync(join(repositoryFolder, "package.json"), "utf8")) as { version: string };
    const published = [...each.matchAll(/npm publish "\.\/released\/(\S+)-\$VERSION\.tgz"/gu)].map(([, name]) => name);
    expect(published).toEqual(["secure-app-model", "secure-application-model"]);
    const step = readFileSync(join(repositoryFolder, "CHANGELOG.md"), "utf8");
    expect(step).toContain(`## [${version}]`);
  });
});
