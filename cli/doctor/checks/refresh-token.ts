/** The stored token: what its metadata shows, and with --probe, which reads secrets, what it brings. */
import { consentPrecheck } from "../../../lib/application/who-may-consent";
import { failBeforeDays, warnBeforeDays } from "../../../lib/config/limits";
import { judgeVersions, type TokenState } from "../../../lib/token/health";
import { daysText, daysUntil, type Health } from "../../../lib/credential/lifetime";
import { revokedBy } from "../../../lib/token/errors";
import { isNotGranted, namesOf, type Scopes } from "../../../lib/token/prove-grants";
import { isOurs, type Ours, tokenTags } from "../../../lib/token/tags";
import { refreshTokenNameOf } from "../../../lib/token/target";
import { judgeToken, type Limits } from "../../../lib/token/verdict";
import { byPerson, Failure, type Fix, ownCommand, partsOf } from "../../../lib/errors/failure";
import { now } from "../../../lib/startup/clock";
import { isUnprobed, mfaUnknown, type Probe, withoutMfa } from "../../redemption/probe";
import { exitCodes } from "../../terminal/exit-code";
import { check, deployAgain, failed, type Finding, ofVerdict, ok, saidOf, warning } from "../check";
import { type Facts, requireFact } from "../facts";
import { waysToGrant } from "../who-grants";

export const refreshTokenCheck = check("refresh-token", "Refresh token", ["vault"], {
  look: async (facts) => {
    const [cloud, tenantId, clientId] = [await facts.cloud(), await facts.tenantId(), await facts.clientId()];
    const versions = await requireFact(facts.tokenVersions, "vault");
    const warnDays = (await facts.stack())?.settings.consent.warnBeforeDays ?? warnBeforeDays.default;
    const ours: Ours = (tags) => clientId !== undefined && isOurs({ cloud, tenantId, clientId }, tags);
    const limits = { warnDays, failDays: Math.min(warnDays, failBeforeDays.default) };
    const finding = judgeRefreshToken(judgeVersions(versions, ours, warnDays), tenantId, limits);
    // Without token and output the first deployment is unfinished: the next completes it, and asks for the sign-in.
    const { outputs } = { outputs: undefined, ...(await facts.stack()) };
    const isHalfMade = versions.length === 0 && outputs !== undefined && outputs.applicationId === undefined;
    if (isHalfMade) return { ...finding, fixes: [deployAgain] };
    if (finding.state === "failed") return finding;
    // Metadata does not show a revocation, so a good result always mentions that.
    if (!facts.options.probe) return { ...finding, what: `${finding.what}; not tested (--probe)` };
    const probe = await facts.probe();
    // The permissions of an accepted token are the subject of the next check.
    const isRefused = isUnprobed(probe) && (!probe.redeemed || probe.health !== undefined);
    return isRefused ? await probeIn(facts) : { ...finding, what: `${finding.what}; redeemed` };
  },
});

const words: Partial<Record<Health, string>> = {
  missing: "there is none",
  disabled: "its newest version is disabled",
  foreign: "its newest version is another application's, or was not stored by this project",
  expired: "it has ended",
};

export function judgeRefreshToken(
  { health, version }: TokenState,
  tenantId: string,
  limits: Limits,
  at = now(),
): Finding {
  const { expiresOn, tags = {} } = version ?? {};
  const { verdict, fixes } = judgeToken({ health, expiresOn, tenantId }, limits, at);
  const revoked = health === "disabled" ? revokedBy(tags) : undefined;
  if (revoked !== undefined) return failed(saidOf(revoked), revoked.fixes, exitCodes.consentNeeded);
  const wrong = words[health];
  if (wrong !== undefined) return failed(`${refreshTokenNameOf(tenantId)}: ${wrong}`, fixes, exitCodes.consentNeeded);
  const { "account-name": account = "?", "consented-at": consentedAt = "?" } = tokenTags(tags) ?? {};
  const left = expiresOn === undefined ? "without an end" : `${daysText(daysUntil(expiresOn, at))} left`;
  const whose = `${account}, consented on ${consentedAt.slice(0, 10)}, ${left}`;
  return ofVerdict(verdict, whose, fixes, exitCodes.consentNeeded);
}

export const probeCheck = check("probe", "Permissions of the token", ["refresh-token"], {
  only: "probe",
  look: (facts) => probeIn(facts),
});

async function probeIn(facts: Facts): Promise<Finding> {
  const probe = await facts.probe();
  const isLacking = isUnprobed(probe) ? isNotGranted(probe.error) : (probe.permissions?.missing ?? []).length > 0;
  if (!isLacking) return judgeProbe(probe, []);
  const place = await facts.place();
  const { account } = await requireFact(facts.tokenTags, "tag of the token");
  const outlook = consentPrecheck(await facts.directory(), place.clientId, account).catch((error: unknown) => {
    // Without the right to look it up, the fix is the command that finds out.
    if (error instanceof Failure) return undefined;
    throw error;
  });
  const deploys = (await facts.stack())?.settings.adminConsent !== undefined;
  return judgeProbe(probe, waysToGrant(await outlook, deploys, place));
}

const lookAgain = byPerson("Check again", ownCommand("doctor", "--probe"));

function judgeProbe(probe: Probe, ways: readonly Fix[]): Finding {
  if (isUnprobed(probe)) {
    const { fixes = [], ...said } = partsOf(probe.error);
    const own = isNotGranted(probe.error) ? ways : fixes;
    return failed(saidOf(said), own.length === 0 ? lookAgain : own, probe.exitCode);
  }
  const { isMfaCompliant, refusal, permissions, notes, exitCode } = probe;
  const listed = (what: string, some: readonly Scopes[] = []): string[] =>
    some.length === 0 ? [] : [`${what} ${namesOf(some)}.`];
  const withMfa = "Partner Center confirms multi-factor authentication.";
  const found = [
    ...listed("It lacks", permissions?.missing),
    ...listed("It has", permissions?.brought),
    isMfaCompliant === undefined ? mfaUnknown(probe) : isMfaCompliant ? withMfa : withoutMfa.what,
    ...notes,
  ].join(" ");
  if (exitCode !== exitCodes.fine) {
    return failed(found, [...ways, ...(isMfaCompliant === false ? withoutMfa.fixes : [])], exitCode);
  }
  const isUnanswered = isMfaCompliant === undefined && refusal === undefined;
  return isUnanswered || permissions === undefined ? warning(found, lookAgain) : ok(found);
}
