/** Several vaults on one page: one was looked at, `status --json` told of the others, perhaps days ago and elsewhere. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixesAreFor } from "../../../lib/errors/invocation";
import { readAttachments } from "../../../cli/status/page/attachments";
import { vaultPart } from "../../../cli/status/page/vault-part";
import { eachOnce, ownVault, reportedVault, type VaultReport, type VaultRows } from "../../../cli/status/page/vaults";
import { inDays, pageOf, refused, reportOf, secretOf, tokenOf } from "./reports";

const folder = mkdtempSync(join(tmpdir(), "several-vaults-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const usgov = (...given: Parameters<typeof reportOf>): VaultReport => ({
  ...reportOf(...given),
  cloud: "AzureUSGovernment",
  vault: "https://contoso.vault.usgovcloudapi.net",
});
const now = new Date(inDays(0));
const seen = (daysAgo: number, report: VaultReport): VaultReport => ({ ...report, checkedOn: inDays(-daysAgo) });
const own = reportOf([tokenOf(1, 80)]);

/** Through a file, as a person gives it. */
async function read(...documents: object[]) {
  const files = documents.map((document, index) => {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, JSON.stringify(document));
    return file;
  });
  const attachments = await readAttachments({ statusReport: files });
  expect(attachments.problems).toEqual([]);
  return attachments;
}

async function partWith(...documents: object[]) {
  const others = (await read(...documents)).vaults.map((one) => reportedVault(one, now));
  return vaultPart(eachOnce(ownVault(own), others));
}

const target = "--cloud AzureUSGovernment --vault https://contoso.vault.usgovcloudapi.net";

test("what it says of a vault that a report tells of is what it says of one that was looked at", async () => {
  const [expired, unreadable] = [
    tokenOf(2, -2),
    tokenOf(3, 80, { health: "unreadable", problem: { what: "403.", why: "No role." } }),
  ];
  const report = usgov(
    [expired, unreadable, tokenOf(4, 20), tokenOf(5, 60)],
    [secretOf("client-secret-a", 3), secretOf("client-certificate-b/1", 90, { inUse: false })],
  );
  const withoutLines = ({ tokens, secrets, ...about }: VaultRows) => ({
    ...{ ...about, target: undefined },
    rows: [...tokens, ...secrets].map((row) => ({ ...row, fixes: row.fixes.map(({ text }) => text) })),
  });
  const told = (await read(report)).vaults.map((one) => withoutLines(reportedVault(one, now)));
  expect(told).toEqual([withoutLines(ownVault(report))]);
});

test("a probe's words and fixes come along", async () => {
  const tokens = [refused(tokenOf(2, 80), new Error("Entra says no."))];
  const { actions } = await partWith({ ...usgov([]), tokens });
  expect(actions).toMatchObject([
    {
      state: "failed",
      title: "The token of svc@partner-2.example in contoso.vault.usgovcloudapi.net is refused by Entra",
      said: [{ text: "Entra says no." }],
    },
  ]);
});

test("commands name that vault's cloud and address, whatever this run was told", async () => {
  const report = usgov([tokenOf(2, -2), tokenOf(3, 20)], [secretOf("client-secret-a", 3)]);
  fixesAreFor(["status", "--vault", "https://contoso.vault.azure.net", "--partner-tenant", "contoso.example"]);
  const { actions } = await partWith(report);
  fixesAreFor(["status"]);
  const consentFor = (index: number): string =>
    `secure-app-model consent --force --tenant ${tokenOf(index, 0).tenantId} ${target}`;
  const lines = actions.map(({ fixes = [] }) =>
    fixes.map(({ commands }) => commands.map(({ line }) => line.replace(/^npx /u, ""))),
  );
  expect(lines).toEqual([
    [[consentFor(2)]],
    [["pulumi config set --path secure-application-model:credential.label '<new label>'", "pulumi up"]],
    [[`secure-app-model renew ${target}`], [consentFor(3)]],
  ]);
});

test.each([
  ["No end is near. Not tested: status --probe.", usgov([tokenOf(2, 80), tokenOf(3, 80)])],
  ["Nothing has failed; 1 of 2 tokens ends soon.", usgov([tokenOf(2, 20)])],
  ["1 of 2 tokens needs a person now.", usgov([tokenOf(2, 2)])],
  ["There is no refresh token in contoso.vault.usgovcloudapi.net.", usgov([])],
])("%s", async (answer, other) => {
  expect((await partWith(other)).answer).toBe(answer);
});

test("what comes next is the earliest of all, with the vault's name", async () => {
  const { next, facts } = await partWith(usgov([tokenOf(2, 60)]));
  expect(next).toMatchObject({
    title: "renew the token of svc@partner-2.example in contoso.vault.usgovcloudapi.net",
    by: new Date(inDays(53)),
    fixes: [{ commands: [{ line: expect.stringContaining(`secure-app-model renew ${target}`) as string }] }],
  });
  expect(facts.map(({ text, section }) => [text, section])).toEqual([
    ["1 token in contoso.vault.azure.net: 1 OK", "tokens"],
    ["1 client secret in contoso.vault.azure.net: 1 OK", "client-secrets"],
    ["1 token in contoso.vault.usgovcloudapi.net: 1 OK", "tokens-1"],
    ["1 client secret in contoso.vault.usgovcloudapi.net: 1 OK", "client-secrets-1"],
  ]);
});

test("a report from days ago is judged as of today", async () => {
  const document = seen(76, usgov([tokenOf(2, 80)], [secretOf("client-secret-a", 90)]));
  // Days from then on: 80 are 4 from today.
  const aged = JSON.parse(
    JSON.stringify(document).replaceAll(inDays(80), inDays(4)).replaceAll(inDays(90), inDays(-1)),
  ) as object;
  const { actions, answer } = await partWith(aged);
  expect(answer).toBe("1 of 2 tokens and 1 of 2 client secrets need a person now.");
  expect(actions.map(({ state, title }) => [state, title])).toEqual([
    ["failed", "The client secret client-secret-a in contoso.vault.usgovcloudapi.net has expired"],
    ["failed", "The token of svc@partner-2.example in contoso.vault.usgovcloudapi.net ends soon"],
  ]);
});

test("each vault once: of a vault that several tell of the newest look, and never one that was looked at now", async () => {
  const [old, fresh] = [seen(9, usgov([tokenOf(2, 2)])), seen(1, usgov([tokenOf(2, 80)]))];
  expect((await partWith(fresh, old, seen(3, own))).answer).toBe("No end is near. Not tested: status --probe.");
});

test("the page: a section for each vault with its cloud, when it was looked at, and zones by its limits", async () => {
  const other = { ...usgov([tokenOf(2, 60)]), warnDays: 14, failDays: 3 };
  const failed = { error: { code: "x", what: "Key Vault answered 403.", why: null, fixes: [], message: "" } };
  const page = pageOf(own, await read(seen(2, other), failed));
  expect(page).toContain("<p>2 vaults in AzureCloud and AzureUSGovernment · <time");
  expect(page).toContain("· 2 vaults</title>");
  expect(page.match(/<h2 id="(?:tokens|client-secrets)[^>]*>.*?<\/h2>/gu)).toHaveLength(4);
  expect(page).toMatch(/<small>AzureUSGovernment · contoso\.vault\.usgovcloudapi\.net · <time datetime="2026-11-24/u);
  expect(page.match(/\.v[01]\{--fail-at:[\d.]+%;--warn-at:[\d.]+%\}/gu)).toHaveLength(2);
  expect(page).toContain("For contoso.vault.usgovcloudapi.net it warns 14 days before an end");
  expect(page).toContain("A vault could not be checked");
  expect(page).toContain("1 other thing needs a person.");
});
