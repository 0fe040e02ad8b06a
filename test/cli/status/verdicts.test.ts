import { credentialDocument } from "../../../cli/status/documents";
import { statusLines } from "../../../cli/status/lines";
import { Failure, ownCommand, run } from "../../../lib/errors/failure";
import { messageOf } from "../../../lib/errors/text";
import { exitCodes } from "../../../cli/terminal/exit-code";
import type { Probe } from "../../../cli/redemption/probe";
import { afterProbe, saidOf } from "../../../cli/status/verdicts";
import type { CredentialEntry, TokenEntry } from "../../../lib/token/inventory";
import { inDays, judgedCredential, judgedToken, secretOf, tenant, tokenOf } from "../status-page/reports";

const again = run("Consent again", ownCommand("consent", "--force", "--tenant", tenant(1)));
const consent = messageOf({ what: "", fixes: [again] });
const renew = messageOf({ what: "", fixes: [run("Renew it", ownCommand("renew")), again] });
const first = messageOf({ what: "", fixes: [run("Consent", ownCommand("consent", "--tenant", tenant(1)))] });
const rotation = run("Rotate it", ownCommand("rotate", "--stack", "<stack>"));
const rotate = messageOf({ what: "", fixes: [rotation] });

test.each<[string, Partial<TokenEntry>, [string, number, number | null, string]]>([
  ["80 days", {}, ["ok", 0, 80, ""]],
  ["30 days, the last that is fine", { expiresOn: inDays(30) }, ["ok", 0, 30, ""]],
  ["29 days", { expiresOn: inDays(29.9) }, ["warning", 0, 29, renew]],
  ["7 days, the last that only warns", { expiresOn: inDays(7) }, ["warning", 0, 7, renew]],
  ["6 days", { expiresOn: inDays(6.9) }, ["failed", 3, 6, renew]],
  ["no end", { expiresOn: "" }, ["ok", 0, null, ""]],
  ["an end behind it", { health: "expired", expiresOn: inDays(-1) }, ["failed", 3, -1, `It is expired. ${consent}`]],
  ["disabled", { health: "disabled" }, ["failed", 3, 80, `It is disabled. ${consent}`]],
  ["missing", { health: "missing", expiresOn: "" }, ["failed", 3, null, `It is missing. ${first}`]],
  ["foreign", { health: "foreign", problem: { what: "Somebody's." } }, ["failed", 3, 80, "Somebody's."]],
  ["unreadable", { health: "unreadable", expiresOn: "", problem: { what: "403." } }, ["unknown", 1, null, "403."]],
])("a token with %s", (_, changes, expected) => {
  const judged = judgedToken(tokenOf(1, 80, changes));
  expect([judged.state, judged.exitCode, judged.daysLeft, messageOf(saidOf(judged))]).toEqual(expected);
});

test.each<[string, Partial<CredentialEntry>, [string, number, string]]>([
  ["300 days", {}, ["ok", 0, ""]],
  ["29 days", { expiresOn: inDays(29) }, ["warning", 0, rotate]],
  ["6 days", { expiresOn: inDays(6) }, ["failed", 4, rotate]],
  ["an end behind it", { health: "expired", expiresOn: inDays(-1) }, ["failed", 4, `It is expired. ${rotate}`]],
  ["disabled", { health: "disabled" }, ["failed", 4, `It is disabled. ${rotate}`]],
  ["missing", { health: "missing" }, ["failed", 4, `It is missing. ${rotate}`]],
  ["unreadable", { health: "unreadable", problem: { what: "403." } }, ["unknown", 1, "403."]],
  ["an end behind it, unused", { health: "expired", inUse: false }, ["skipped", 0, "no token uses it"]],
])("a credential with %s", (_, changes, expected) => {
  const judged = judgedCredential(secretOf("client-credential-a", 300, changes));
  expect([judged.state, judged.exitCode, messageOf(saidOf(judged))]).toEqual(expected);
});

test("what Entra has refused is consented to again, and not renewed, however near its end is", () => {
  const expiring = judgedToken(tokenOf(1, 20));
  const error = new Failure("token-refused", "Refused.", again);
  const { consentNeeded: exitCode, failed } = exitCodes;
  const refused = afterProbe(expiring, { redeemed: false, verdict: "failed", health: "refused", error, exitCode });
  expect([refused.state, messageOf(saidOf(refused))]).toEqual(["failed", `Refused. ${consent}`]);
  // An outage says nothing of the token.
  const unknown = afterProbe(expiring, {
    redeemed: false,
    verdict: "unknown",
    health: undefined,
    error,
    exitCode: failed,
  });
  expect(messageOf(saidOf(unknown))).toContain("Renew it");
});

describe("for people", () => {
  const rotates = ["  Rotate it: secure-app-model rotate --stack '<stack>'"];
  const token = judgedToken(tokenOf(1, 45));
  const credentials = [judgedCredential(secretOf("client-credential-a", 1.5))];
  const about = "  svc@partner-1.example, ends 2027-01-10, 3 days old, consented 2026-11-06";
  const life = "  client secret, ends 2026-11-28, 100 days old";
  const linesAfter = (probe: Probe) => statusLines({ tokens: [afterProbe(token, probe)], credentials }, false);

  test("plain lines anywhere but on a terminal", () => {
    const probed: Probe = {
      redeemed: true,
      isMfaCompliant: undefined,
      permissions: undefined,
      notes: ["It could not be looked up."],
      verdict: "ok",
      health: "ok",
      exitCode: exitCodes.fine,
    };
    expect(linesAfter(probed).slice(0, 5)).toEqual([
      `ok       refresh-token-${tenant(1)}  45 days left`,
      about,
      "  probe: works",
      "  Partner Center did not answer whether it was issued with multi-factor",
      "  authentication. It could not be looked up.",
    ]);
    const error = new Failure("token-refused", "Refused.");
    const { consentNeeded: exitCode } = exitCodes;
    expect(linesAfter({ redeemed: false, verdict: "failed", health: "refused", error, exitCode })).toEqual([
      `failed   refresh-token-${tenant(1)}  45 days left`,
      about,
      "  probe: failed",
      "  Refused.",
      "failed   client-credential-a  1 day left",
      life,
      ...rotates,
    ]);
  });

  test("bars on a terminal stand below each other, coloured where that is welcome", () => {
    const [name, shorter] = [`refresh-token-${tenant(1)}`, "client-credential-a".padEnd(50)];
    const found = { tokens: [token], credentials };
    expect(statusLines(found, true, false)).toEqual([
      `✓ ${name}  █████░░░░░  45 days left`,
      `${about},`,
      "  not tested (--probe)",
      `✗ ${shorter}  ░░░░░░░░░░  1 day left`,
      life,
      ...rotates,
    ]);
    expect(statusLines(found, true, true)[3]).toBe(
      `\u001b[31m✗\u001b[39m ${shorter}  \u001b[31m░░░░░░░░░░\u001b[39m  1 day left`,
    );
  });

  test("of a credential its kind, and until when the one before is valid", () => {
    const [secret, certificate] = (["secret", "certificate"] as const).map((kind) =>
      judgedCredential(secretOf("client-credential-a", 300, { kind, previousExpiresOn: inDays(100) })),
    );
    const lines = (...all: (typeof secret)[]) =>
      statusLines({ tokens: [], credentials: all.filter((one) => one !== undefined) }, false);
    const ends = "ends 2027-09-22, 100 days old, predecessor ends 2027-03-06";
    expect([lines(secret), lines(certificate)]).toEqual([
      ["ok       client-credential-a  300 days left", `  client secret, ${ends}`],
      ["ok       client-credential-a  300 days left", `  certificate, ${ends}`],
    ]);
    expect(secret && credentialDocument(secret)).toMatchObject({
      ...{ name: "client-credential-a", kind: "secret", inUse: true, daysLeft: 300 },
      ...{ expiresOn: inDays(300), previousExpiresOn: inDays(100), state: "ok", health: "ok" },
    });
  });

  test("several fixes are numbered", () => {
    const lines = statusLines({ tokens: [judgedToken(tokenOf(1, 3))], credentials: [] }, false);
    const withoutNpx = lines.slice(2).map((line) => line.replace("npx --no ", ""));
    expect(withoutNpx).toEqual([
      "  1. Renew it: secure-app-model renew",
      "  2. Consent again:",
      `  secure-app-model consent --force --tenant ${tenant(1)}`,
    ]);
  });

  test("no line is wider than 80 columns", () => {
    const lasting = { expiresOn: inDays(3650), createdOn: inDays(-3650) };
    const tokens = [
      judgedToken(tokenOf(1, 45, lasting)),
      judgedToken(tokenOf(2, 3, { accountName: `svc@${"long".repeat(15)}.example` })),
      judgedToken(
        tokenOf(3, 45, { health: "missing", expiresOn: "", createdOn: "", accountName: "", consentedOn: "" }),
      ),
      judgedToken(
        tokenOf(4, 45, { health: "unreadable", problem: { what: "Not a word of this is long. ".repeat(9) } }),
      ),
    ];
    const stays = { previousExpiresOn: inDays(3650) };
    const names = ["client-credential-1a2b3c4d", "portal-".padEnd(60, "secret-")];
    const found = { tokens, credentials: names.map((name) => judgedCredential(secretOf(name, 3650, stays))) };
    for (const bars of [true, false])
      expect(statusLines(found, bars, false).filter((line) => line.length > 80)).toEqual([]);
  });
});
