/** The diagnostic setting for a vault's audit log: its name, its content, its possible destinations. */
import { Failure } from "../errors/failure";

/** The API version of diagnostic settings: the first that has groups of categories. */
export const diagnosticsVersion = "2021-05-01-preview";

/** Fixed: under another name Azure would refuse a second setting with the same content and destination. */
export const diagnosticsName = "secure-application-model";

/** The log of reads and changes. allLogs would also send evaluations of Azure Policy, which cost money. */
export const auditGroup = "audit";

export const diagnosticsOf = (vaultId: string): string => `${vaultId}/providers/Microsoft.Insights/diagnosticSettings`;

interface Kind {
  property: "workspaceId" | "storageAccountId";
  version: string;
  /** Needed on the destination, besides rights on the vault; without it: LinkedAuthorizationFailed. */
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
