import * as v from "valibot";
import type { Tenant } from "../context";

const policies = v.array(
  v.object({ objectId: v.string(), permissions: v.object({ secrets: v.optional(v.array(v.string()), []) }) }),
);

/** Whether an access policy of a vault without role-based authorization allows an operation on its secrets. */
export function mayByPolicy(tenant: Tenant, oid: string, accessPolicies: unknown, operation: string): boolean {
  const isCaller = (id: string): boolean => id === oid || tenant.groups.get(id)?.members.has(oid) === true;
  return v.parse(policies, accessPolicies).some(({ objectId, permissions }) => {
    // Purging is not part of "all": it has to be named.
    const allowed = permissions.secrets.map((name) => name.toLowerCase());
    return isCaller(objectId) && (allowed.includes(operation) || (operation !== "purge" && allowed.includes("all")));
  });
}
