import { az, ownCommand, run } from "../../../errors/fix";
import type { Asked } from "../../../application/grants";
import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { wantedPermissions } from "../declared";
import { failed, type Finding, ok, warning } from "../finding";
import { askedScopes, namesOf } from "../granted";

export const consentCheck: Check = {
  name: "consent",
  title: "Delegated permissions consented to",
  needs: ["service-principal"],
  right: "Directory.Read.All on Microsoft Graph",
  look: async (facts) => {
    const clientId = await facts.knownClientId();
    return judgeConsent(await askedScopes(facts, await wantedPermissions(facts)), clientId);
  },
};

/** Without Partner Center's there is no model; without another one a single resource is refused. */
export function judgeConsent(asked: readonly Asked[], clientId: string): Finding {
  const missing = asked.filter(({ granted }) => !granted);
  const own = asked.filter(({ administrator }) => !administrator);
  const others = asked.filter(({ administrator }) => administrator);
  const who = `the account's own sign-in grants ${namesOf(own)}; an administrator has to grant ${namesOf(others)}`;
  if (missing.length === 0) return ok(`all ${asked.length}; ${who}`);
  const found = `missing: ${namesOf(missing)} (AADSTS65001); ${who}`;
  const byAdministrator = run(
    "For an administrator's",
    az("ad", "app", "permission", "admin-consent", "--id", clientId),
  );
  const fixes = [
    run("Consent again", ownCommand("consent", "--force")),
    ...(missing.some(({ administrator }) => administrator) ? [byAdministrator] : []),
  ];
  const essential = missing.some(({ name }) => name.startsWith("Partner Center "));
  return essential ? failed(found, fixes, exitCodes.consentNeeded) : warning(found, fixes);
}
