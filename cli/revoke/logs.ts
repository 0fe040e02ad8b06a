/** The logs that show a stolen token's use. */
import type { Plan } from "./plan";

export interface Log {
  where: string;
  shows: string;
  /** For Log Analytics; null where there is none. */
  query: string | null;
}

type About = Pick<Plan, "clientId" | "tenantId" | "accounts" | "since"> & { vault: { uri: string } };

export function logsFor({ clientId, tenantId, accounts, since, vault }: About): Log[] {
  const from = `TimeGenerated >= datetime(${since.toISOString()})`;
  const ids = accounts.map(({ id }) => id);
  const names = accounts.map(({ name }) => name).filter((name) => name !== "");
  const application = `where AppId == "${clientId}"`;
  return [
    {
      where: "Sign-in logs of the partner's tenant, non-interactive user sign-ins",
      shows: "each redemption of the token, its address and for which resource and tenant",
      query: `AADNonInteractiveUserSignInLogs | ${application} and UserId in (${listOf(ids)}) and ${from}`,
    },
    {
      where: "Sign-in logs of the partner's tenant and of each customer's, service principal sign-ins",
      shows: "the client secret used alone",
      query: `AADServicePrincipalSignInLogs | ${application} and ${from}`,
    },
    {
      where: "Sign-in logs of each customer's tenant, non-interactive user sign-ins",
      shows: "which customers were entered",
      query: `AADNonInteractiveUserSignInLogs | ${application} and HomeTenantId == "${tenantId}" and ${from}`,
    },
    {
      where: "Audit logs of the partner's tenant and of each customer's",
      shows: "changes that give access again: credentials, owners, consents, roles, accounts",
      query: `AuditLogs | where tostring(InitiatedBy) has_any (${listOf([clientId, ...ids, ...names])}) and ${from}`,
    },
    {
      where: `Diagnostic log of the vault ${vault.uri}, where it was on (AuditEvent)`,
      shows: "who read the token and the client secret, or had the key sign",
      query:
        `AZKVAuditLogs | where OperationName in ("SecretGet", "SecretList", "SecretListVersions", "KeySign") ` +
        `and Id has "${new URL(vault.uri).hostname}" and ${from}`,
    },
    {
      where: "Activity log of Partner Center (Settings, Account settings, Activity log), of 90 days",
      shows: `what ${[...names, ...ids][0] ?? "the service account"} changed there: customers, subscriptions, users`,
      query: null,
    },
    {
      where: "Activity log of Azure, of the partner's subscriptions and of the customers'",
      shows: "what was made or changed in Azure",
      query: `AzureActivity | where Caller in~ (${listOf([...names, ...ids])}) and ${from}`,
    },
  ];
}

/** For a terminal and for the page. */
export const logLines = (logs: readonly Log[]): string[] =>
  logs.flatMap(({ where, shows, query }) => [`- ${where}: ${shows}.`, ...(query === null ? [] : [`    ${query}`])]);

const listOf = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(", ");
