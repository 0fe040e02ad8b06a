/**
 * A stack that was deployed by hand and changes to the calendar: the real engine, with a moved clock. The first turn by the command, and what
 * stops one: npm run soak -- calendar.
 */
import { clockIn } from "./support/shifted";
import { stackForAll, startDeployed } from "./support/deployed-once";
import { type Project, repository } from "./support/project";
import { isSoak } from "./support/soak";
import { aboutStack } from "./support/command";
import { applicationOf, daysAgo, labelsOf, publishedIn } from "./support/rotations";
import { formsOf } from "./support/canary";
import { withoutSecrets } from "../cli/support/failing";
import { typed } from "../fixes/support/shell";

let project: Project;
stackForAll({ deployed: true }, (started) => (project = started));

const labels = () => labelsOf(project);

test("labels by hand that leave out the one in use stop a preview, which has the one to name", async () => {
  await using stack = await startDeployed();
  await stack.set({
    "credential.label": "next",
    "credential.previous.kind": "secret",
    "credential.previous.label": "first",
  });
  const unnamed = await stack.pulumi("preview");
  expect([unnamed.code, unnamed.text]).toEqual([1, expect.stringContaining("uses the client secret initial")]);
  // Runs the fix "lib/resolve/credentials.ts: Make it the previous one".
  const [, set = ""] = /Make it the previous one: pulumi (config set-all .*)/u.exec(unnamed.text) ?? [];
  expect((await stack.pulumi(...set.split(" "))).code).toBe(0);
  const preview = await stack.pulumi("preview");
  expect([preview.code, preview.text]).toEqual([
    0,
    expect.stringMatching(/ApplicationPassword +partner-next +create/u),
  ]);
});

test("by the calendar: the first turn, a turn that is overdue, and the rotation", async () => {
  const [first, second] = [daysAgo(40), daysAgo(10)];
  const credential = { rotateEvery: "30d", firstDay: first, overdueDays: 5 };
  const result = (...argv: string[]) => aboutStack(project, ...argv);
  // From labels by hand to the calendar.
  await project.configure({ credential });
  Object.assign(project.environment, clockIn(-39));
  if (isSoak) {
    const turned = await result("rotate", "--scheduled");
    expect([turned.code, turned.stdout, turned.code === 0 ? "" : turned.stderr]).toEqual([
      0,
      `Stack dev is rotated. New credential ${first} in use.\n`,
      "",
    ]);
  } else await project.up();
  expect([await labels(), await publishedIn(project)]).toEqual([["initial", first], first]);
  // A new period has begun without a rotation: that is not drift.
  Object.assign(project.environment, clockIn(0));
  const overdue = await result("drift");
  const fix = /Rotate, if the scheduled run does not: (.*)/u.exec(overdue.stdout)?.[1] ?? "";
  expect([overdue.code, overdue.stdout.split("\n").slice(0, 2)]).toEqual([
    4,
    ["Stack dev has not drifted.", `Rotation is due since ${second}, 10 days ago: it is overdue.`],
  ]);
  if (isSoak) await expectStopped();
  await expectHidden(fix);
  // Runs the fix "cli/rotate/due.ts: Rotate, if the scheduled run does not".
  const rotated = await typed({ env: project.environment, cwd: repository }, [fix]);
  expect([rotated.code, rotated.stdout, await labels()]).toEqual([
    0,
    `Stack dev is rotated. New credential ${second} in use. Removed: initial.\n`,
    [first, second],
  ]);
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
