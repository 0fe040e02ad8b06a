import type { Application } from "../../../application/applications";
import { admitsOrganizations } from "../../../application/sign-in-audience";
import { pulumi, run, sentence, setSetting } from "../../../errors/failure";
import { exitCodes } from "../../exit-code";
import { check, failed, type Finding, ok, skipped } from "../check";

export const applicationCheck = check("application", "Application", ["tenant", "login"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const clientId = await facts.clientId();
    if (clientId === undefined) {
      return skipped("none yet, or none named", [
        run("Make it", pulumi("up")),
        sentence("Name one that is there: --client-id or --stack."),
      ]);
    }
    const settings = (await facts.stack())?.settings;
    const mayWiden = settings === undefined || !("existingApplication" in settings) || settings.changeSignInAudience;
    return judgeApplication(await facts.application(), clientId, await facts.tenantId(), mayWiden);
  },
});

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
      [
        sentence("Check the client id and the tenant."),
        run("Bring back one that was deleted", pulumi("up", "--refresh")),
      ],
      exitCodes.usage,
    );
  }
  const { displayName, signInAudience } = application;
  if (!admitsOrganizations(signInAudience)) {
    const allow = mayWiden ? [] : [setSetting("changeSignInAudience", "true")];
    return failed(
      `${displayName} admits only accounts of its own tenant (${signInAudience}): customers' tenants refuse it`,
      run("Make it multi-tenant", ...allow, pulumi("up", "--refresh")),
    );
  }
  return ok(`${displayName} (${clientId}), multi-tenant`);
}
