// `npm run check`: the whole gate. Every step runs, at most two at once; one line each, and the output of those that fail.
// `npm run check -- lint types` runs only these.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runQuietly } from "./run.mjs";

const CACHE = join("node_modules", ".cache");

/** The longest first, so that two lanes end at about the same time. */
const STEPS = {
  // Rules and types: as many threads as there are cores.
  lint: [
    "oxlint/bin/oxlint",
    "--config=tools/lint/oxlint.config.mjs",
    "--type-aware",
    "--type-check",
    "--report-unused-disable-directives",
    "--deny-warnings",
  ],
  unused: ["knip/bin/knip.js", "--config=tools/lint/knip.json", "--no-progress", "--treat-config-hints-as-errors"],
  format: [
    "prettier/bin/prettier.cjs",
    "--check",
    "--log-level=warn",
    "--cache",
    "--cache-location",
    join(CACHE, "prettier/check"),
    ".",
  ],
  secrets: [
    "secretlint/bin/secretlint.js",
    "--no-color",
    "--maskSecrets",
    "--secretlintrc",
    "tools/lint/secretlintrc.json",
    "--secretlintignore",
    ".gitignore",
    "**/*",
  ],
};
const AT_ONCE = 2;

/**
 * Options of Node.js. secretlint records a performance mark for each rule and file, and searches all marks each time: 15 of its 17
 * seconds, for a profile that is not used.
 */
const NODE_OPTIONS = { secrets: ["--import=data:text/javascript,performance.mark=()=>undefined"] };

async function runStep(name) {
  const [program, ...args] = STEPS[name];
  const path = join("node_modules", program);
  if (!existsSync(path)) return { code: 1, output: `${path} is missing. Run: npm ci`, seconds: 0 };
  const since = performance.now();
  const result = await runQuietly(process.execPath, [...(NODE_OPTIONS[name] ?? []), path, ...args], {
    env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" },
  });
  return { ...result, seconds: (performance.now() - since) / 1000 };
}

async function lane(waiting, failed) {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const { code, output, seconds } = await runStep(name);
    process.stdout.write(`${code === 0 ? "✓" : "✗"} ${name.padEnd(8)} ${seconds.toFixed(1)} s\n`);
    if (code !== 0) failed.push(name);
    if (code !== 0) process.stdout.write(`${output.trimEnd().replace(/^/gm, "    ")}\n`);
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(STEPS, name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown step ${unknown.join(", ")}. Steps: ${Object.keys(STEPS).join(", ")}.\n`);
  process.exit(2);
}
const waiting = asked.length > 0 ? asked : Object.keys(STEPS);
const failed = [];
await Promise.all(Array.from({ length: AT_ONCE }, () => lane(waiting, failed)));
if (failed.length > 0) process.stdout.write(`failed: ${failed.join(", ")}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
