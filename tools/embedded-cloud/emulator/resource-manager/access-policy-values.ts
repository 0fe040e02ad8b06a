import * as v from "valibot";
import { strictObject } from "../strict-json";

/** Permissions in policies, by kind of object. Source: the published specification. */
const permissionNames = {
  secrets: ["all", "get", "list", "set", "delete", "backup", "restore", "recover", "purge"],
  keys: [
    ...["all", "encrypt", "decrypt", "wrapkey", "unwrapkey", "sign", "verify", "get", "list", "create", "update"],
    ...["import", "delete", "backup", "restore", "recover", "purge", "release", "rotate", "getrotationpolicy"],
    "setrotationpolicy",
  ],
  certificates: [
    ...["all", "get", "list", "delete", "create", "import", "update", "managecontacts", "getissuers", "listissuers"],
    ...["setissuers", "deleteissuers", "manageissuers", "recover", "purge", "backup", "restore"],
  ],
  storage: [
    ...["all", "get", "list", "delete", "set", "update", "regeneratekey", "recover", "purge", "backup", "restore"],
    ...["setsas", "listsas", "getsas", "deletesas"],
  ],
} as const;

const namesOf = (kind: keyof typeof permissionNames) =>
  v.nullish(
    v.array(
      v.pipe(
        v.string(),
        v.check((name) => permissionNames[kind].some((known) => known === name.toLowerCase())),
      ),
    ),
  );

const guid = v.pipe(v.string(), v.uuid());

/** One access policy of a vault, in the form of requests. */
const accessPolicy = strictObject({
  tenantId: guid,
  objectId: guid,
  applicationId: v.nullish(guid),
  permissions: strictObject({
    secrets: namesOf("secrets"),
    keys: namesOf("keys"),
    certificates: namesOf("certificates"),
    storage: namesOf("storage"),
  }),
});

export const accessPolicyValues = v.nullish(v.array(accessPolicy));

export type AccessPolicyValues = NonNullable<v.InferOutput<typeof accessPolicyValues>>;

const mostPolicies = 1024;

/** Whether they are valid for a vault: not too many, of its own tenant, and each principal once. */
export function areOneVaults(policies: AccessPolicyValues, tenantId: string): boolean {
  const principals = policies.map(({ objectId, applicationId }) => `${objectId}/${applicationId ?? ""}`.toLowerCase());
  return (
    policies.length <= mostPolicies &&
    policies.every((policy) => policy.tenantId.toLowerCase() === tenantId) &&
    new Set(principals).size === principals.length
  );
}
