import * as v from "valibot";
import type { AccessClaims, Tenant } from "../context";

const policies = v.array(
  v.object({
    objectId: v.string(),
    applicationId: v.nullish(v.string()),
    permissions: v.object({
      secrets: v.nullish(v.array(v.string())),
      certificates: v.nullish(v.array(v.string())),
      keys: v.nullish(v.array(v.string())),
    }),
  }),
);

/** The kinds of objects that a policy's permissions apply to. */
export type ObjectKind = "secrets" | "certificates" | "keys";

/** For a vault without role-based authorization: whether an access policy gives the caller a permission. */
export function mayByPolicy(
  tenant: Tenant,
  { oid, appid }: AccessClaims,
  accessPolicies: unknown,
  { kind, permission }: { kind: ObjectKind; permission: string },
): boolean {
  const isCaller = (id: string): boolean => id === oid || tenant.groups.get(id)?.members.has(oid) === true;
  return v.parse(policies, accessPolicies).some(({ objectId, applicationId, permissions }) => {
    // "all" does not include purging: it must be listed.
    const allowed = permissions[kind]?.map((name) => name.toLowerCase()) ?? [];
    const isAllowed = allowed.includes(permission) || (permission !== "purge" && allowed.includes("all"));
    return isAllowed && isCaller(objectId) && (applicationId ?? appid) === appid;
  });
}
