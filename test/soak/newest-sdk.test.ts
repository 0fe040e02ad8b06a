/**
 * What the product uses of Pulumi without its documents, with the newest SDK that the registry has: the tests that each
 * use names, in a clone of what is committed. The gate runs them with the SDK that is pinned.
 */
import { execFile, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { finished, repository } from "../e2e/support/project";
import { undocumented } from "../support/undocumented";

const clone = join(repository, ".local", "newest-sdk");
/** Without what this run of jest has set. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:JEST|TEST|NODE)_/u.test(name)));
const quick = ["--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

async function run(cwd: string, command: string, ...argv: string[]): Promise<string> {
  return (await promisify(execFile)(command, argv, { cwd, env })).stdout.trim();
}

test("the newest SDK has all that is used of it", async () => {
  const newest = await run(repository, "npm", "view", "@pulumi/pulumi", "version", "--prefer-online");
  rmSync(clone, { recursive: true, force: true });
  await run(repository, "git", "clone", "--quiet", "--local", repository, clone);
  const places = ["--workspace", "tools/embedded-cloud", "--include-workspace-root"];
  await run(clone, "npm", "install", `@pulumi/pulumi@${newest}`, ...places, ...quick);
  const manifest = readFileSync(join(clone, "node_modules", "@pulumi", "pulumi", "package.json"), "utf8");
  expect(JSON.parse(manifest)).toMatchObject({ version: newest });
  const tests = [...new Set(undocumented.flatMap((one) => one.tests))];
  const { code, text } = await finished(
    spawn("npm", ["test", "--", "--runTestsByPath", ...tests], { cwd: clone, env }),
  );
  process.stdout.write(`@pulumi/pulumi ${newest}: ${/^Tests: .*$/mu.exec(text)?.[0] ?? ""}\n`);
  if (code !== 0) throw new Error(text);
});
