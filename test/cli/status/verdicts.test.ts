import { statusLines } from "../../../cli/status/lines";
import { Failure, ownCommand, pulumi, run, setSetting } from "../../../lib/errors/failure";
import { textOf } from "../../../lib/errors/text";
import { exitCodes } from "../../../cli/terminal/exit-code";
import type { Probe } from "../../../cli/redemption/probe";
import { afterProbe, judgeInventory, messageOf } from "../../../cli/status/verdicts";
import type { ClientSecretEntry, TokenEntry } from "../../../lib/consent/inventory";

const now = Date.parse("2026-11-25T00:00:00Z");
const limits = { warnDays: 30, failDays: 7 };
const inDays = (days: number): string => new Date(now + days * 86_400_000).toISOString();

const token = (changes: Partial<TokenEntry> = {}): TokenEntry => ({
  name: "refresh-token-t",
  tenantId: "t",
  health: "ok",
  account: "id",
  accountName: "svc@partner.example",
  consentedOn: inDays(-20),
  createdOn: inDays(-10),
  expiresOn: inDays(80),
  clientSecretName: "client-secret-a",
  problem: undefined,
  ...changes,
});
const secret = (changes: Partial<ClientSecretEntry> = {}): ClientSecretEntry => ({
  name: "client-secret-a",
  health: "ok",
  createdOn: inDays(-100),
  expiresOn: inDays(300),
  inUse: true,
  problem: undefined,
  ...changes,
});
const again = run("Consent again", ownCommand("consent", "--force", "--tenant", "t"));
const consent = textOf({ what: "", fixes: [again] });
const renew = textOf({ what: "", fixes: [run("Renew it", ownCommand("renew")), again] });
const first = textOf({ what: "", fixes: [run("Consent", ownCommand("consent", "--tenant", "t"))] });
const rotation = run("Rotate it", setSetting("credential.label", "<new label>"), pulumi("up"));
const rotate = textOf({ what: "", fixes: [rotation] });

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
  ["another secret published since", { overtaken: { what: "Since." } }, ["failed", 4, 80, "Since."]],
  ["unreadable", { health: "unreadable", expiresOn: "", problem: { what: "403." } }, ["unknown", 1, null, "403."]],
])("a token with %s", (_, changes, expected) => {
  const [judged] = judgeInventory({ tokens: [token(changes)], clientSecrets: [] }, limits, now).tokens;
  expect(judged && [judged.state, judged.exitCode, judged.daysLeft, messageOf(judged)]).toEqual(expected);
});

test.each<[string, Partial<ClientSecretEntry>, [string, number, string]]>([
  ["300 days", {}, ["ok", 0, ""]],
  ["29 days", { expiresOn: inDays(29) }, ["warning", 0, rotate]],
  ["6 days", { expiresOn: inDays(6) }, ["failed", 4, rotate]],
  ["an end behind it", { health: "expired", expiresOn: inDays(-1) }, ["failed", 4, `It is expired. ${rotate}`]],
  ["disabled", { health: "disabled" }, ["failed", 4, `It is disabled. ${rotate}`]],
  ["missing", { health: "missing" }, ["failed", 4, `It is missing. ${rotate}`]],
  ["unreadable", { health: "unreadable", problem: { what: "403." } }, ["unknown", 1, "403."]],
  ["an end behind it, unused", { health: "expired", inUse: false }, ["skipped", 0, "unused: no token names it"]],
])("a client secret with %s", (_, changes, expected) => {
  const [judged] = judgeInventory({ tokens: [], clientSecrets: [secret(changes)] }, limits, now).clientSecrets;
  expect(judged && [judged.state, judged.exitCode, messageOf(judged)]).toEqual(expected);
});

describe("for people", () => {
  const judged = judgeInventory(
    { tokens: [token({ expiresOn: inDays(45) })], clientSecrets: [secret({ expiresOn: inDays(1.5) })] },
    limits,
    now,
  );
  const probed: Probe = {
    redeemed: true,
    isMfaCompliant: undefined,
    permissions: undefined,
    notes: ["It could not be looked up."],
    verdict: "ok",
    health: "ok",
    exitCode: exitCodes.fine,
  };
  const withProbe = (probe: Probe) => ({ ...judged, tokens: judged.tokens.map((one) => afterProbe(one, probe)) });

  test("plain lines anywhere but on a terminal", () => {
    const plain = { bars: false, colour: false };
    const about = "45 days left, 10 days old  ends 2027-01-09, svc@partner.example, consented 2026-11-05";
    expect(statusLines(withProbe(probed), plain).slice(0, 3)).toEqual([
      `ok       refresh-token-t  ${about}`,
      "    probe: redeemed",
      "    Partner Center did not answer whether it was issued with multi-factor authentication. It could not be looked up.",
    ]);
    const refused: Probe = {
      redeemed: false,
      verdict: "failed",
      health: "refused",
      error: new Failure("x", "Refused."),
      exitCode: exitCodes.consentNeeded,
    };
    expect(statusLines(withProbe(refused), plain)).toEqual([
      `failed   refresh-token-t  ${about}`,
      "    probe: not redeemed",
      "    Refused.",
      "failed   client-secret-a  1 day left, 100 days old  ends 2026-11-26",
      `    ${rotate}`,
    ]);
  });

  test("bars on a terminal stand below each other", () => {
    const named = judgeInventory(
      { tokens: [token()], clientSecrets: [secret({ name: "client-secret-abc" })] },
      limits,
      now,
    );
    const lines = statusLines(named, { bars: true, colour: false });
    expect(lines.map((line) => line.slice(0, 24))).toEqual(["✓  refresh-token-t    ██", "✓  client-secret-abc  ██"]);
  });

  test("bars on a terminal, coloured where that is welcome", () => {
    const [plain] = statusLines(judged, { bars: true, colour: false });
    expect(plain).toBe(
      "✓  refresh-token-t  ██████████░░░░░░░░░░  45 days left, 10 days old  ends 2027-01-09, svc@partner.example, consented 2026-11-05, not redeemed (--probe)",
    );
    const [, coloured] = statusLines(judged, { bars: true, colour: true });
    expect(coloured).toBe(
      "\u001b[31m✗\u001b[39m  client-secret-a  \u001b[31m░░░░░░░░░░░░░░░░░░░░\u001b[39m  1 day left, 100 days old  ends 2026-11-26",
    );
  });
});
