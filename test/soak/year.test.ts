/**
 * A year of a stack with a calendar, week by week: the scheduled jobs run from their files, each as its own identity, and no person does anything.
 * Each runs once a week, as renew.yml's schedule says; the others' say once or twice a day, which would take hours. One quarter nobody rotates. Every
 * redemption succeeds. The log of that year is printed, a line for each week in which more happened than a renewal.
 */
import { secureAppModel } from "../e2e/support/command";
import { CiStack } from "../e2e/support/ci-stack";
import type { Project } from "../e2e/support/project";
import { labelsOf, publishedIn } from "../e2e/support/rotations";
import { clockIn } from "../e2e/support/shifted";
import { newestOf, tokenVersions } from "../e2e/support/vault";
import { stackOf } from "../support/github/workflow";

const { moveTo } = jest.requireActual<{ moveTo: (minutes: number) => void }>("../support/shifted-clock.cjs");

const weeks = 53;
/** Weeks in which rotate.yml does not run: a whole quarter, including the rotation at its beginning. */
const isMissed = (week: number): boolean => week >= 25 && week < 39;
const say = (text: string) => process.stderr.write(`${text}\n`);
const start = Date.now();
const dayOf = (days: number) => new Date(start + days * 86_400_000).toISOString().slice(0, 10);
const calendar = { rotateEvery: "90d" };

afterEach(() => {
  moveTo(0);
});

test.each([
  { kind: "client secrets", settings: { merged: { credential: calendar } } },
  { kind: "certificates", settings: { deployed: { credential: { kind: "certificate", ...calendar } } } },
])(
  `${weeks} weeks of $kind: rotations, renewals, no failed redemption, no sign-in, no person`,
  async ({ kind, settings }) => {
    const ci = await CiStack.start(stackOf("AzureCloud"), settings);
    const { project } = ci;
    const year: Year = { log: [], failures: [], redemptions: 0, renewals: 0, rotations: 0, signIns: 0 };
    countSignIns(project, year);
    try {
      await ci.admit("rotate");
      const { tags } = newestOf(await tokenVersions(project));
      say(`A year of ${kind}`);
      for (let week = 1; week <= weeks; week += 1) await live(ci, week, year);
      const { log, failures, ...counts } = year;
      say(JSON.stringify(counts));
      expect(failures).toEqual([]);
      const issues = ci.tracker.issues.map(({ title }) => title);
      expect({ ...counts, issues }).toEqual({
        redemptions: weeks,
        renewals: weeks,
        rotations: 3,
        signIns: 0,
        issues: [],
      });
      // Of days 0, 91, 273 and 364: what was missed is one rotation.
      expect((await labelsOf(project)).toSorted()).toEqual(["partner-c3", "partner-c4"]);
      expect(newestOf(await tokenVersions(project)).tags).toEqual(tags);
      expect(log.some((line) => line.includes("it is overdue"))).toBe(true);
    } finally {
      await ci.close();
    }
    // Ten minutes on a machine that does nothing else.
  },
  3_600_000,
);

interface Year {
  /** A line a week. */
  log: string[];
  failures: unknown[];
  redemptions: number;
  renewals: number;
  rotations: number;
  signIns: number;
}

/** As they come: the log keeps no year of requests. */
function countSignIns({ emulator: { requests } }: Project, year: Year): void {
  const add = requests.add.bind(requests);
  requests.add = (entry) => {
    if (entry.path.includes("/authorize")) year.signIns += 1;
    add(entry);
  };
}

async function live(ci: CiStack, week: number, year: Year): Promise<void> {
  const { project } = ci;
  const days = week * 7;
  moveTo(days * 1440);
  Object.assign(project.environment, clockIn(days));
  const events: string[] = [];
  const run = async (file: string, ...accepted: number[]) => {
    const { code, text } = await ci.run(file);
    if (code !== 0 && !accepted.includes(code)) year.failures.push({ week, file, code, text });
    return { code, text };
  };
  const renewed = await run("renew.yml");
  year.renewals += [...renewed.text.matchAll(/^renewed /gmu)].length;
  await run("probe.yml");
  if (!isMissed(week)) {
    const { text } = await run("rotate.yml");
    const [rotated] = /^Stack .* is rotated.*$/mu.exec(text) ?? [];
    if (rotated !== undefined) {
      year.rotations += 1;
      events.push(rotated);
    }
  }
  const drift = await run("drift.yml", ...(isMissed(week) ? [4] : []));
  const [due] = /Rotation is due since [^\n`]*/u.exec(drift.text) ?? [];
  if (due !== undefined) events.push(`Drift (exit code ${drift.code}): ${due}`);
  const { code, stderr } = await secureAppModel(project, ["token", "graph", "--vault", ci.outputs.vaultUri]);
  if (code === 0) year.redemptions += 1;
  else year.failures.push({ week, redemption: stderr });
  const [published, all] = [await publishedIn(project), await labelsOf(project)];
  const line = `${String(week).padStart(2)}  ${dayOf(days)}  published ${published.join(", ")}, valid ${all.join(", ")}`;
  if (events.length > 0) say([line, ...events].join("  "));
  year.log.push([line, ...events].join("  "));
}
