/** Reports of other commands on the page: as those print them, and whatever else a file may hold. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttachmentOptions, readAttachments } from "../../../cli/status/page/attachments";
import { check, drift, inDays, reportOf, run, tokenOf } from "./reports";

const folder = mkdtempSync(join(tmpdir(), "attachments-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let files = 0;
const file = (content: unknown): string => {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
/** The part of the page for these documents, each in a file. */
const partOf = async (key: keyof AttachmentOptions, ...documents: unknown[]) => {
  const { parts, problems } = await readAttachments({ [key]: documents.map(file) });
  expect([parts.length, problems]).toEqual([1, []]);
  return parts[0];
};

test("drift: what is declared and what is there, and the command that puts it back", async () => {
  const part = await partOf("driftReport", drift());
  const text = "Stack global has drifted: 1 difference";
  expect(part?.fact).toEqual({ state: "failed", text });
  expect(part?.actions).toMatchObject([{ title: text, fixes: [{ commands: [{ line: "pulumi up --stack global" }] }] }]);
  expect(part?.section?.content.text).toMatch(/a, b.*\(not there\)/su);
});

test("drift: none, what could not be checked, a fix of its own, a rotation that is due", async () => {
  expect(await partOf("driftReport", drift({ findings: [] }))).toEqual({
    fact: { state: "ok", text: "Stack global has not drifted" },
    actions: [],
  });
  const fix = { text: "Remove it", byPerson: false, commands: [{ line: "az ad app …" }, { line: "az …" }] };
  const rotate = { text: "Rotate", commands: [{ line: "x" }] };
  const rotationDue = { since: "2026-11-01", days: 25, isOverdue: true, fix: rotate };
  const part = await partOf("driftReport", drift({ fixes: [fix], unreadable: ["403."], rotationDue }));
  expect(part?.actions).toMatchObject([
    {
      state: "failed",
      title: "Stack global has drifted: 1 difference",
      said: [],
      fixes: [{ text: "Remove it", commands: fix.commands }],
    },
    { state: "unknown", title: "Part of stack global could not be checked", said: [{ text: "403." }] },
    { state: "failed", title: "The rotation of stack global is due since 2026-11-01", fixes: [rotate] },
  ]);
});

test("drift that a deployment does not repair alone: all of the steps are needed", async () => {
  const remove = { text: "Take out what none of yours added", byPerson: false, commands: [{ line: "az ad app …" }] };
  const put = { text: "Put it back", byPerson: false, commands: [{ line: "pulumi up --refresh" }] };
  expect((await partOf("driftReport", drift({ fixes: [remove, put] })))?.actions).toMatchObject([
    {
      said: [{ text: "All of these steps are needed, in this order." }],
      fixes: [{ text: remove.text }, { text: put.text }],
    },
  ]);
});

test.each<[keyof AttachmentOptions, string]>([
  ["statusReport", "A vault could not be checked"],
  ["driftReport", "Drift could not be looked for"],
  ["customersReport", "Customers could not be checked"],
])("%s of a command that failed: what it said, with its fix", async (key, title) => {
  const fixes = [{ text: "Make it", commands: [{ line: "x" }] }];
  expect(await partOf(key, { error: { code: "no-stack", what: "No stack global.", why: null, fixes } })).toEqual({
    fact: { state: "unknown", text: title },
    actions: [{ state: "unknown", title, said: [{ text: "No stack global." }], fixes }],
  });
});

test("customers: how many are ok, why others are not, and what ends first", async () => {
  expect(await partOf("customersReport", check())).toMatchObject({
    fact: { state: "failed", text: "197 of 200 customers OK" },
    actions: [{ title: "No access to 2 of 200 customers", said: [{ text: "1 customer not checked." }, {}] }],
  });
  const good = check({ failed: 0, left: 0 });
  expect(await partOf("customersReport", { ...good, failures: null })).toMatchObject({
    fact: { state: "ok" },
    actions: [],
  });
  const findings = [
    { kind: "ends", tenantId: "t", name: "Contoso", what: "It ends." },
    { kind: "changed", tenantId: "t", name: "", what: "It has changed." },
  ];
  expect((await partOf("customersReport", { ...good, findings }))?.actions).toEqual([
    {
      ...{ state: "warning", title: "Access to 1 customer has changed or ends soon", more: 0 },
      said: [
        { text: "It ends.", names: ["Contoso"] },
        { text: "It has changed.", names: ["t"] },
      ],
    },
  ]);
  const relationship = (name: string, status: string, days: number) => ({
    ...{ id: name, name, status, endsOn: inDays(days), roles: [], held: [] },
  });
  const relationships = [
    relationship("late", "active", 90),
    relationship("soon", "active", 9),
    relationship("gone", "expired", -9),
  ];
  const access = { relationships, granted: null, problems: [] };
  const list = [{ tenantId: "t", domain: "contoso.example", name: "Contoso", access }];
  const part = await partOf("customersReport", list);
  expect(part?.fact).toEqual({ state: "ok", text: "1 customer" });
  expect(part?.section?.content.text).toMatch(/soon.*5 December 2026.*late/su);
  expect((await partOf("customersReport", [{ tenantId: "t", domain: "", name: "" }]))?.section).toBeUndefined();
});

test("runs: each workflow's last one that says something", async () => {
  const drifts = [run("Drift", "success", 2), run("Drift", "failure", 1), run("Drift", "", 0)];
  const renewals = [run("Renew", "cancelled", 0), run("Renew", "success", 1)];
  expect(await partOf("runs", drifts, renewals)).toMatchObject({
    fact: { state: "failed", text: "The last run of 1 of 2 workflows did not succeed" },
    actions: [{ title: "The last run of workflow Drift: failure", link: { url: drifts[0]?.url } }],
  });
  expect(await partOf("runs", renewals)).toMatchObject({ fact: { state: "ok" }, actions: [] });
  const none = await partOf("runs", []);
  expect([none?.fact, none?.section?.content.text]).toEqual([undefined, "<p>There are none.</p>"]);
});

const status = reportOf([tokenOf(1, 80)]);

test.each<[string, keyof AttachmentOptions, unknown, string]>([
  [
    "another command's",
    "customersReport",
    drift(),
    "It is what the command drift prints as JSON, which --drift-report takes.",
  ],
  [
    "another one's",
    "driftReport",
    status,
    "It is what the command status prints as JSON, which --status-report takes.",
  ],
  [
    "a document a line",
    "statusReport",
    `${JSON.stringify(status)}\n{"type":"vault"}\n`,
    "It has a document a line; --json prints one.",
  ],
  ["nothing", "runs", " \n", "It is empty: what was to write it has printed nothing."],
  ["cut off", "statusReport", JSON.stringify(status).slice(0, 90), "Unterminated string in JSON at position 90"],
  ["no address of a vault", "statusReport", { ...status, vault: "javascript:alert(1)" }, "vault: is no https address."],
  ["no time", "statusReport", { ...status, checkedOn: "yesterday" }, "checkedOn: is no time."],
  ["words that a terminal obeys", "statusReport", { ...status, cloud: "\u001b[31m\u202e" }, 'received " [31m "'],
  [
    "a value that is none",
    "driftReport",
    { ...drift(), findings: [{ ...drift().findings[0], live: { a: null } }] },
    "findings.0.live: is no value of a property.",
  ],
  [
    "deeper than anybody reads",
    "driftReport",
    JSON.stringify(drift()).replace("null", `${"[".repeat(50_000)}${"]".repeat(50_000)}`),
    "Maximum call stack size exceeded.",
  ],
  ["a field that is missing", "driftReport", { ...drift(), findings: [{}] }, "findings.0.resource: Invalid key"],
])("%s: what it is instead", async (_, key, content, why) => {
  const path = file(content);
  const option = key.replace(/[A-Z]/u, (letter) => `-${letter.toLowerCase()}`);
  const { problems } = await readAttachments({ [key]: [path] });
  expect(problems.map((problem) => [problem.what, problem.why])).toEqual([
    [expect.stringContaining(`--${option} ${path} is not what `), expect.stringContaining(why)],
  ]);
});

test("a folder, and a file of more than 20 MB, are not read", async () => {
  const large = file("");
  truncateSync(large, 50_000_000);
  const { problems } = await readAttachments({ runs: [large, folder] });
  expect(problems.map(({ message }) => message)).toEqual([
    `--runs ${large} has more than 20 MB. Leave out what the page need not show.`,
    `--runs ${folder} cannot be read (EISDIR). It is a folder: name a file in it.`,
  ]);
});
