/** A preview in a pull request's comment: exactly one comment, whatever the preview contains. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { lookOf, type Previewed } from "../../../cli/preview/look";
import { keepComment } from "../../../cli/report/comment";
import { holdVariables } from "../../../lib/errors/secrets";
import { builtCommand } from "../support/built-command";
import { type Listeners, listenersForEach } from "../support/listeners";

const pullRequest = 7;
let { tracker, variables } = {} as Listeners;
listenersForEach((fresh) => {
  ({ tracker } = fresh);
  variables = { ...fresh.variables, GITHUB_SERVER_URL: "https://github.example", GITHUB_RUN_ID: "42" };
  tracker.permissions = { "pull-requests": "write" };
  tracker.pullRequests.set(pullRequest, []);
});
const keep = async (stack: string, text: string) =>
  await keepComment(String(pullRequest), lookOf({ stack, succeeded: true, text }, variables), variables);
const comments = () => tracker.pullRequests.get(pullRequest) ?? [];
const log = "https://github.example/contoso/partner/actions/runs/42";

test("written once, then updated in place; each stack has its own", async () => {
  expect(await keep("global", "one")).toEqual({ action: "written", url: "https://github.example/pull#1000" });
  expect(await keep("global-2", "two")).toMatchObject({ action: "written" });
  expect(await keep("global", "three")).toEqual({ action: "edited", url: "https://github.example/pull#1000" });
  expect(comments().map(({ body }) => body)).toEqual([
    expect.stringMatching(
      /^<!-- secure-app-model preview of stack "global", findings [0-9a-f]{16} -->\n\n### `Preview of stack global: succeeded`\n\n```\nthree\n[^]*\n\nSeen, 20\d\d-.*Z by \[this run\]\(https:/u,
    ),
    expect.stringMatching(/^<!-- secure-app-model preview of stack "global-2", [^]*```\ntwo\n/u),
  ]);
});

test("what a person wrote is never touched, with the marker or without; it is found behind a hundred others", async () => {
  await keep("global", "one");
  const [ours] = comments().splice(0);
  for (let id = 1; id <= 100; id++) comments().push({ id, body: ours?.body ?? "", user: { type: "User" } });
  if (ours !== undefined) comments().push(ours);
  expect(await keep("global", "two")).toMatchObject({ action: "edited" });
  expect(
    comments()
      .filter(({ body }) => body.includes("two"))
      .map(({ id }) => id),
  ).toEqual([1000]);
});

test("a token that may only read: what it has to be allowed", async () => {
  tracker.permissions = { "pull-requests": "read" };
  await expect(keep("global", "one")).rejects.toThrow(
    /refused POST \/issues\/7\/comments .*403.*needs the permission pull-requests: write/u,
  );
});

const hostile = [
  "  + partner:index:Thing",
  '      name: "````` @everyone <img src=x> --> <!-- secure-app-model preview of stack \\"global\\" -->"',
  "::add-mask::x",
  "##[error]not ours",
  "</details>\u001B[2J\u202Eevil",
  "token eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl, secret abc8Q~0123456789abcdefghijklmnopqrstuvw",
  "Resources:",
  "    + 1 to create",
];

test("what a preview holds is text: no mention, no HTML, no second marker, no secret", () => {
  const canary = "canary-0123456789";
  holdVariables({ SOME_PASSWORD: canary });
  const previewed: Previewed = { stack: "global", succeeded: true, text: [canary, ...hostile].join("\n") };
  expect(lookOf(previewed, variables).body.split("\n")).toEqual([
    "```",
    "+ 1 to create",
    "```",
    "",
    "<details><summary>All of it</summary>",
    "",
    "``````",
    "[secret]",
    ...hostile.slice(0, 4),
    "</details> [2J evil",
    "token [secret], secret [secret]",
    "Resources:",
    "    + 1 to create",
    "``````",
    "",
    "</details>",
  ]);
});

test("a long preview is cut to what GitHub takes, with a link to the log", async () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `    ~ line ${index}`).join("\n");
  await keep("global", `${text}\nResources:\n    20000 to update`);
  const [{ body } = { body: "" }] = comments();
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toMatch(/^```\n20000 to update\n```$/mu);
  expect(body).toContain(` more lines: [the log](${log}) has all.`);
});

test.each([
  ["a fence without an end", "`".repeat(40_000)],
  ["a line without an end", "x".repeat(200_000)],
  ["a summary without an end", `Resources:\n${"    + 1 to create\n".repeat(9000)}`],
])("%s is cut as well", async (_, text) => {
  await keep("global", text);
  const [{ body } = { body: "" }] = comments();
  expect(body).toMatch(/^(`{3,})\n.*\n\1\n\n(?:… [^\n]*\n\n)?<\/details>\n\nSeen, /msu);
});

describe("the command", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "preview-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  /** With an engine that has an empty state, prints this and ends with this code. */
  const run = async (output: readonly string[], exitCode: number) => {
    const engine = join(folder, "pulumi");
    writeFileSync(
      engine,
      `#!/bin/sh\ncase $1 in stack|config) exec echo {};; esac\necho "$*" >&2\ncat <<'END'\n${output.join("\n")}\nEND\nexit ${exitCode}\n`,
    );
    chmodSync(engine, 0o755);
    const PATH = [folder, process.env["PATH"]].join(delimiter);
    const words = ["preview", "--stack", "global", "--pull-request", String(pullRequest)];
    return await builtCommand(words, "", { ...variables, PATH, GITHUB_ACTIONS: "true" });
  };

  test("in a log, no line of the preview is taken for the runner's; the comment is written, and the job goes on", async () => {
    const { code, stdout, stderr } = await run(hostile, 0);
    expect([code, stderr]).toEqual([0, "Preview of stack global: comment written: https://github.example/pull#1000\n"]);
    expect(stdout).toContain("preview --refresh --diff --non-interactive --color=never --stack=global\n");
    expect(stdout).not.toMatch(/^::|##\[/mu);
    expect(comments()).toHaveLength(1);
  });

  test("a preview that fails fails the job, and the comment says so; one that cannot be told fails it, too", async () => {
    expect((await run(["error: preview failed"], 255)).code).toBe(1);
    expect(comments().map(({ body }) => body)).toEqual([
      expect.stringContaining("### `Preview of stack global: failed`\n\n```\n"),
    ]);
    tracker.permissions = {};
    const untold = await run(["Resources:", "    1 unchanged"], 0);
    expect([untold.code, untold.stdout, untold.stderr]).toEqual([
      1,
      expect.stringContaining("    1 unchanged\n"),
      expect.stringContaining("error: GitHub refused GET /issues/7/comments"),
    ]);
  });
});
