/**
 * `npm run mutants`: how many small mistakes in the product its tests find. Each mutant of sample.jsonl runs with the tests of its room
 * (tests-of.mjs), those that survive with the room's tests of the real engine, in two clones beside each other; it takes more than an hour.
 * What was found is in .local/mutants/<name>.jsonl, and a run of the same name goes on where one was ended.
 *
 *   npm run mutants -- [name] [--lanes 2] [--first 120]   the name of a pass, by default the commit's
 *   npm run mutants -- --compare <before> <after>         what the one found, and not the other
 *   npm run mutants -- --sample                           writes another sample: only together with a new first pass
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Lane } from "./lane.mjs";
import { allSites, makeSample, roomOf } from "./sample.mjs";
import { mutated } from "./sites.mjs";
import { nearestFirst, testsOf } from "./tests-of.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const repository = dirname(dirname(here));
const folder = join(repository, ".local", "mutants");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "boolean" },
    compare: { type: "boolean" },
    lanes: { type: "string", default: "2" },
    first: { type: "string", default: "1000" },
  },
});

const print = (text) => process.stdout.write(`${text}\n`);
const keyOf = ({ file, in: inside, operation, what, ordinal = 0 }) =>
  JSON.stringify([file, inside, operation, what, ordinal]);
const titleOf = (mutant) => `${mutant.file} ${mutant.in}: ${mutant.operation} ${mutant.what}`;
const linesOf = (path) =>
  existsSync(path)
    ? readFileSync(path, "utf8")
        .trim()
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
const append = (path, line) => appendFileSync(path, `${JSON.stringify(line)}\n`);

/** Mistakes that no test could miss, and a change that no test could find: the tool's own proof, at the start of each pass. */
const OBVIOUS = "lib/http/pacing.ts";

async function withLanes(jobs, work) {
  const lanes = Array.from({ length: Number(values.lanes) }, (_, number) => new Lane(repository, number));
  await Promise.all(
    lanes.map(async (lane) => {
      await lane.open();
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await work(lane, job);
    }),
  );
}

/** Seconds of each test file, where a comment is all that changed. @throws if one fails */
async function baseline(lane, path, tests) {
  const known = new Set(linesOf(path).map(({ file }) => file));
  const left = tests.filter((test) => !known.has(test));
  if (left.length === 0) return;
  const { files, late } = await lane.with(OBVIOUS, `${lane.read(OBVIOUS)}\n// Nothing.\n`, () => lane.run(left, {}));
  const failed = files.filter((one) => one.failed);
  for (const { file, seconds } of files.filter((one) => !one.failed)) append(path, { file, seconds });
  if (late !== undefined || failed.length > 0) {
    throw new Error(
      `Without a mutant these fail: ${[late, ...failed.map(({ file, failed: test }) => `${file} (${test})`)].join(", ")}`,
    );
  }
}

async function verdictOf(lane, mutant, site, seconds) {
  const { tests, e2e } = testsOf(lane.folder, roomOf(site.name.file));
  const since = performance.now();
  const verdict = await lane.with(site.name.file, mutated(lane.read(site.name.file), site), async () => {
    for (const [verdict, some] of [
      ["found", nearestFirst(lane, site.name.file, tests, seconds)],
      ["e2e", e2e],
    ]) {
      if (some.length === 0) continue;
      const { files, late } = await lane.run(some, seconds, "--bail=1");
      const failed = files.find((one) => one.failed);
      if (late !== undefined) return { verdict, by: `${late} (too long)` };
      if (failed !== undefined) return { verdict, by: `${failed.file}: ${failed.failed}` };
    }
    return { verdict: "survived" };
  });
  return { ...mutant, room: roomOf(mutant.file), ...verdict, seconds: Math.round((performance.now() - since) / 1000) };
}

function table(results) {
  const verdicts = ["found", "e2e", "survived", "gone"];
  const rooms = [...new Set(results.map(({ room }) => room)), "all"];
  const row = (cells) =>
    cells.map((cell, index) => (index === 0 ? `${cell}`.padEnd(20) : `${cell}`.padStart(9))).join("");
  print(row(["room", ...verdicts]));
  for (const room of rooms) {
    const own = results.filter((one) => room === "all" || one.room === room);
    print(row([room, ...verdicts.map((verdict) => own.filter((one) => one.verdict === verdict).length)]));
  }
  const left = results.filter(({ verdict }) => verdict !== "gone");
  const survived = left.filter(({ verdict }) => verdict === "survived");
  print(
    `\nfound: ${left.length - survived.length} of ${left.length} (${((100 * (left.length - survived.length)) / left.length).toFixed(1)} %)`,
  );
  if (survived.length > 0) print(`survived:\n${survived.map((one) => `  ${titleOf(one)}`).join("\n")}`);
}

async function pass(name) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.jsonl`);
  const done = new Set(linesOf(path).map(keyOf));
  const sites = new Map(allSites(repository).map((site) => [keyOf(site.name), site]));
  // A file that moved keeps the names in it.
  const moved = new Map(allSites(repository).map((site) => [keyOf({ ...site.name, file: "" }), site]));
  const sample = linesOf(join(here, "sample.jsonl")).slice(0, Number(values.first));
  const left = sample.filter((mutant) => !done.has(keyOf(mutant)));
  const jobs = left.map((mutant) => ({
    mutant,
    site: sites.get(keyOf(mutant)) ?? moved.get(keyOf({ ...mutant, file: "" })),
  }));
  for (const { mutant } of jobs.filter(({ site }) => site === undefined))
    append(path, { ...mutant, room: roomOf(mutant.file), verdict: "gone" });
  const there = jobs.filter(({ site }) => site !== undefined);
  if (there.length > 0) {
    const times = join(folder, `${name}.baseline.jsonl`);
    const every = new Set(
      there.flatMap(({ site }) => Object.values(testsOf(repository, roomOf(site.name.file))).flat()),
    );
    const shares = Array.from({ length: Number(values.lanes) }, (_, number) =>
      [...every].filter((_test, index) => index % Number(values.lanes) === number),
    );
    await withLanes(shares, (lane, tests) => baseline(lane, times, tests));
    const seconds = Object.fromEntries(linesOf(times).map(({ file, seconds: one }) => [file, one]));
    await withLanes(there, async (lane, { mutant, site }) => {
      const result = await verdictOf(lane, mutant, site, seconds);
      append(path, result);
      print(
        `${result.verdict.padEnd(8)} ${`${result.seconds}`.padStart(4)} s  ${titleOf(mutant)}${result.by ? `\n${" ".repeat(17)}${result.by}` : ""}`,
      );
    });
  }
  table(linesOf(path));
}

function compare([before, after]) {
  const verdicts = new Map(linesOf(join(folder, `${after}.jsonl`)).map((one) => [keyOf(one), one.verdict]));
  const lost = linesOf(join(folder, `${before}.jsonl`)).filter(
    (one) => ["found", "e2e"].includes(one.verdict) && verdicts.get(keyOf(one)) === "survived",
  );
  print(
    lost.length === 0
      ? "Nothing that was found survives now."
      : lost.map((one) => `${titleOf(one)}\n  was found by ${one.by}`).join("\n"),
  );
  process.exitCode = lost.length === 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
if (values.sample) {
  writeFileSync(
    join(here, "sample.jsonl"),
    makeSample(repository)
      .map((name) => `${JSON.stringify(name)}\n`)
      .join(""),
  );
} else if (values.compare) {
  compare(positionals);
} else {
  await pass(
    positionals[0] ??
      execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: repository, encoding: "utf8" }).trim(),
  );
}
