import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const repository = join(__dirname, "..", "..");
const stale = "The sources are newer than the build in bin/, so this would run old code. Build it: npm run build";

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A repository of a few sources; its build contains the module under test. */
async function tree(name: string, built: boolean): Promise<{ root: string; requireFreshBuild: () => void }> {
  const root = join(folder, name);
  write(root, "index.ts", "program");
  write(root, "program/start.ts", "program");
  write(root, "program/ci.ts", "program");
  write(root, "program/model.ts", "program");
  write(root, "lib/config/settings.ts", "settings");
  write(root, "cli/token/token.ts", "token");
  write(root, "cli/notes.md", "no source");
  if (built) build(root);
  const module = join(root, "bin", "lib", "startup", "build-stamp.ts");
  mkdirSync(dirname(module), { recursive: true });
  copyFileSync(join(repository, "lib", "startup", "build-stamp.ts"), module);
  const { requireFreshBuild } = (await import(module)) as { requireFreshBuild: () => void };
  return { root, requireFreshBuild };
}

/** The real build writes the stamp, with a compiler that does nothing; in a separate process because it is not CommonJS. */
function build(root: string): void {
  for (const path of [
    "tsconfig.json",
    "tools/build/tsconfig.json",
    "tools/embedded-cloud/tsconfig.json",
    "package-lock.json",
    "node_modules/typescript/package.json",
    "tools/build/build.mjs",
    "tools/build/settings-schema.mjs",
  ]) {
    write(root, path, "{}");
  }
  write(root, "node_modules/typescript/bin/tsc", "");
  const module = JSON.stringify(join(repository, "tools", "build", "build.mjs"));
  const progress = "{ start() {}, finish() {} }";
  const script = `import(${module}).then(({ ensureBuilt }) => ensureBuilt(${JSON.stringify(root)}, ${progress}))`;
  execFileSync(process.execPath, ["-e", script]);
}

test("a build of these sources passes", async () => {
  const { requireFreshBuild } = await tree("fresh", true);
  expect(requireFreshBuild).not.toThrow();
});

test("a build that was never stamped is refused with the command that builds", async () => {
  const { requireFreshBuild } = await tree("unstamped", false);
  expect(requireFreshBuild).toThrow(stale);
});

test("a changed, added, renamed or removed source is refused; any other file is ignored", async () => {
  const { root, requireFreshBuild } = await tree("changed", true);
  write(root, "cli/notes.md", "changed");
  write(root, "docs/page.ts", "not built");
  expect(requireFreshBuild).not.toThrow();

  write(root, "lib/config/settings.ts", "changed");
  expect(requireFreshBuild).toThrow(stale);
  write(root, "lib/config/settings.ts", "settings");
  expect(requireFreshBuild).not.toThrow();

  write(root, "lib/partner-center/customers.ts", "");
  expect(requireFreshBuild).toThrow(stale);
  rmSync(join(root, "lib/partner-center"), { recursive: true });
  expect(requireFreshBuild).not.toThrow();

  rmSync(join(root, "cli/token/token.ts"));
  expect(requireFreshBuild).toThrow(stale);
  write(root, "cli/token/tokens.ts", "token");
  expect(requireFreshBuild).toThrow(stale);
});

test("an installed package has no sources to compare with", async () => {
  const { root, requireFreshBuild } = await tree("installed", true);
  for (const source of ["index.ts", "program/start.ts", "program/ci.ts", "program/model.ts", "lib", "cli"])
    rmSync(join(root, source), { recursive: true });
  expect(requireFreshBuild).not.toThrow();
});
