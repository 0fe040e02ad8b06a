import { type Application, deletedItems, findDeletedApplication } from "../../../lib/application/applications";
import { admitsOrganizations } from "../../../lib/application/sign-in-audience";
import { again, az, pulumi, run, sentence, setSetting } from "../../../lib/errors/failure";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ok, skipped, warning } from "../check";
import type { Facts } from "../facts";

export const applicationCheck = check("application", "Application", ["tenant", "login"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const clientId = await facts.clientId();
    if (clientId === undefined) {
      return skipped("none yet, or none named", [
        run("Make it", pulumi("up")),
        run("Name one that is there", again("--client-id", "<client id>")),
      ]);
    }
    const application = await facts.application();
    if (application === undefined) return await judgeMissing(clientId, facts);
    const settings = (await facts.stack())?.settings;
    const mayWiden = settings === undefined || !("existingApplication" in settings) || settings.changeSignInAudience;
    return judgeApplication(application, mayWiden);
  },
});

/** One that is created again has another client id: every customer would have to consent again. */
async function judgeMissing(clientId: string, facts: Facts): Promise<Finding> {
  const { graph } = await facts.directory();
  const deleted = await findDeletedApplication(graph, clientId);
  if (deleted === undefined) {
    const made = run("Create it again; every customer must then consent again", pulumi("up"));
    return failed(
      `there is no application ${clientId} in tenant ${await facts.tenantId()} (AADSTS700016)`,
      // A deployment makes none with an id that somebody typed.
      [sentence("Check the client id and the tenant."), ...(facts.options.clientId === undefined ? [made] : [])],
      exitCodes.usage,
    );
  }
  const { id, deletedDateTime } = deleted;
  return failed(
    `somebody deleted application ${clientId} on ${deletedDateTime?.slice(0, 10) ?? "an unknown day"}; it can be restored for 30 days (AADSTS700016)`,
    run(
      "First restore it, which keeps its client id and all customers' consents; then deploy",
      az("rest", "--method", "POST", "--url", `${graph.origin}${deletedItems}/${id}/restore`),
      pulumi("up"),
    ),
    exitCodes.usage,
  );
}

/** @param mayWiden whether `pulumi up` changes the sign-in audience: an adopted one's only by a setting */
function judgeApplication({ appId, displayName, signInAudience, web }: Application, mayWiden: boolean): Finding {
  if (!admitsOrganizations(signInAudience)) {
    const allow = mayWiden ? [] : [setSetting("changeSignInAudience", "true")];
    return failed(
      `${displayName} allows only accounts of its own tenant (${signInAudience}): customers' tenants refuse it`,
      run("Make it multi-tenant", ...allow, pulumi("up")),
    );
  }
  if (Object.values(web.implicitGrantSettings ?? {}).includes(true)) {
    const none = ["--enable-access-token-issuance", "false", "--enable-id-token-issuance", "false"];
    return warning(
      `${displayName} issues tokens without a code (implicit grant), which the model does not need`,
      run("Disable that", az("ad", "app", "update", "--id", appId, ...none)),
    );
  }
  return ok(`${displayName} (${appId}), multi-tenant`);
}
