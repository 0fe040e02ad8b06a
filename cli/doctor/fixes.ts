/** What helps against the findings of several checks. */
import { az, type Command, pulumi, run } from "../../errors/failure";

export const deployAgain = run("Deploy again", pulumi("up", "--refresh"));

/** An administrator's consent to all that an application asks for. */
export const adminConsent = (clientId: string): Command =>
  az("ad", "app", "permission", "admin-consent", "--id", clientId);

export const assignRole = (role: string, objectId: string, scope: string): Command =>
  az("role", "assignment", "create", "--role", role, "--assignee", objectId, "--scope", scope);
