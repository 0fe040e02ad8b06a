import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { undeclared, wantedPermissions } from "../declared";
import { failed, type Finding, ok } from "../finding";

export const permissionsCheck: Check = {
  name: "permissions",
  title: "Permissions declared",
  needs: ["application"],
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const application = await facts.application();
    const wanted = await wantedPermissions(facts);
    const count = wanted.reduce((sum, { permissions }) => sum + permissions.length, 0);
    return judgePermissions(application === undefined ? ["all of them"] : undeclared(application, wanted), count);
  },
};

export function judgePermissions(missing: readonly string[], count: number): Finding {
  if (missing.length === 0) return ok(`all ${count} of the model's`);
  return failed(
    `not declared: ${missing.join(", ")} (AADSTS650057)`,
    "pulumi up --refresh, then secure-app-model consent --force: a token never gains what was declared after it",
    exitCodes.consentNeeded,
  );
}
