import { lookOf } from "../../../cli/drift/look";
import { textReport } from "../../../cli/drift/report";
import { appliedIn, credentialIn, dueOf } from "../../../cli/rotate/due";

const calendar = { rotateEvery: "90d" };
const applied = [{ number: 3, kind: "secret", day: "2026-11-26" }] as const;
const at = (day: string) => Date.parse(`${day}T12:00:00Z`);

test("before the day nothing is due; then it is, and after the days that the stack sets it is overdue", () => {
  const due = (day: string, overdueDays?: number) =>
    dueOf({ ...calendar, ...(overdueDays !== undefined && { overdueDays }) }, applied, at(day));
  expect([due("2027-02-23"), due("2027-02-24"), due("2027-03-10"), due("2027-03-11"), due("2027-02-26", 1)]).toEqual([
    undefined,
    { since: "2027-02-24", days: 0, isOverdue: false },
    { since: "2027-02-24", days: 14, isOverdue: false },
    { since: "2027-02-24", days: 15, isOverdue: true },
    { since: "2027-02-24", days: 2, isOverdue: true },
  ]);
});

test("without a calendar, and before the first deployment, nothing is due", () => {
  expect([dueOf({}, applied, at("2027-03-11")), dueOf(calendar, [], at("2027-03-11"))]).toEqual([undefined, undefined]);
});

test("settings and outputs are read as the engine hands them over", () => {
  const config = { "secure-application-model:credential": JSON.stringify(calendar) };
  const credential = { name: "client-credential-1a2b3c4d", generations: applied };
  expect([credentialIn(config), credentialIn({}), appliedIn({ credential }), appliedIn({})]).toEqual([
    calendar,
    {},
    applied,
    [],
  ]);
  // Of a stack that another version of the program has deployed.
  expect(appliedIn({ credential: "certificate:a/b#c" })).toEqual([]);
});

test("a report says it apart from drift, with the command once it is overdue", () => {
  const nothing = { stack: "dev", drift: [], consequences: [], unreadable: [] };
  const since = "2027-02-24";
  const due = { since, days: 3, isOverdue: false };
  const overdue = { since, days: 20, isOverdue: true };
  expect(textReport({ ...nothing, due }, undefined)).toBe(
    "Stack dev has not drifted.\nRotation is due since 2027-02-24, 3 days ago.",
  );
  expect(textReport({ ...nothing, due: overdue }, undefined)).toBe(
    "Stack dev has not drifted.\nRotation is due since 2027-02-24, 20 days ago: it is overdue.\n" +
      "Rotate, if the scheduled run does not: secure-app-model rotate --scheduled --stack dev",
  );
  expect(lookOf({ ...nothing, due }).body).toBe(
    "Stack `dev` has not drifted.\n\n`Rotation is due since 2027-02-24, 3 days ago.`",
  );
});
