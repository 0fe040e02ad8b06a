/** The partner's granular relationships (GDAP) with its customers, from Microsoft Graph. */
import * as v from "valibot";
import { ApiError } from "../../lib/azure/api";
import { lacking, relationshipGraphOf } from "./graph";
import type { Partner } from "./partner";
import { roleName } from "./role-names";

const text = v.nullish(v.string(), "");
const rolesShape = v.pipe(
  v.nullish(v.object({ unifiedRoles: v.optional(v.array(v.object({ roleDefinitionId: text })), []) }), {}),
  v.transform(({ unifiedRoles }) => unifiedRoles.map(({ roleDefinitionId }) => roleName(roleDefinitionId))),
);
const relationshipShape = v.object({
  id: v.string(),
  displayName: text,
  status: text,
  endDateTime: text,
  autoExtendDuration: text,
  customer: v.nullish(v.object({ tenantId: text })),
  accessDetails: rolesShape,
});
const assignmentShape = v.object({
  status: text,
  accessContainer: v.nullish(v.object({ accessContainerId: text })),
  accessDetails: rolesShape,
});

export interface Relationship {
  id: string;
  name: string;
  /** Graph's value: active, expired, approvalPending and so on. */
  status: string;
  /** End, ISO 8601; "" for none. */
  endsOn: string;
  /** Whether it is extended automatically at its end. */
  extended: boolean;
  /** Names of the roles that the customer approved. */
  roles: string[];
  /** Names of the roles that the account has by a group, while the relationship applies. */
  held: string[];
}

/** Statuses of relationships that still apply, but end soon. */
export const ending: readonly string[] = ["expiring", "terminationRequested", "terminating"];

const root = "/v1.0/tenantRelationships/delegatedAdminRelationships";

/** The relationships with one customer. @throws ApiError, HttpFailure */
export type RelationshipsWith = (tenantId: string) => Promise<Relationship[]>;

/** @throws CustomerError without permissions; Failure in China, where Graph has none */
export async function readRelationships(partner: Partner): Promise<RelationshipsWith> {
  const unread = "The granular relationships (GDAP) are not shown";
  const graph = await relationshipGraphOf(partner, unread);
  const [all, ours] = await Promise.all([
    graph.list(`${root}?$top=300`, relationshipShape),
    // Transitive: nested groups count.
    graph.list("/v1.0/me/transitiveMemberOf?$select=id", v.object({ id: v.string() })),
  ]).catch((error: unknown) => {
    throw error instanceof ApiError && error.status === 403 ? lacking(unread) : error;
  });
  const groups = new Set(ours.map(({ id }) => id));
  const byTenant = Map.groupBy(all, ({ customer }) => customer?.tenantId.toLowerCase() ?? "");
  const heldIn = async (id: string) => {
    const assignments = await graph.list(`${root}/${encodeURIComponent(id)}/accessAssignments`, assignmentShape);
    const held = assignments.filter(
      ({ status, accessContainer }) => status === "active" && groups.has(accessContainer?.accessContainerId ?? ""),
    );
    return [...new Set(held.flatMap(({ accessDetails }) => accessDetails))];
  };
  const look = async (one: v.InferOutput<typeof relationshipShape>): Promise<Relationship> => {
    const { id, displayName: name, status, endDateTime: endsOn, accessDetails: roles } = one;
    const held = status === "active" || ending.includes(status) ? await heldIn(id) : [];
    return { id, name, status, endsOn, extended: /[1-9]/u.test(one.autoExtendDuration), roles, held };
  };
  return (tenantId) => partner.redeeming(() => Promise.all((byTenant.get(tenantId.toLowerCase()) ?? []).map(look)));
}
