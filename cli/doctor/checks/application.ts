import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import type { Application } from "../../../application/applications";
import { failed, type Finding, ok, skipped } from "../finding";

export const applicationCheck: Check = {
  name: "application",
  title: "Application",
  needs: ["tenant", "login"],
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const clientId = await facts.clientId();
    if (clientId === undefined) {
      return skipped(
        "none yet, or none named",
        "pulumi up makes it; one that is there is named by --client-id or --stack",
      );
    }
    const settings = (await facts.stack())?.settings;
    const mayWiden = settings === undefined || !("existingApplication" in settings) || settings.changeSignInAudience;
    return judgeApplication(await facts.application(), clientId, await facts.tenantId(), mayWiden);
  },
};

/** @param mayWiden whether `pulumi up` changes the sign-in audience: a stack that adopts does so only when told to */
export function judgeApplication(
  application: Application | undefined,
  clientId: string,
  tenantId: string,
  mayWiden: boolean,
): Finding {
  if (application === undefined) {
    return failed(
      `there is no application ${clientId} in tenant ${tenantId} (AADSTS700016)`,
      "Check the client id and the tenant; one that was deleted comes back with pulumi up --refresh",
      exitCodes.usage,
    );
  }
  const { displayName, signInAudience } = application;
  if (!["AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount"].includes(signInAudience)) {
    const allow = mayWiden ? "" : "pulumi config set secure-application-model:changeSignInAudience true, then ";
    return failed(
      `${displayName} admits only accounts of its own tenant (${signInAudience}): customers' tenants refuse it`,
      `Make it multi-tenant: ${allow}pulumi up --refresh`,
    );
  }
  return ok(`${displayName} (${clientId}), multi-tenant`);
}
