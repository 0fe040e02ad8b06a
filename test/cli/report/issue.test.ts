/** How an issue is found, and what happens where GitHub refuses; its life is in life.test.ts. */
import { keepIssue } from "../../../cli/report/issue";
import { useClock } from "../../../lib/startup/clock";
import { withShortPauses } from "../../support/pauses";
import { type Listeners, listenersForEach } from "../support/listeners";
import { kinds } from "./looks";

let { tracker, variables } = {} as Listeners;
listenersForEach((fresh) => ({ tracker, variables } = fresh));

const drift = (...names: string[]) => kinds.drift({ stack: "dev", wrong: names.map((name) => ({ name, words: "x" })) });
const keep = (one: ReturnType<typeof drift>, changes: Record<string, string> = {}) =>
  keepIssue(one, { ...variables, ...changes });
const open = () => tracker.issues.filter(({ state }) => state === "open").map(({ title }) => title);

test("an issue says when it was seen, to the minute, in UTC, whatever the time of this machine", async () => {
  const restore = useClock(() => Date.UTC(2026, 11, 31, 23, 59, 59, 999));
  try {
    await keep(drift("a"));
    expect(tracker.issues[0]?.body).toContain("\n\nSeen, 2026-12-31T23:59Z. The next look updates this issue");
    await keep(drift());
    expect(tracker.issues[0]?.comments).toEqual(["Now: none, 2026-12-31T23:59Z."]);
  } finally {
    restore();
  }
});

test("an issue that somebody else wrote is never touched, with the marker and the label or without", async () => {
  const foreign = { title: "x", state: "open" as const, comments: [], user: { type: "Bot" as const } };
  await keep(drift("a"));
  const { body = "" } = tracker.issues[0] ?? {};
  tracker.issues.length = 0;
  tracker.issues.push(
    { ...foreign, number: 1, body, labels: [] },
    { ...foreign, number: 2, body: "drift", labels: ["drift"] },
    { ...foreign, number: 3, body, labels: ["drift"], user: { type: "User" } },
  );
  expect(await keep(drift())).toEqual({ action: "none" });
  expect(open()).toEqual(["x", "x", "x"]);
});

test("it is found behind a hundred others", async () => {
  await keep(drift("a"));
  const [ours] = tracker.issues.splice(0);
  const user = { type: "Bot" } as const;
  for (let number = 1; number <= 100; number++) {
    tracker.issues.push({ number, title: "other", body: "", state: "open", labels: ["drift"], comments: [], user });
  }
  if (ours) tracker.issues.push({ ...ours, number: 101 });
  expect(await keep(drift())).toMatchObject({ action: "closed", number: 101 });
});

test.each<[string, { status: number; headers?: Record<string, string> }[], RegExp]>([
  ["a token without the permission", [{ status: 403 }], /403.*needs the permission issues: write/u],
  ["a token that is none", [{ status: 401 }], /401.*belongs to another GitHub server, or has expired/u],
  ["issues that are disabled", [{ status: 410 }], /410.*Settings, Features, Issues/u],
  [
    "a limit that is used up for long",
    [{ status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800" } }],
    /GitHub \(.*\) answers 403 and asks to wait \d{10} seconds, where 60 seconds are the most\. Try again/u,
  ],
  [
    "a wait that is too long",
    [{ status: 429, headers: { "retry-after": "3600" } }],
    /answers 429 and asks to wait 3600 seconds, where 60 seconds are the most\..* The next run tries again/u,
  ],
  ["a GitHub that stays down", [{ status: 502 }, { status: 502 }, { status: 502 }], /502.*next run tries again/u],
])("%s is one clear error", async (_, faults, message) => {
  tracker.faults.push(...faults.map((fault) => ({ ...fault, body: { message: "from GitHub" } })));
  await expect(withShortPauses(() => keep(drift("a")))).rejects.toThrow(message);
  expect(tracker.issues).toEqual([]);
});

test("a short wait is kept, an outage of a moment is not told; no post is sent twice after an outage", async () => {
  tracker.faults.push(
    { status: 429, headers: { "retry-after": "0" } },
    { status: 503, headers: { "retry-after": "0" } },
  );
  expect(await keep(drift("a"))).toMatchObject({ action: "opened" });
  expect(tracker.requests).toEqual(["GET /issues", "GET /issues", "GET /issues", "POST /issues"]);
  tracker.issues.length = 0;
  tracker.requests.length = 0;
  tracker.faults.push({ status: 200, body: [] }, { status: 502 });
  await expect(keep(drift("a"))).rejects.toThrow(/GitHub refused POST \/issues of contoso\/partner: 502/u);
  expect(tracker.requests).toEqual(["GET /issues", "POST /issues"]);
});

test.each<[string, Record<string, string>, RegExp]>([
  ["no token", { GITHUB_TOKEN: "" }, /needs GITHUB_TOKEN \(in a workflow: .*issues: write\)\.$/u],
  ["no repository", { GITHUB_REPOSITORY: "" }, /needs GITHUB_REPOSITORY as owner\/name \(found: ""\)/u],
  ["a repository that is a path", { GITHUB_REPOSITORY: "a/b/../c" }, /found: "a\/b\/\.\.\/c"/u],
  ["an address in the clear", { GITHUB_API_URL: "http://api.example" }, /only to an https address/u],
])("%s: a usage error, before anything is sent", async (_, changes, message) => {
  await expect(keep(drift("a"), changes)).rejects.toMatchObject({
    name: "UsageError",
    message: expect.stringMatching(message) as string,
  });
  expect(tracker.requests).toEqual([]);
});

test("a GitHub that nobody answers for", async () => {
  const nowhere = { GITHUB_API_URL: "http://127.0.0.1:2" };
  await expect(withShortPauses(() => keep(drift("a"), nowhere))).rejects.toThrow(
    /GitHub \(http:\/\/127\.0\.0\.1:2\) cannot be reached: .*ECONNREFUSED.*The next run tries again/u,
  );
});
