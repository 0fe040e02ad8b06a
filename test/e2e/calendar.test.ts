/** Rotation by the calendar: the real engine, with a moved clock. What stops one: npm run soak -- calendar. */
import { clockIn } from "./support/shifted";
import { stackForAll } from "./support/deployed-once";
import { type Project, repository } from "./support/project";
import { isSoak } from "./support/soak";
import { aboutStack, redeem } from "./support/command";
import { applicationOf, daysAgo, labelsOf, publishedIn } from "./support/rotations";
import { formsOf } from "./support/canary";
import { withoutSecrets } from "../cli/support/failing";
import { newestOf, tokenVersions } from "./support/vault";
import { typed } from "../fixes/support/shell";

let project: Project;
stackForAll({ deployed: true }, (started) => (project = started));

const labels = () => labelsOf(project);

test("by the calendar: a rotation that is overdue, the one before, and its end", async () => {
  const result = (...argv: string[]) => aboutStack(project, ...argv);
  await project.configure({ credential: { rotateEvery: "30d", overdueDays: 5 } });
  const tags = newestOf(await tokenVersions(project)).tags;
  // It was made today, and is due by the clock of 40 days later: that is not drift.
  Object.assign(project.environment, clockIn(40));
  const overdue = await result("drift");
  const fix = /Rotate, if the scheduled run does not: (.*)/u.exec(overdue.stdout)?.[1] ?? "";
  expect([overdue.code, overdue.stdout.split("\n").slice(0, 2)]).toEqual([
    4,
    ["Stack dev has not drifted.", `Rotation is due since ${daysAgo(-30)}, 10 days ago: it is overdue.`],
  ]);
  if (isSoak) await expectStopped();
  await expectHidden(fix);
  // Runs the fix "cli/rotate/due.ts: Rotate, if the scheduled run does not".
  const rotated = await typed({ env: project.environment, cwd: repository }, [fix]);
  expect([rotated.code, rotated.stdout, await labels(), await publishedIn(project)]).toEqual([
    0,
    "Stack dev is rotated. New credential c2 in use.\n",
    ["partner-c1", "partner-c2"],
    ["partner-c2", "partner-c1"],
  ]);
  // Nothing of the token has changed.
  expect(newestOf(await tokenVersions(project)).tags).toEqual(tags);
  const finished = await result("rotate", "--finish", "--yes");
  expect([finished.code, finished.stdout, await labels(), await publishedIn(project)]).toEqual([
    0,
    "Removed from stack dev: c1.\n",
    ["partner-c2"],
    ["partner-c2"],
  ]);
  expect((await redeem(project)).code).toBe(0);
});

/** A preview with any other change stops it. */
async function expectStopped(): Promise<void> {
  const application = await applicationOf(project);
  application.displayName = "Tampered";
  const before = await labels();
  const stopped = await aboutStack(project, "rotate", "--scheduled");
  expect([stopped.code, stopped.stderr, await labels()]).toEqual([
    5,
    expect.stringContaining(
      "holds more than a rotation: azuread.Application partner (update displayName). Nothing was changed.",
    ),
    before,
  ]);
  application.displayName = "Partner Center Web App";
}

/** What the engine and the plugins print of a failed rotation holds no secret of a request that the service quotes. */
async function expectHidden(fix: string): Promise<void> {
  const body = { error: { code: "Authorization_RequestDenied", message: "We were asked: <request>" } };
  const quoting = { service: "microsoftGraph", path: "*/addPassword", status: 403, body, echo: true, times: 0 };
  const { id } = project.emulator.faults.add(quoting);
  const { stdout, stderr } = await typed({ env: project.environment, cwd: repository }, [fix]);
  project.emulator.faults.remove(id);
  withoutSecrets(formsOf(project.seeds.deployer.clientSecret), stdout, stderr);
  expect(stderr).toContain("We were asked: , Bearer [secret]");
}
