/** The diagnostic setting that sends a vault's audit log: its name, what it sends, and where it can send to. */
import { Failure } from "../errors/failure";

/** The API version of diagnostic settings: the first that has groups of categories. */
export const diagnosticsVersion = "2021-05-01-preview";

/** The name of the stack's own setting. Fixed: with another one Azure refuses a second setting that sends the same to the same place. */
export const diagnosticsName = "secure-application-model";

/**
 * The group of categories: AuditEvent, which is who read or changed what, and what Microsoft adds to it. Not allLogs: the other category,
 * evaluations of Azure Policy, says nothing of who used the vault, and is paid for.
 */
export const auditGroup = "audit";

export const diagnosticsOf = (vaultId: string): string => `${vaultId}/providers/Microsoft.Insights/diagnosticSettings`;

interface Kind {
  property: "workspaceId" | "storageAccountId";
  version: string;
  /** What a login needs on it beside its rights on the vault: Resource Manager refuses the setting without it (LinkedAuthorizationFailed). */
  action: string;
}

const kinds: Readonly<Record<string, Kind>> = {
  "microsoft.operationalinsights": {
    property: "workspaceId",
    version: "2023-09-01",
    action: "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
  },
  "microsoft.storage": {
    property: "storageAccountId",
    version: "2024-01-01",
    action: "Microsoft.Storage/storageAccounts/listKeys/action",
  },
};

export function destinationKind(id: string): Kind {
  const kind = kinds[id.split("/")[6]?.toLowerCase() ?? ""];
  if (kind === undefined)
    throw new Failure("usage", `${id} is neither a Log Analytics workspace's id nor a storage account's.`);
  return kind;
}
