import { azureManagementPermissions } from "../../../application/permissions";
import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { declaresAzure } from "../declared";
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
    const declared = application !== undefined && declaresAzure(application);
    return judgeAzurePermission({ wanted, declared, granted: scope?.granted === true });
  },
};

/** The model's own set has none for Azure: what users of it stumble over most. */
export function judgeAzurePermission(is: { wanted: boolean; declared: boolean; granted: boolean }): Finding {
  const consent = "secure-app-model consent --force";
  if (is.declared && is.granted) return ok("user_impersonation is declared and consented to");
  if (is.declared) {
    const found = "user_impersonation is declared, but not consented to: tokens for Azure are refused (AADSTS65001)";
    return failed(found, `${consent}; an account may grant it for itself`, exitCodes.consentNeeded);
  }
  if (is.wanted) {
    const found =
      "user_impersonation is not declared, though azureManagement is on: tokens for Azure are refused (AADSTS65001)";
    return failed(found, `pulumi up --refresh, then ${consent}`, exitCodes.consentNeeded);
  }
  return warning(
    "not declared, so tokens for Azure are refused (AADSTS65001): the model's own set has no permission for it",
    `If Azure is wanted: pulumi config set secure-application-model:azureManagement true, then pulumi up, then ${consent}`,
  );
}
