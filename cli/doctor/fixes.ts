/** Fixes that several checks use. */
import { type CloudName, clouds } from "../../lib/config/clouds";
import { administratorCommand } from "../../lib/consent/command";
import { az, byPerson, type Command, type Fix, pulumi, run } from "../../lib/errors/failure";

export const deployAgain = run("Deploy again", pulumi("up", "--refresh"));

/** An application and its place. */
export interface Place {
  cloud: CloudName;
  tenantId: string;
  clientId: string;
}

/** An administrator's consent to everything that the application declares: needs no right on the vault, and works in every cloud. */
export const asAdministrator = ({ cloud, tenantId, clientId }: Place): Command =>
  administratorCommand({ cloud: clouds[cloud], tenantId, clientId });

/**
 * A deployer's application permissions, and an administrator's consent to them: az supports that only in AzureCloud.
 * @param add arguments after `az ad app permission add`
 */
export function addPermissions(cloud: CloudName, clientId: string, ...add: readonly string[]): Fix {
  const adds = az("ad", "app", "permission", "add", "--id", clientId, ...add);
  if (cloud === "AzureCloud") {
    const consent = az("ad", "app", "permission", "admin-consent", "--id", clientId);
    return run("Add what is missing, and let an administrator consent to it", adds, consent);
  }
  const portal = "App registrations, the application, API permissions, Grant admin consent";
  return byPerson(
    `Add what is missing, and let an administrator consent to it in the cloud's portal (${portal})`,
    adds,
  );
}
