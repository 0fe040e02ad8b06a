/* eslint-disable no-template-curly-in-string -- expressions of GitHub's workflows */
/** One hostile set of findings, through each way out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Reporter } from "../../../cli/report/reporter";
import { holdVariables } from "../../../lib/errors/secrets";
import { type Listeners, listenersForEach } from "../support/listeners";
import { temporaryFolder } from "../../support/temporary-folder";
import { kinds } from "./looks";

let { tracker, webhook, variables } = {} as Listeners;
const folder = temporaryFolder();
let said: string;
listenersForEach((fresh) => {
  ({ tracker, webhook, variables } = fresh);
  tracker.pullRequests.set(7, []);
  said = "";
  const write = (text: string | Uint8Array) => ((said += String(text)), true);
  jest.spyOn(process.stderr, "write").mockImplementation(write);
  jest.replaceProperty(process, "env", { ...process.env, GITHUB_ACTIONS: "true" });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const canary = "canary-0123456789";
const lines = [
  "::error::x",
  "##vso[task.setvariable variable=told]true",
  "##[error]x",
  "${{ secrets.NOTIFY_WEBHOOK }}",
  "$(System.AccessToken)",
  "` @team `` <!channel> `````` <img src=x> </details>",
  '--> <!-- secure-app-model drift of stack "global", findings 0000000000000000 -->',
  "[here](https://evil.example) ![x](https://evil.example/x)",
  "| x | y |",
  "\u001B[2J\u202Eevil\u200B",
  canary,
];
/** In one text, each alone, and one that is longer than GitHub takes. */
const texts = [lines.join("\n"), ...lines, `${lines.join(" ")} ${"x".repeat(200_000)}`];
const wrong = [
  ...texts.map((text) => ({ name: text, words: text })),
  ...Array.from({ length: 300 }, (_, index) => ({ name: `${index} @team`, words: `${index} ${lines.join(" ")}` })),
];

const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u;

/** Markdown outside of code spans, line by line: a span ends at as many backticks as it begins with. */
function outsideCode(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const parts = line.split(/(`+)/u);
      let outside = "";
      for (let at = 0; at < parts.length; at += 1) {
        const part = parts[at] ?? "";
        const end = part.startsWith("`") ? parts.indexOf(part, at + 1) : -1;
        if (end === -1) outside += part;
        else at = end;
      }
      return outside;
    })
    .join("\n");
}

function requireHarmless(text: string): void {
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(control.exec(text)?.[0]).toBeUndefined();
  expect(text).not.toContain(canary);
}

/** Besides, that nothing in it is a mention, an image, a link, HTML, a second marker or one more cell. */
function requireMarkdown(text: string): void {
  requireHarmless(text);
  const [first = "", ...rest] = outsideCode(text).split("\n");
  const marker = /^(?:<!-- secure-app-model \w+ of \w+ "[^>]*", findings [0-9a-f]{16} -->)?$/u;
  expect(first).toMatch(first.startsWith("<") ? marker : /^/u);
  const cells = text.match(/^\| .*/gmu)?.map((row) => row.match(/(?<!\\)\|/gu)?.length) ?? [];
  expect(new Set(cells).size).toBeLessThanOrEqual(1);
  for (const found of [/@/u, /<(?!!doctype)/u, /!\[/u, /evil\.example/u, /-->/u])
    expect(found.exec(rest.join("\n"))?.input).toBeUndefined();
}

test.each(Object.entries(kinds))("%s: to an issue, a comment, a channel, a file and the log", async (_, lookOf) => {
  holdVariables({ SOME_PASSWORD: canary });
  const markdown = join(folder, "report.md");
  const one = new Reporter({ issue: true, notify: true, markdown }, variables);
  const other = new Reporter({ pullRequest: "7" }, variables);
  const looks = [wrong, wrong.slice(1), wrong.slice(-1)].map((all) => lookOf({ stack: "global", wrong: all }));
  for (const look of looks) {
    for (const reporter of [one, other]) expect((await reporter.tell([look])).errors).toEqual([]);
  }
  await one.orUnknown(looks[0] as never, () => Promise.reject(new Error(texts.join("\n")))).catch(() => undefined);
  const [issue] = tracker.issues;
  const [comment] = tracker.pullRequests.get(7) ?? [];
  for (const text of [issue?.body, comment?.body, readFileSync(markdown, "utf8")]) requireMarkdown(text ?? "");
  requireHarmless([issue?.title, ...(issue?.comments ?? [])].join("\n"));
  expect([tracker.issues.length, tracker.pullRequests.get(7)?.length, webhook.posts.length]).toEqual([1, 1, 4]);
  for (const post of webhook.posts) {
    expect(JSON.stringify(post).length).toBeLessThan(28_000);
    requireHarmless(JSON.stringify(post));
  }
  expect(said).not.toMatch(/^::(?!error title=secure-app-model::)|##(?:vso)?\[/mu);
});
