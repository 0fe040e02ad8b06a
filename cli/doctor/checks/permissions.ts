import { undeclared } from "../../../application/permissions";
import { ownCommand, pulumi, run } from "../../../errors/fix";
import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { wantedPermissions } from "../declared";
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
    return judgePermissions(
      application === undefined ? ["all of them"] : undeclared(application.requiredResourceAccess, wanted),
      count,
    );
  },
};

export function judgePermissions(missing: readonly string[], count: number): Finding {
  if (missing.length === 0) return ok(`all ${count} of the model's`);
  return failed(
    `not declared: ${missing.join(", ")} (AADSTS650057)`,
    run(
      "Declare them and consent again, as a token never gains what was declared after it",
      pulumi("up", "--refresh"),
      ownCommand("consent", "--force"),
    ),
    exitCodes.consentNeeded,
  );
}
