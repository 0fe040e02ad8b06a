/** Looks up where a vault's audit log goes and whether that place exists, before anything is declared. */
import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { az, byPerson, Failure, run, setSetting } from "../errors/failure";
import { type AzureApi, onStatus, unregistered } from "./api";
import { regionOf } from "./deleted-vaults";
import { auditGroup, destinationKind, diagnosticsOf, diagnosticsVersion } from "./diagnostics";
import { resourceManager } from "./resource-manager";
import { optionalText as text } from "./shapes";

const auditCategory = "auditevent";

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

/** Destinations of the vault's audit log, as resource ids. @throws ApiError when this login may not look */
export async function auditDestinations(api: AzureApi, vaultId: string): Promise<string[]> {
  const path = `${diagnosticsOf(vaultId)}?api-version=${diagnosticsVersion}`;
  const settings = await api.list<Setting>(path, settingShape).catch(unregistered);
  return (settings ?? []).filter(sendsAudit).flatMap(({ properties }) => {
    const { workspaceId, storageAccountId, eventHubAuthorizationRuleId, marketplacePartnerId } = properties;
    const ids = [workspaceId, storageAccountId, eventHubAuthorizationRuleId, marketplacePartnerId];
    return ids.flatMap((id) => (id ? [id] : []));
  });
}

function sendsAudit({ properties }: Setting): boolean {
  const groups = [auditGroup, "alllogs"];
  return (properties.logs ?? []).some(({ category, categoryGroup, enabled }) => {
    const isIn = groups.includes(categoryGroup?.toLowerCase() ?? "");
    return enabled && (isIn || category?.toLowerCase() === auditCategory);
  });
}

const nameAnother = run("Name another one", setSetting("vault.diagnostics", "<resource id>"));

const placeShape = v.looseObject({ location: v.string() });

/** Refuses a destination that fails halfway. @param location of the vault @throws Failure; ApiError but for 403 */
export async function requireDestination(
  cloud: Cloud,
  id: string,
  location: string,
  api = resourceManager(cloud),
): Promise<void> {
  const { property, version } = destinationKind(id);
  const path = `${id}?api-version=${version}`;
  // A login that only previews need not see the destination.
  const place = await api.find(path, placeShape).catch(onStatus(null, 403));
  if (place === null) return;
  if (place === undefined)
    throw new Failure(
      "diagnostics-none",
      `vault.diagnostics names ${id}, which does not exist or is not visible to this login.`,
      byPerson("See whether it exists", az("resource", "show", "--ids", id)),
      nameAnother,
    );
  if (property === "workspaceId" || regionOf(place.location) === regionOf(location)) return;
  throw new Failure(
    "diagnostics-elsewhere",
    `${id} lies in ${place.location}, and the vault in ${location}: Azure Monitor sends a vault's log only to a storage account in the same region.`,
    nameAnother,
  );
}
