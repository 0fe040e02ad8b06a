/** Looks up in Azure where a vault's audit log goes. */
import * as v from "valibot";
import { ApiError, type AzureApi } from "./api";
import { auditGroup, diagnosticsOf, diagnosticsVersion } from "./diagnostics";

/** The category of the log; a setting names it or one of its groups. */
const auditCategory = "AuditEvent";

const text = v.nullish(v.string());
const settingShape = v.looseObject({
  properties: v.looseObject({
    workspaceId: text,
    storageAccountId: text,
    eventHubAuthorizationRuleId: text,
    marketplacePartnerId: text,
    logs: v.nullish(v.array(v.looseObject({ category: text, categoryGroup: text, enabled: v.boolean() }))),
  }),
});

type Setting = v.InferOutput<typeof settingShape>;

/** Where the vault's audit log goes, as resource ids. @throws ApiError when this login may not look */
export async function auditDestinations(api: AzureApi, vaultId: string): Promise<string[]> {
  const path = `${diagnosticsOf(vaultId)}?api-version=${diagnosticsVersion}`;
  const settings = await api.list<Setting>(path, settingShape).catch((error: unknown): Setting[] => {
    // Nobody has made a setting in this subscription yet; azure-native registers the namespace when it makes the first.
    if (error instanceof ApiError && error.serviceCode === "MissingSubscriptionRegistration") return [];
    throw error;
  });
  return settings.filter(sendsAudit).flatMap(({ properties }) => {
    const { workspaceId, storageAccountId, eventHubAuthorizationRuleId, marketplacePartnerId } = properties;
    const ids = [workspaceId, storageAccountId, eventHubAuthorizationRuleId, marketplacePartnerId];
    return ids.flatMap((id) => (id === undefined || id === null || id === "" ? [] : [id]));
  });
}

function sendsAudit({ properties }: Setting): boolean {
  const groups = [auditGroup, "alllogs"];
  return (properties.logs ?? []).some(({ category, categoryGroup, enabled }) => {
    const isIn = groups.includes(categoryGroup?.toLowerCase() ?? "");
    return enabled && (isIn || category?.toLowerCase() === auditCategory.toLowerCase());
  });
}
