/** The page's text: the result first, then the next date on which somebody must act. */
import fc from "fast-check";
import { pageText as pageOf } from "../../../cli/status/page/page";
import { TimeLine } from "../../../cli/status/page/time-line";
import type { VaultReport } from "../../../cli/status/page/rows";
import { daysUntil, lastWith } from "../../../lib/credential/lifetime";
import { ownCommand, run } from "../../../lib/errors/failure";
import { inDays, partOf, refused, reportOf, secretOf, tenant, thousands, tokenOf } from "./reports";

const unreadable = { health: "unreadable", expiresOn: "", problem: { what: "403." } } as const;

test.each<[string, VaultReport]>([
  ["Nothing expires soon. Not tested: status --probe.", reportOf([tokenOf(1, 89)])],
  ["Nothing expires soon. Not tested: status --probe.", reportOf(Array.from({ length: 12 }, (_, n) => tokenOf(n, 60)))],
  ["Nothing has failed; the token ends soon.", reportOf([tokenOf(1, 20)])],
  ["Nothing has failed; 2 of 3 tokens end soon.", reportOf([tokenOf(1, 20), tokenOf(2, 20), tokenOf(3, 80)])],
  ["1 of 2 tokens needs a person now.", reportOf([tokenOf(1, 3), tokenOf(2, 20)])],
  [
    "The token and the client secret need a person now.",
    reportOf([tokenOf(1, -3)], [secretOf("client-credential-a", 2)]),
  ],
  ["The client secret needs a person now.", reportOf([tokenOf(1, 80)], [secretOf("client-credential-a", 2)])],
  ["1 of 2 tokens could not be checked.", reportOf([tokenOf(1, 80), tokenOf(2, 80, unreadable)])],
  ["There is no refresh token in this vault.", reportOf([])],
  ["The vault contoso.vault.azure.net could not be checked.", { ...reportOf([]), failure: { what: "Forbidden." } }],
])("%s", (answer, report) => {
  expect(partOf(report).answer).toBe(answer);
  expect(pageOf(report)).toContain(`<h1>${answer}</h1>`);
});

test("where all is well: what ends first, the days between its warning and its failure, and what to do then", () => {
  const report = reportOf([tokenOf(1, 89), tokenOf(2, 60)], [secretOf("client-credential-a", 399)]);
  expect(partOf(report).next).toEqual({
    state: "ok",
    title: "renew the token of svc@partner-2.example",
    from: new Date(inDays(30)),
    by: new Date(inDays(53)),
    fixes: [
      expect.objectContaining({
        text: "Renew it",
        commands: [expect.objectContaining({ line: expect.stringMatching(/secure-app-model renew$/u) as string })],
      }),
    ],
  });
  // A secret that no token names may expire without a message.
  const unused = secretOf("client-credential-b", 40, { inUse: false });
  const secretFirst = reportOf([tokenOf(1, 89)], [secretOf("client-credential-a", 50), unused]);
  expect(partOf(secretFirst).next?.title).toBe("rotate the client secret client-credential-a");
});

test("client secrets and certificates are counted apart, and until when the one before is valid stands below the name", () => {
  const certificate = secretOf("client-credential-a", 3, { kind: "certificate", previousExpiresOn: inDays(200) });
  const credentials = [certificate, secretOf("client-credential-b", 40, { inUse: false })];
  const { answer, facts, actions } = partOf(reportOf([tokenOf(1, 89)], credentials));
  expect([answer, ...facts.map(({ text }) => text), actions[0]?.title]).toEqual([
    "The client certificate needs a person now.",
    "1 token: 1 OK",
    "1 client certificate: 1 failed",
    "1 client secret: 1 unused",
    "The client certificate client-credential-a ends soon",
  ]);
  expect(pageOf(reportOf([tokenOf(1, 89)], credentials))).toContain(
    `client-credential-a<small>predecessor ends ${inDays(200).slice(0, 10)}</small>`,
  );
});

test("the last day before a limit is the one after which fewer days are left", () => {
  const end = new Date(inDays(60));
  const last = lastWith(7, end).getTime();
  expect([daysUntil(end, last), daysUntil(end, last + 1)]).toEqual([7, 6]);
});

test("what the same step fixes is one thing to do; the worst comes first, and a warning has its last day", () => {
  const report = reportOf(
    [...thousands(300), tokenOf(900, 60, { health: "disabled" })],
    [secretOf("client-credential-a", 3, { kind: "certificate" })],
  );
  const { actions } = partOf(report);
  expect(
    actions.map(({ state, title, by, said = [] }) => [state, title, by?.toISOString(), said[0]?.names?.length]),
  ).toEqual([
    ["failed", "4 tokens have expired", undefined, 4],
    ["failed", "The client certificate client-credential-a ends soon", undefined, 0],
    ["failed", "The token of svc@partner-900.example is disabled", undefined, 0],
    ["warning", "10 tokens end soon", inDays(8), 10],
  ]);
  const consent = (whose: string): unknown => ({
    text: "Consent again",
    commands: [{ line: expect.stringMatching(new RegExp(`consent --force --tenant ${whose}$`, "u")) as string }],
  });
  expect(actions[0]?.fixes).toMatchObject([consent("<tenant>")]);
  expect(actions[2]?.fixes).toMatchObject([consent(tenant(900))]);
});

test("of many that are refused for one reason, each in its own words: one paragraph, and the name of each", () => {
  const why = (number: number) =>
    `It was issued to svc@partner-${number}.example of ${tenant(number)} on 2026-11-0${number % 9}T08:00:00.000Z.`;
  const tokens = Array.from({ length: 100 }, (_, n) => refused(tokenOf(n, 80), new Error(n < 99 ? why(n) : "Other.")));
  const { actions } = partOf({ ...reportOf([]), tokens });
  const names = Array.from({ length: 99 }, (_, n) => `partner-${n}.example`);
  expect(actions).toMatchObject([
    {
      title: "100 tokens are refused by Entra",
      said: [
        { text: "It was issued to … of … on ….", names },
        { text: "Other.", names: ["partner-99.example"] },
      ],
      more: 0,
    },
  ]);
  const page = pageOf({ ...reportOf([]), tokens });
  expect(page).toMatch(
    /partner-59\.example,<\/span> …<\/p><details class="names"><summary>39 more<\/summary><p>.*partner-98\.example<\/span> <\/p>/u,
  );
  // Each tenant by its domain, above its id.
  expect(page).toContain(`svc@partner-7.example<small>${tenant(7)}</small>`);
});

test("what ends on one day is in the order of its numbers, and what comes next says how many", () => {
  const ends = (number: number) => ({ expiresOn: inDays(60 + (30 - number) / 1000) });
  const report = reportOf([tokenOf(11, 61), ...[10, 2, 1].map((number) => tokenOf(number, 60, ends(number)))]);
  const { next } = partOf(report);
  expect(next).toMatchObject({ title: "renew 3 tokens", by: new Date(inDays(53.02)) });
  const page = pageOf(report);
  expect(page).toContain("<p>Next: renew 3 tokens by <time");
  expect(page.match(/svc@partner-\d+/gu)).toEqual([1, 2, 10, 11].map((number) => `svc@partner-${number}`));
});

test("a token that a probe found refused says why", () => {
  const page = pageOf({ ...reportOf([]), tokens: [refused(tokenOf(1, 80), new Error("Entra says no."))] });
  expect(page).toContain("The token of svc@partner-1.example is refused by Entra");
  expect(page.match(/Entra says no\./gu)).toHaveLength(1);
  expect(page).not.toContain("metadata");
});

test("a vault that could not be checked, and one without a token: why, and what helps", () => {
  const failure = { what: "Forbidden.", why: "No role.", fixes: [run("Consent", ownCommand("consent"))] };
  const [blind, empty] = [{ ...reportOf([]), failure }, reportOf([])].map((report) => partOf(report).actions);
  expect(blind).toMatchObject([
    { state: "unknown", said: [{ text: "Forbidden." }, { text: "No role." }], fixes: [{ text: "Consent" }] },
  ]);
  expect(empty).toMatchObject([{ state: "failed", title: "Nobody has consented yet" }]);
  expect(empty?.[0]?.fixes?.[0]?.commands[0]?.line).toContain("secure-app-model consent --tenant");
});

test("time runs evenly between two ticks, and near days have more room", () => {
  const line = new TimeLine(399);
  expect(line.ticks.map(({ label }) => label)).toEqual([
    "now",
    "1 week",
    "1 month",
    "3 months",
    "6 months",
    "1 year",
    "2 years",
  ]);
  expect([-5, 0, 3.5, 7, 30, 90, 730, 9000].map((days) => line.positionOf(days))).toEqual([
    0, 0, 8.3, 16.7, 33.3, 50, 100, 100,
  ]);
  expect(new TimeLine(0).ticks).toHaveLength(4);
});

test("one file: a policy that lets nothing be fetched, no address to fetch, and no handler in an attribute", () => {
  const page = pageOf(reportOf(thousands(50)));
  expect(page).toMatch(
    /content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/=]{44}&#39;; script-src &#39;sha256-[\w+/=]{44}&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;"/u,
  );
  expect(page).not.toMatch(/\s(?:src|style|on\w+)=|@import|url\(/u);
  expect(page.match(/href="(?!#|data:)/gu)).toBeNull();
  // There is no search field for a few rows.
  expect(pageOf(reportOf([tokenOf(1, 80)]))).not.toContain("<form");
});

test("fifty tenants with all that can stand beside them take less than 100 KB", () => {
  expect(Buffer.byteLength(pageOf(reportOf(thousands(50))))).toBeLessThan(60_000);
});

const canary = `</td></title></style><script>alert(1)</script><img src=x onerror=alert(1)>"'&\u202e\u0007`;

test("words from outside are text: no markup, no control character, nothing that turns text around", () => {
  const report = {
    ...reportOf(
      [
        tokenOf(1, -1, { accountName: canary }),
        tokenOf(2, 3, { tenantId: canary, accountName: "" }),
        tokenOf(3, 80, { health: "unreadable", problem: { what: canary, why: canary } }),
      ],
      [secretOf(canary, 20)],
    ),
    failure: { what: canary, why: canary },
  };
  const page = pageOf(report);
  const [written, own] = page.split("<script>\nfor (const [index, code] of");
  expect(own).toMatch(/^[^<]*<\/script><\/body><\/html>\n$/u);
  expect(written).not.toMatch(/<script|<img|[\u0000-\u0009\u000b-\u001f\u202a-\u202e]|javascript:/u);
  expect(page.match(/<title>/gu)).toHaveLength(1);
});

test("whatever a name holds, the page has the same elements", () => {
  const elements = (accountName: string) =>
    pageOf(reportOf([tokenOf(1, 3, { accountName })]))
      .match(/<\/?[a-z][^>]*>/gu)
      ?.map((tag) => tag.split(/[\s>]/u, 1)[0]);
  const usual = elements(tenant(7));
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
      expect(elements(name)?.filter((tag) => tag !== "<span" && tag !== "</span")).toEqual(
        usual?.filter((tag) => tag !== "<span" && tag !== "</span"),
      );
    }),
    { numRuns: 100 },
  );
});
