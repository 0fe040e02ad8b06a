/** The life of an issue, once, for every kind of report; the other tests of reports hold what is in them. */
import { keepIssue } from "../../../cli/report/issue";
import { type Listeners, listenersForEach } from "../support/listeners";
import { kinds, type Seen } from "./looks";

let { tracker, variables } = {} as Listeners;
listenersForEach((fresh) => ({ tracker, variables } = fresh));
/** The names of two stacks, of which one begins like the other. */
const stacks = ["global", "global-2"] as const;
const labels = Object.keys(kinds) as (keyof typeof kinds)[];

/** One run of every kind in both stacks, all at once. @returns what became of the issues, by label */
async function lookAll(seen: (stack: (typeof stacks)[number]) => Omit<Seen, "stack">): Promise<object> {
  const each = stacks.map(async (stack) => {
    const all = labels.map(async (label) => {
      const { action } = await keepIssue(kinds[label]({ stack, ...seen(stack) }), variables);
      return [label, action];
    });
    return [stack, Object.fromEntries(await Promise.all(all)) as object];
  });
  return Object.fromEntries(await Promise.all(each)) as object;
}

const every = (action: string) => Object.fromEntries(labels.map((label) => [label, action]));
const both = (first: string, second = first) => ({ global: every(first), "global-2": every(second) });
const issuesOf = (stack: string) =>
  tracker.issues.filter(({ body }) =>
    new RegExp(`"[^"]*\\b${stack}(?![\\w-])[^"]*"`, "u").test(body.split("\n")[0] ?? ""),
  );

test("opened, unchanged in silence, changed with one comment, closed, opened again: of every kind, in two stacks at once", async () => {
  const one = (words: string) => ({ wrong: [{ name: "a", words }] });
  const two = { wrong: [...one("x").wrong, { name: "b", words: "y" }] };
  const other = (stack: string) => (stack === "global" ? {} : two);
  expect([await lookAll(() => ({})), tracker.issues]).toEqual([both("none"), []]);

  expect(await lookAll(() => one("in these words"))).toEqual(both("opened"));
  const opened = tracker.issues.map(({ title, body }) => ({ title, body }));
  expect(tracker.issues.map((issue) => issue.labels).toSorted()).toEqual(
    stacks.flatMap(() => labels.map((label) => [label])).toSorted(),
  );

  expect(await lookAll(() => one("in other words"))).toEqual(both("unchanged"));
  expect(tracker.issues.map(({ comments }) => comments)).toEqual(opened.map(() => []));
  // Who reads it has the words of the last look.
  expect(tracker.issues.filter(({ body }) => body.includes("in these words"))).toEqual([]);

  tracker.requests.length = 0;
  const before = JSON.stringify(tracker.issues);
  expect(await lookAll(() => ({ unknown: ["a"] }))).toEqual(both("none"));
  expect([tracker.requests, JSON.stringify(tracker.issues)]).toEqual([[], before]);

  // A job has one step at which it ends.
  expect(await lookAll(() => ({ wrong: [{ name: "b", words: "y" }] }))).toEqual(both("changed"));
  expect(tracker.issues.map(({ comments }) => comments)).toEqual(
    opened.map(() => [expect.stringMatching(/^Now: [^\n]+, 20\d\d-[-:T\d]+Z\.$/u) as string]),
  );

  const closing = await lookAll(other);
  expect(closing).toEqual({ ...both("closed", "changed"), "global-2": { ...every("changed"), failure: "changed" } });
  expect(issuesOf("global").map(({ state, comments }) => [state, comments.length])).toEqual(
    labels.map(() => ["closed", 2]),
  );
  expect(issuesOf("global-2").map(({ state }) => state)).toEqual(labels.map(() => "open"));

  expect(await lookAll((stack) => (stack === "global" ? one("x") : two))).toEqual(both("opened", "unchanged"));
  expect(issuesOf("global").map(({ state }) => state)).toEqual([
    ...labels.map(() => "closed"),
    ...labels.map(() => "open"),
  ]);
});

test("two runs of one subject at once leave two, of which the next leaves one", async () => {
  const look = kinds.drift({ stack: "global", wrong: [{ name: "a", words: "x" }] });
  await Promise.all([keepIssue(look, variables), keepIssue(look, variables)]);
  expect(tracker.issues.map(({ state }) => state)).toEqual(["open", "open"]);
  expect(await keepIssue(look, variables)).toMatchObject({ action: "unchanged", number: 1 });
  expect(tracker.issues).toMatchObject([
    { state: "open", comments: [] },
    { state: "closed", state_reason: "not_planned", comments: [] },
  ]);
});

test("news whose second request fails is news for the next run as well", async () => {
  const look = (name: string) => kinds.drift({ stack: "global", wrong: [{ name, words: "x" }] });
  await keepIssue(look("a"), variables);
  tracker.faults.push({
    status: 200,
    body: tracker.issues.map(({ number, body, user }) => ({ number, body, user, html_url: "x" })),
  });
  tracker.faults.push({ status: 403, body: { message: "No." } });
  await expect(keepIssue(look("b"), variables)).rejects.toThrow(/refused POST/u);
  expect(await keepIssue(look("b"), variables)).toMatchObject({ action: "changed" });
});
