/**
 * `npm run mutants`: how many small mistakes in the product its tests find. Each mutant of sample.jsonl runs with the tests of its room
 * (tests-of.mjs), and one that survives these with the room's tests of the real engine, in clones beside each other. The results are
 * .local/mutants/<name>.jsonl, and a pass of the same name goes on where one was ended.
 *
 *   npm run mutants -- [name] [--lanes 2] [--only <pattern>]   a pass; by default its name is the commit's
 *   npm run mutants -- --compare <before> <after>              what the one found, and the other not
 *   npm run mutants -- --sample                                writes another sample, which only new passes can be compared by
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
const sample = join(here, "sample.jsonl");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "boolean" },
    compare: { type: "boolean" },
    lanes: { type: "string", default: "2" },
    only: { type: "string", default: "" },
  },
});

const print = (text) => process.stdout.write(`${text}\n`);
const keyOf = ({ file, in: inside, operation, what, ordinal = 0 }) =>
  JSON.stringify([file, inside, operation, what, ordinal]);
const titleOf = (mutant) => `${mutant.file} ${mutant.in}: ${mutant.operation} ${mutant.what}`;
const textOf = (path) => (existsSync(path) ? readFileSync(path, "utf8").trim() : "");
const linesOf = (path) => (textOf(path) === "" ? [] : textOf(path).split("\n")).map((line) => JSON.parse(line));
const append = (path, line) => appendFileSync(path, `${JSON.stringify(line)}\n`);

async function withLanes(jobs, work) {
  if (jobs.length === 0) return;
  const lanes = Array.from({ length: Number(values.lanes) }, (_, number) => new Lane(repository, number));
  await Promise.all(
    lanes.map(async (lane) => {
      await lane.open();
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await work(lane, job);
    }),
  );
}

/** The tool's own proof: a change that no test can find, which gives the seconds of each test file. @throws if one fails, now and later */
async function baseline(lane, path, tests) {
  const file = "lib/http/pacing.ts";
  const failed = await lane.with(file, `${lane.read(file)}// Nothing.\n`, () =>
    lane.firstFailure(tests, {}, (test, seconds) => append(path, { test, seconds })),
  );
  if (failed !== undefined) throw new Error(`Without a mutant this fails: ${failed}`);
}

async function verdictOf(lane, site, seconds) {
  const { file } = site.name;
  const { tests, e2e } = testsOf(lane.folder, roomOf(file));
  return await lane.with(file, mutated(lane.read(file), site), async () => {
    const found = await lane.firstFailure(nearestFirst(lane, file, tests, seconds), seconds);
    if (found !== undefined) return { verdict: "found", by: found };
    const later = await lane.firstFailure(e2e, seconds);
    return later === undefined ? { verdict: "survived" } : { verdict: "e2e", by: later };
  });
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
  const found = left.length - survived.length;
  print(`\nfound: ${found} of ${left.length} (${((100 * found) / left.length).toFixed(1)} %)`);
  if (survived.length > 0) print(`survived:\n${survived.map((one) => `  ${titleOf(one)}`).join("\n")}`);
}

async function pass(name) {
  mkdirSync(folder, { recursive: true });
  const [path, times] = [`${name}.jsonl`, `${name}.times.jsonl`].map((file) => join(folder, file));
  const done = new Set(linesOf(path).map(keyOf));
  const all = allSites(repository);
  const sites = new Map(all.map((site) => [keyOf(site.name), site]));
  // A file that moved keeps the names in it, if no other has these.
  const moved = Map.groupBy(all, (site) => keyOf({ ...site.name, file: "" }));
  const left = linesOf(sample).filter(
    (one) => new RegExp(values.only, "u").test(titleOf(one)) && !done.has(keyOf(one)),
  );
  const jobs = left.map((mutant) => {
    const elsewhere = moved.get(keyOf({ ...mutant, file: "" })) ?? [];
    const site = sites.get(keyOf(mutant)) ?? (elsewhere.length === 1 ? elsewhere[0] : undefined);
    return { mutant: { ...mutant, room: roomOf(mutant.file) }, site };
  });
  for (const { mutant } of jobs.filter(({ site }) => site === undefined)) append(path, { ...mutant, verdict: "gone" });
  const there = jobs.filter(({ site }) => site !== undefined);
  const rooms = new Set(there.map(({ site }) => roomOf(site.name.file)));
  const tests = new Set([...rooms].flatMap((room) => Object.values(testsOf(repository, room)).flat()));
  const timed = new Set(linesOf(times).map(({ test }) => test));
  const untimed = [...tests].filter((test) => !timed.has(test));
  const parts = Array.from({ length: Math.ceil(untimed.length / 20) }, (_, part) =>
    untimed.slice(20 * part, 20 * part + 20),
  );
  await withLanes(parts, (lane, part) => baseline(lane, times, part));
  const seconds = Object.fromEntries(linesOf(times).map(({ test, seconds: one }) => [test, one]));
  // The other half of the proof: nothing would be right without it.
  const obvious = all.find(({ name }) => name.in === "requireAnswer" && name.operation === "emptied");
  if (there.length > 0) there.unshift({ mutant: { ...obvious.name, room: "proof" }, site: obvious });
  await withLanes(there, async (lane, { mutant, site }) => {
    const since = performance.now();
    const result = { ...mutant, ...(await verdictOf(lane, site, seconds)) };
    const took = Math.round((performance.now() - since) / 1000);
    if (mutant.room !== "proof") append(path, { ...result, seconds: took });
    else if (result.verdict !== "found") throw new Error(`No test finds ${titleOf(result)}: this measures nothing.`);
    print(
      `${result.verdict.padEnd(8)} ${`${took}`.padStart(4)} s  ${titleOf(result)}\n                 ${result.by ?? ""}`,
    );
  });
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
