import * as v from "valibot";
import type { AccessClaims, Tenant } from "../context";

const policies = v.array(
  v.object({
    objectId: v.string(),
    applicationId: v.nullish(v.string()),
    permissions: v.object({ secrets: v.nullish(v.array(v.string())) }),
  }),
);

/** What a policy can allow of secrets. */
export type SecretPermission = "get" | "list" | "set" | "delete" | "recover" | "backup" | "restore" | "purge";

/** Whether an access policy of a vault without role-based authorization gives the caller a permission on its secrets. */
export function mayByPolicy(
  tenant: Tenant,
  { oid, appid }: AccessClaims,
  accessPolicies: unknown,
  permission: SecretPermission,
): boolean {
  const isCaller = (id: string): boolean => id === oid || tenant.groups.get(id)?.members.has(oid) === true;
  return v.parse(policies, accessPolicies).some(({ objectId, applicationId, permissions }) => {
    // Purging is not part of "all": it has to be named.
    const allowed = permissions.secrets?.map((name) => name.toLowerCase()) ?? [];
    const isAllowed = allowed.includes(permission) || (permission !== "purge" && allowed.includes("all"));
    return isAllowed && isCaller(objectId) && (applicationId ?? appid) === appid;
  });
}
