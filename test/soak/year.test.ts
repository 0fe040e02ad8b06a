/**
 * A year of a stack with a calendar, week by week: the scheduled jobs run from their files, each with its own identity, and no person does
 * anything.
 * Each runs once a week, which is the schedule of renew.yml; the others run once or twice a day, which would take hours. In one quarter
 * there is no rotation. Every redemption succeeds. The log of that year is printed, a line a week.
 */
import { join } from "node:path";
import { secureAppModel } from "../e2e/support/command";
import { CiStack } from "../e2e/support/ci-stack";
import { labelsOf, publishedIn } from "../e2e/support/rotations";
import { repository } from "../e2e/support/dev-configuration";
import { stackOf } from "../support/github/workflow";

const preload = join(repository, "test", "support", "moved-clock.cjs");
const { moveTo } = jest.requireActual<{ moveTo: (days: number) => void }>("../support/moved-clock.cjs");

const weeks = 53;
/** Weeks in which rotate.yml does not run: a whole quarter, including the rotation at its beginning. */
const isMissed = (week: number): boolean => week >= 25 && week < 39;
test(`${weeks} weeks: rotations, renewals, no failed redemption, no sign-in, no person`, async () => {
  const row = stackOf("AzureCloud");
  const start = Date.now();
  const dayOf = (days: number) => new Date(start + days * 86_400_000).toISOString().slice(0, 10);
  const calendar = { rotateEvery: "90d", firstDay: dayOf(1) };
  const ci = await CiStack.start(row, { credential: calendar });
  const { project } = ci;
  const log: string[] = [];
  const failures: unknown[] = [];
  const counts = { redemptions: 0, rotations: 0 };
  const signIns = () => project.emulator.requests.entries().filter(({ path }) => path.includes("/authorize")).length;
  const before = signIns();
  try {
    await ci.admitCalendar();
    project.environment["NODE_OPTIONS"] = `--require=${preload}`;
    for (let week = 1; week <= weeks; week += 1) {
      const days = week * 7;
      moveTo(days);
      project.environment["MOVED_CLOCK_DAYS"] = String(days);
      const told: string[] = [];
      const run = async (file: string, ...accepted: number[]) => {
        const { code, text } = await ci.run(file);
        if (code !== 0 && !accepted.includes(code)) failures.push({ week, file, code, text });
        return { code, text };
      };
      await run("renew.yml");
      await run("probe.yml");
      if (!isMissed(week)) {
        const { text } = await run("rotate.yml");
        const [rotated] = /^Stack .* is rotated.*$/mu.exec(text) ?? [];
        if (rotated !== undefined) {
          counts.rotations += 1;
          told.push(rotated);
        }
      }
      const drift = await run("drift.yml", ...(isMissed(week) ? [4] : []));
      const [due] = /Rotation is due since [^\n`]*/u.exec(drift.text) ?? [];
      if (due !== undefined) told.push(`Drift (exit code ${drift.code}): ${due}`);
      const { code, stderr } = await secureAppModel(project, ["token", "graph", "--vault", ci.outputs.vaultUri]);
      if (code !== 0) failures.push({ week, redemption: stderr });
      counts.redemptions += 1;
      const [published, all] = [await publishedIn(project), await labelsOf(project)];
      const events = told.length === 0 ? "" : `  ${told.join(" ")}`;
      const line = `${String(week).padStart(2)}  ${dayOf(days)}  published ${published ?? "none"}, valid ${all.join(", ")}${events}`;
      process.stderr.write(`${line}\n`);
      log.push(line);
    }
    process.stderr.write(`${JSON.stringify(counts)}\n`);
    expect(failures).toEqual([]);
    expect({ ...counts, signIns: signIns() - before, issues: ci.tracker.issues.map(({ title }) => title) }).toEqual({
      redemptions: weeks,
      rotations: 4,
      signIns: 0,
      issues: [],
    });
    // Rotations on days 1, 91, 181 (missed), 271 and 361: the missed one has created nothing.
    expect(await labelsOf(project)).toEqual([dayOf(271), dayOf(361)]);
    expect(log.some((line) => line.includes("it is overdue"))).toBe(true);
  } finally {
    moveTo(0);
    await ci.close();
  }
  // Ten minutes on a machine that does nothing else.
}, 3_600_000);
