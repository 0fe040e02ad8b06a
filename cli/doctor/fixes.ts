/** What helps against the findings of several checks. */
import type { CloudName } from "../../config/clouds";
import { az, type Command, ownCommand, pulumi, run } from "../../errors/failure";

export const deployAgain = run("Deploy again", pulumi("up", "--refresh"));

/** Which application, where. */
export interface Place {
  cloud: CloudName;
  tenantId: string;
  clientId: string;
}

/** An administrator's consent to all that the application declares: needs no right on the vault, and works in every cloud. */
export const asAdministrator = ({ cloud, tenantId, clientId }: Place): Command =>
  ownCommand("consent", "--as-administrator", "--cloud", cloud, "--tenant", tenantId, "--client-id", clientId);

/** An administrator's consent to all that a deployer asks for; az does this in AzureCloud alone. */
export const adminConsent = (clientId: string): Command =>
  az("ad", "app", "permission", "admin-consent", "--id", clientId);

export const assignRole = (role: string, objectId: string, scope: string): Command =>
  az("role", "assignment", "create", "--role", role, "--assignee", objectId, "--scope", scope);
