import { warnBeforeDays } from "../../../config/limits";
import { type Health, judge, type TokenState } from "../../../consent/health";
import { tokenTags } from "../../../consent/tags";
import { refreshTokenNameOf } from "../../../consent/target";
import { exitCodes } from "../../exit-code";
import { daysUntil } from "../days";
import type { Check } from "../check";
import { failed, type Finding, ok, warning } from "../finding";

export const refreshTokenCheck: Check = {
  name: "refresh-token",
  title: "Refresh token",
  needs: ["vault"],
  look: async (facts) => {
    const [cloud, tenantId, versions] = [await facts.cloud(), await facts.tenantId(), await facts.tokenVersions()];
    const target = {
      cloud,
      tenantId,
      clientId: (await facts.clientId()) ?? "",
      vaultUri: (await facts.vaultUri()) ?? "",
      refreshTokenName: refreshTokenNameOf(tenantId),
      clientSecretName: "",
      account: undefined,
      stack: "",
    };
    const days = (await facts.stack())?.settings.consent.warnBeforeDays ?? warnBeforeDays.default;
    return judgeToken(judge(target, versions ?? [], days), target.refreshTokenName);
  },
};

const words: Partial<Record<Health, string>> = {
  missing: "there is none",
  disabled: "its newest version is switched off",
  foreign: "its newest version is another application's, or was not stored by this project",
  expired: "it has ended",
};

export function judgeToken({ health, version }: TokenState, name: string, now = Date.now()): Finding {
  const tags = version && tokenTags(version.tags);
  const left = version?.expiresOn === undefined ? "without an end" : `${daysUntil(version.expiresOn, now)} left`;
  const whose = `${tags?.["account-name"] ?? "?"}, consented on ${tags?.["consented-at"].slice(0, 10) ?? "?"}, ${left}`;
  if (health === "ok") return ok(whose);
  if (health === "expiring") return warning(whose, "Renew it: pulumi up --refresh");
  return failed(`${name}: ${words[health] ?? health}`, "secure-app-model consent --force", exitCodes.consentNeeded);
}
