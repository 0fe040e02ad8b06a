import { judgeRefreshToken } from "../../cli/doctor/checks/refresh-token";
import { judge } from "../../cli/doctor/checks/credential";
import { judgeCredentialEntry, judgeTokenEntry } from "../../cli/status/verdicts";
import { judgeVersions } from "../../lib/token/health";
import { daysText, daysUntil } from "../../lib/credential/lifetime";
import { isOurs } from "../../lib/token/tags";
import { useClock } from "../../lib/startup/clock";
import { ForeignTokenError } from "../../lib/token/errors";
import { healthAfter, isFixedBySignIn } from "../../lib/token/verdict";
import { Failure } from "../../lib/errors/failure";
import { entraError } from "../../lib/oauth/aadsts";
import { MemoryVault, takeInventory, target, version } from "./fixtures";

let restore = (): void => undefined;
afterEach(() => {
  restore();
});
function at(time: string): void {
  restore();
  restore = useClock(() => Date.parse(time));
}

const limits = { warnDays: 30, failDays: 7 };

/** The verdicts of the consent (and drift), doctor and status about a token with this expiry. */
async function saidOf(end: string) {
  const stored = version("v1", "2023-01-01T00:00:00Z", { expiresOn: new Date(end) });
  const { tokens } = await takeInventory(target.cloud, new MemoryVault(stored).asVault, target.tenantId);
  const [entry] = tokens;
  if (entry === undefined) throw new Error("There is no token.");
  const status = judgeTokenEntry(entry, limits);
  const state = judgeVersions([stored], (found) => isOurs(target, found), limits.warnDays);
  const doctor = judgeRefreshToken(state, target.tenantId, limits);
  return [state.health, doctor.state, status.state, status.exitCode, status.daysLeft];
}

test.each<[string, string, string, Awaited<ReturnType<typeof saidOf>>]>([
  ["a second before midnight", "2026-11-24T23:59:59Z", "2026-12-25T00:00:00Z", ["ok", "ok", "ok", 0, 30]],
  ["at midnight", "2026-11-25T00:00:00Z", "2026-12-25T00:00:00Z", ["ok", "ok", "ok", 0, 30]],
  ["a second after it", "2026-11-25T00:00:01Z", "2026-12-25T00:00:00Z", ["expiring", "warning", "warning", 0, 29]],
  ["over the year's end", "2026-12-31T23:59:59Z", "2027-01-07T23:59:59Z", ["expiring", "warning", "warning", 0, 7]],
  ["in the new year", "2027-01-01T00:00:00Z", "2027-01-07T23:59:59Z", ["expiring", "failed", "failed", 3, 6]],
  ["over 29 February", "2028-02-28T12:00:00Z", "2028-03-01T12:00:00Z", ["expiring", "failed", "failed", 3, 2]],
  ["into summer time", "2027-03-27T12:00:00Z", "2027-04-03T12:00:00Z", ["expiring", "warning", "warning", 0, 7]],
  ["in its last second", "2026-12-24T23:59:59Z", "2026-12-25T00:00:00Z", ["expiring", "failed", "failed", 3, 0]],
  ["at its end", "2026-12-25T00:00:00Z", "2026-12-25T00:00:00Z", ["expired", "failed", "failed", 3, 0]],
  ["behind it", "2026-12-25T00:00:01Z", "2026-12-25T00:00:00Z", ["expired", "failed", "failed", 3, -1]],
])("a token %s: the consent, doctor and status say the same", async (_, time, end, said) => {
  at(time);
  expect(await saidOf(end)).toEqual(said);
});

test.each([
  ["2026-11-24T23:59:59Z", "ok", 0, "30 days"],
  ["2026-11-25T00:00:01Z", "warning", 0, "29 days"],
  ["2026-12-18T00:00:01Z", "failed", 4, "6 days"],
  ["2026-12-23T12:00:00Z", "failed", 4, "1 day"],
])("a client secret at %s: doctor and status say the same", (time, state, exitCode, days) => {
  at(time);
  const end = "2026-12-25T00:00:00Z";
  const passwordCredentials = [{ keyId: "k", displayName: "partner-c1", endDateTime: end, startDateTime: end }];
  const found = judge({ passwordCredentials }, undefined, undefined);
  const times = { createdOn: "", expiresOn: end, previousExpiresOn: "" };
  const entry = { name: "s", kind: "secret", health: "ok", ...times, inUse: true, problem: undefined } as const;
  const status = judgeCredentialEntry(entry, limits);
  expect([found.state, found.what]).toEqual([state, `partner-c1, ${days} left`]);
  expect([found.exitCode ?? 0, status.exitCode]).toEqual([exitCode, exitCode]);
  expect(daysText(status.daysLeft ?? daysUntil(new Date(0)))).toBe(days);
});

test.each<[string, Error, ReturnType<typeof healthAfter>, boolean]>([
  ["revoked sessions", entraError("Redeeming", "invalid_grant", "AADSTS50173: Revoked."), "refused", true],
  ["another application's token", entraError("Redeeming", "invalid_grant", "AADSTS700007: Other."), "refused", true],
  ["an account that is gone", entraError("Redeeming", "invalid_grant", "AADSTS50034: None."), "refused", true],
  ["an account that is disabled", entraError("Redeeming", "invalid_grant", "AADSTS50057: Off."), "refused", false],
  ["a wrong client secret", entraError("Redeeming", "invalid_client", "AADSTS7000215: Wrong."), "refused", false],
  ["nothing granted", entraError("Redeeming", "invalid_grant", "AADSTS65001: Not consented."), "incomplete", true],
  ["Entra's own trouble", entraError("Redeeming", "temporarily_unavailable", "AADSTS90033: Later."), undefined, false],
  ["another account's token", new ForeignTokenError("Somebody's."), "foreign", false],
  ["an outage", new Failure("http-unreachable", "It does not answer."), undefined, false],
])("a redemption that fails by %s", (_, error, health, fixed) => {
  expect([healthAfter(error), isFixedBySignIn(error)]).toEqual([health, fixed]);
});
