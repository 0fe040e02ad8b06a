import { az, run } from "../../../errors/fix";
import type { Asked } from "../../../application/grants";
import type { Check } from "../check";
import { wantedPermissions } from "../declared";
import { type Finding, ok, warning } from "../finding";
import { askedRoles, namesOf } from "../granted";

export const adminConsentCheck: Check = {
  name: "admin-consent",
  title: "Application permissions granted",
  needs: ["service-principal"],
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const clientId = await facts.knownClientId();
    return judgeAdminConsent(await askedRoles(facts, await wantedPermissions(facts)), clientId);
  },
};

/** No sign-in grants them, and no delegated token needs them: missing ones are worth knowing, not wrong. */
export function judgeAdminConsent(asked: readonly Asked[], clientId: string): Finding {
  const missing = asked.filter(({ granted }) => !granted);
  if (missing.length === 0) return ok(`all ${asked.length}, by an administrator`);
  return warning(
    `not granted: ${namesOf(missing)}; only calls that the application makes without an account need them`,
    run("An administrator, if they are wanted", az("ad", "app", "permission", "admin-consent", "--id", clientId)),
  );
}
