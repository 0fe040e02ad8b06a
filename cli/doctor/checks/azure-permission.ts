import { azureManagementPermissions, undeclared } from "../../../application/permissions";
import { ownCommand, pulumi, run, sentence, setSetting } from "../../../errors/fix";
import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { failed, type Finding, ok, warning } from "../finding";
import { askedScopes } from "../granted";

export const azurePermissionCheck: Check = {
  name: "azure-permission",
  title: "Azure Resource Manager's permission",
  needs: ["service-principal"],
  right: "Directory.Read.All on Microsoft Graph",
  look: async (facts) => {
    const application = await facts.application();
    const wanted = (await facts.stack())?.settings.azureManagement === true;
    const [scope] = await askedScopes(facts, [azureManagementPermissions]);
    const declared =
      application !== undefined &&
      undeclared(application.requiredResourceAccess, [azureManagementPermissions]).length === 0;
    return judgeAzurePermission({ wanted, declared, granted: scope?.granted === true });
  },
};

/** The model's own set has none for Azure: what users of it stumble over most. */
export function judgeAzurePermission(is: { wanted: boolean; declared: boolean; granted: boolean }): Finding {
  const consent = ownCommand("consent", "--force");
  if (is.declared && is.granted) return ok("user_impersonation is declared and consented to");
  if (is.declared) {
    const found = "user_impersonation is declared, but not consented to: tokens for Azure are refused (AADSTS65001)";
    const fixes = [sentence("An account may grant it for itself."), run("Consent again", consent)];
    return failed(found, fixes, exitCodes.consentNeeded);
  }
  if (is.wanted) {
    const found =
      "user_impersonation is not declared, though azureManagement is enabled: tokens for Azure are refused (AADSTS65001)";
    const fix = run("Declare it and consent again", pulumi("up", "--refresh"), consent);
    return failed(found, fix, exitCodes.consentNeeded);
  }
  return warning(
    "not declared, so tokens for Azure are refused (AADSTS65001): the model's own set has no permission for it",
    run("If Azure is wanted", setSetting("azureManagement", "true"), pulumi("up"), consent),
  );
}
