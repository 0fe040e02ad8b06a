// The entry point of every npm script: `node tools/build/main.mjs <task> [arguments…]`.
//
// Works in a clone without installed packages, under Node 20 or later, without dependencies: installs when node_modules does not
// fit the lock file, builds when bin/ does not fit the sources, and continues under Node 24.5 or later. If everything fits, this costs
// two hashes. Its own messages go to stderr; stdout, stdin, signals and the exit code belong to the task.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuilt } from "./build.mjs";
import { BootstrapError } from "./errors.mjs";
import { ensureInstalled } from "./install.mjs";
import { runTask } from "./run.mjs";

const { createProgress } = createRequire(import.meta.url)("./progress.cjs");
const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Runs before jest, whose tests then use the cache: no test waits minutes for a build. */
const ENGINE = ["tools/embedded-cloud/bin/engine/main.js"];
const JEST = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];

const SOAK = ["--config", "test/soak/jest.config.cjs"];

/** The programs of a task, one after the other until one fails; paths are relative to the repository. */
const TASKS = {
  start: { run: [["tools/embedded-cloud/bin/demo.js"]] },
  emulator: { run: [["tools/embedded-cloud/bin/emulator/main.js", "--exit-with-parent"]] },
  "dev:env": { run: [["tools/embedded-cloud/bin/dev-env.js"]] },
  bench: { run: [["tools/embedded-cloud/bin/bench.js"]] },
  // The test of docs/commands.md, which then writes the page.
  docs: { run: [ENGINE, [...JEST, '--globals={"writesDocuments":true}', "test/e2e/transcripts.test.ts"]] },
  picture: {
    run: [
      ENGINE,
      [...JEST, ...SOAK, '--globals={"isSoak":true,"writesDocuments":true}', "test/soak/status-picture.test.ts"],
    ],
  },
  test: { run: [ENGINE, JEST] },
  acceptance: { run: [["bin/tools/acceptance/main.js"]] },
  soak: { run: [ENGINE, [...JEST, ...SOAK]] },
  // Outside of the gate: more than an hour on two cores.
  mutants: { run: [ENGINE, ["test/mutants/main.mjs"]] },
  check: { run: [["tools/build/check.mjs"]], unbuilt: true },
  build: { run: [] },
  pack: { run: [["tools/build/pack.mjs"]] },
  // npm runs this at the end of `npm ci`, when everything is installed: as a script of this workspace, because npm shows the package's own
  // scripts to its users. With --omit=dev there is nothing to build with: the compiler may still be there as an optional peer of
  // @pulumi/pulumi, so the presence of the bundler decides.
  prepare: { run: [], installed: true, unbuilt: !existsSync(join(repository, "node_modules", "esbuild")) },
};

/** `SHIFT_CLOCK_TO=23:30 npm test`: every Node.js of the run, including this one, uses the last 23:30 UTC as its time. */
function shiftClock() {
  if (process.env.SHIFT_CLOCK_TO === undefined) return;
  const preload = join(repository, "test", "support", "shifted-clock.cjs");
  createRequire(import.meta.url)(preload);
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ""} --require=${JSON.stringify(preload)}`;
}

async function main([name, ...args]) {
  const task = Object.hasOwn(TASKS, name ?? "") ? TASKS[name] : undefined;
  if (task === undefined) {
    throw new BootstrapError(`Unknown task "${name ?? ""}". Tasks: ${Object.keys(TASKS).join(", ")}.`, 2);
  }
  shiftClock();
  const progress = createProgress();
  const runs = task.run.length > 0;
  const node = task.installed ? process.execPath : await ensureInstalled(repository, progress, runs);
  if (!task.unbuilt) await ensureBuilt(repository, progress);
  return runs ? await runTask(node, task.run, args, repository) : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
