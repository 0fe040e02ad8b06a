import { failBeforeDays, warnBeforeDays } from "../../../lib/config/limits";
import { type Health, judgeVersions, type TokenState } from "../../../lib/consent/health";
import { daysText, daysUntil } from "../../../lib/consent/lifetime";
import { isOurs, tokenTags } from "../../../lib/consent/tags";
import { refreshTokenNameOf } from "../../../lib/consent/target";
import { judgeToken, type Limits } from "../../../lib/consent/verdict";
import { now } from "../../../lib/startup/clock";
import { isUnprobed } from "../../redemption/probe";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ofVerdict } from "../check";
import { found } from "../facts";
import { probeIn } from "./probe";

export const refreshTokenCheck = check("refresh-token", "Refresh token", ["vault"], {
  look: async (facts) => {
    const [cloud, tenantId, clientId] = [await facts.cloud(), await facts.tenantId(), await facts.clientId()];
    const versions = await found(facts.tokenVersions, "vault");
    const warnDays = (await facts.stack())?.settings.consent.warnBeforeDays ?? warnBeforeDays.default;
    const ours = (tags: Readonly<Record<string, string>>) =>
      clientId !== undefined && isOurs({ cloud, tenantId, clientId }, tags);
    const limits = { warnDays, failDays: Math.min(warnDays, failBeforeDays.default) };
    const finding = judgeRefreshToken(judgeVersions(versions, ours, warnDays), tenantId, limits);
    if (finding.state === "failed") return finding;
    // Metadata does not show a revocation, so a good result always mentions that.
    if (!facts.options.probe) return { ...finding, what: `${finding.what}; not redeemed (--probe)` };
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
  const wrong = words[health];
  if (wrong !== undefined) return failed(`${refreshTokenNameOf(tenantId)}: ${wrong}`, fixes, exitCodes.consentNeeded);
  const { "account-name": account = "?", "consented-at": consentedAt = "?" } = tokenTags(tags) ?? {};
  const left = expiresOn === undefined ? "without an end" : `${daysText(daysUntil(expiresOn, at))} left`;
  const whose = `${account}, consented on ${consentedAt.slice(0, 10)}, ${left}`;
  return ofVerdict(verdict, whose, fixes, exitCodes.consentNeeded);
}
