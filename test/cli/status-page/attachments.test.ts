/** Reports of other commands on the page: as those print them, and whatever else a file may hold. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttachmentOptions, readAttachments } from "../../../cli/status/page/attachments";
import { customersPart } from "../../../cli/status/page/customers-part";
import { driftPart } from "../../../cli/status/page/drift-part";
import { runsPart } from "../../../cli/status/page/runs-part";
import { inDays, pageOf, printedOf, reportOf, tokenOf } from "./reports";

const folder = mkdtempSync(join(tmpdir(), "attachments-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = (content: unknown): string => {
  const path = join(folder, "report.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

/** In the format of `drift --json`. */
const drift = (changes: object = {}) => ({
  stack: "global",
  drift: true,
  findings: [
    {
      resource: "azuread.Application partner",
      urn: "urn",
      property: "web.redirectUris",
      declared: ["a", "b"],
      live: null,
    },
  ],
  fixes: [
    {
      text: "Put it back",
      commands: [{ line: "pulumi up --refresh --stack global" }],
    },
  ],
  consequences: [],
  unreadable: [],
  ...changes,
});
const driftOf = async (changes?: object) => {
  const { drift: reports, problems } = await readAttachments({ driftReport: [file(drift(changes))] });
  expect(problems).toEqual([]);
  return reports.map(driftPart)[0];
};
const customersOf = async (document: unknown) => {
  const { customers, problems } = await readAttachments({ customersReport: [file(document)] });
  expect(problems).toEqual([]);
  return customers.map(customersPart)[0];
};

test("drift: what is declared and what is there, and the command that puts it back", async () => {
  const part = await driftOf();
  expect(part?.facts).toMatchObject([{ state: "failed", text: "Stack global has drifted: 1 difference" }]);
  expect(part?.actions).toMatchObject([
    {
      title: "Stack global has drifted: 1 difference",
      fixes: [{ commands: [{ line: "pulumi up --refresh --stack global" }] }],
    },
  ]);
  expect(part?.sections.map(({ text }) => text).join()).toMatch(/a, b.*\(not there\)/su);
});

test("drift: none, what could not be checked, a fix of its own, a rotation that is due", async () => {
  expect(await driftOf({ findings: [] })).toEqual({
    facts: [{ state: "ok", text: "Stack global has not drifted" }],
    actions: [],
    sections: [],
  });
  const fix = {
    text: "Remove it",
    byPerson: false,
    commands: [{ line: "az ad app …" }, { line: "az …" }],
  };
  const since = {
    since: "2026-11-01",
    days: 25,
    isOverdue: true,
    fix: { text: "Rotate", commands: [{ line: "x" }] },
  };
  const part = await driftOf({ fixes: [fix], unreadable: ["403."], rotationDue: since });
  expect(part?.actions.map(({ state, title, fixes }) => [state, title, fixes])).toMatchObject([
    [
      "failed",
      "Stack global has drifted: 1 difference",
      [{ text: "Remove it", commands: [{ line: "az ad app …" }, { line: "az …" }] }],
    ],
    ["unknown", "Part of stack global could not be checked", []],
    ["failed", "The rotation of stack global is due since 2026-11-01", [{ text: "Rotate", commands: [{ line: "x" }] }]],
  ]);
});

test("a command that failed: what it said, with its fix", async () => {
  const error = {
    code: "no-stack",
    what: "No stack global.",
    why: null,
    fixes: [{ text: "Make it", commands: [{ line: "x" }] }],
  };
  const { drift: reports } = await readAttachments({ driftReport: [file({ error })] });
  expect(reports.map(driftPart)).toMatchObject([
    {
      actions: [
        {
          state: "unknown",
          said: [{ text: "No stack global." }],
          fixes: [{ text: "Make it", commands: [{ line: "x" }] }],
        },
      ],
    },
  ]);
});

test("customers: how many are ok, why others are not, and what ends first", async () => {
  const check = {
    applicationId: "id",
    outcomes: { ok: 197 },
    failed: 2,
    left: 1,
    reasons: [{ reason: "AADSTS65001", count: 2, exitCode: 3 }],
    failures: "failures.csv",
  };
  expect(await customersOf(check)).toMatchObject({
    facts: [{ state: "failed", text: "197 of 200 customers OK" }],
    actions: [
      { title: "2 of 200 customers could not be redeemed for", said: [{ text: "1 customer not checked." }, {}] },
    ],
  });
  expect(await customersOf({ ...check, failed: 0, left: 0, failures: null })).toMatchObject({
    facts: [{ state: "ok" }],
    actions: [],
  });
  const findings = [
    { kind: "ends", tenantId: "t", name: "Contoso", what: "It ends." },
    { kind: "changed", tenantId: "t", name: "", what: "It has changed." },
  ];
  expect((await customersOf({ ...check, failed: 0, left: 0, findings }))?.actions).toEqual([
    {
      ...{ state: "warning", title: "The access to 1 customer has changed or ends soon", more: 0, fixes: [] },
      said: [
        { name: "Contoso", text: "It ends." },
        { name: "t", text: "It has changed." },
      ],
    },
  ]);
  const relationships = [
    { id: "1", name: "late", status: "active", endsOn: inDays(90), roles: [], held: [] },
    { id: "2", name: "soon", status: "active", endsOn: inDays(9), roles: [], held: [] },
    { id: "3", name: "gone", status: "expired", endsOn: inDays(-9), roles: [], held: [] },
  ];
  const list = [
    {
      tenantId: "t",
      domain: "contoso.example",
      name: "Contoso",
      access: { relationships, granted: null, problems: [] },
    },
  ];
  const part = await customersOf(list);
  expect(part?.facts).toMatchObject([{ state: "ok", text: "1 customer" }]);
  expect(part?.sections.map(({ text }) => text).join()).toMatch(/soon.*5 December 2026.*late/su);
  expect((await customersOf([{ tenantId: "t", domain: "", name: "" }]))?.sections).toEqual([]);
});

/** In the format of `gh run list --json workflowName,displayTitle,status,conclusion,createdAt,url`. */
const run = (
  workflowName: string,
  conclusion: string,
  daysAgo: number,
  url = "https://github.com/a/b/actions/runs/1",
) => ({
  workflowName,
  displayTitle: `${workflowName} of global`,
  status: conclusion === "" ? "in_progress" : "completed",
  conclusion,
  createdAt: inDays(-daysAgo),
  url,
});

test("runs: each workflow's last one that says something", async () => {
  const { runs = [] } = await readAttachments({
    runs: [
      file([run("Drift", "success", 2), run("Drift", "failure", 1), run("Drift", "", 0)]),
      file([run("Renew", "cancelled", 0), run("Renew", "success", 1)]),
    ],
  });
  // The same file for both: with the second one's content.
  expect(runs.map(({ workflowName }) => workflowName)).toHaveLength(4);
  const part = runsPart(
    (
      await readAttachments({
        runs: [file([run("Drift", "success", 2), run("Drift", "failure", 1), run("Drift", "", 0)])],
      })
    ).runs ?? [],
  );
  expect(part.facts).toMatchObject([{ state: "failed", text: "The last run of 1 of 1 workflow did not succeed" }]);
  expect(part.actions).toMatchObject([
    { title: "The last run of workflow Drift: failure", link: { url: run("", "", 0).url } },
  ]);
  expect(runsPart(runs).facts).toMatchObject([{ state: "ok" }]);
  expect(runsPart([]).facts).toEqual([]);
});

test.each([
  ["no JSON", "{", /is not what the command drift prints as JSON\./u],
  ["another document", [1], /is not what the command drift prints/u],
  ["a finding without a property", drift({ findings: [{ resource: "r" }] }), /is not what/u],
  ["a value that is none", drift({ findings: [{ ...drift().findings[0], live: { a: null } }] }), /is not what/u],
  [
    "deeper than anybody reads",
    `{"stack":"s","findings":[{"resource":"r","property":"p","declared":${"[".repeat(50_000)}${"]".repeat(50_000)},"live":null}]}`,
    /is not what/u,
  ],
])("%s: a clear error, and the page has all else", async (_, content, message) => {
  const attachments = await readAttachments({ driftReport: [file(content)], runs: [file(content)] });
  expect(attachments.problems[0]?.message).toMatch(message);
  const page = pageOf(reportOf([tokenOf(1, 80)]), attachments);
  expect(page).toContain("The token is fine. ");
  expect(page).toContain("A report could not be read");
});

const status = printedOf(reportOf([tokenOf(1, 80)]));

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
  ["a field that is missing", "driftReport", { ...drift(), findings: [{}] }, "findings.0.resource: Invalid key"],
])("%s: what it is instead", async (_, key, content, why) => {
  const { problems } = await readAttachments({ [key]: [file(content)] });
  expect(problems.map((problem) => problem.why)).toEqual([expect.stringContaining(why)]);
});

test("a folder in place of a file", async () => {
  const { problems } = await readAttachments({ statusReport: [folder] });
  expect(problems.map(({ message }) => message)).toEqual([
    `--status-report ${folder} cannot be read (EISDIR). It is a folder: name a file in it.`,
  ]);
});

test("a file of more than 20 MB is not read", async () => {
  const large = file("");
  truncateSync(large, 50_000_000);
  expect((await readAttachments({ runs: [large] })).problems[0]?.what).toBe(`--runs ${large} has more than 20 MB.`);
});

test.each<[keyof AttachmentOptions, string]>([
  ["driftReport", "--drift-report"],
  ["customersReport", "--customers-report"],
  ["statusReport", "--status-report"],
  ["runs", "--runs"],
])("%s of a file that is not there", async (key, option) => {
  const { problems } = await readAttachments({ [key]: [join(folder, "none.json")] });
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining(`${option} ${join(folder, "none.json")} cannot be read (ENOENT).`),
  ]);
});
