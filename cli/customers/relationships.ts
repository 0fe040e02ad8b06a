/** The partner's granular relationships (GDAP) with its customers, from Microsoft Graph. */
import * as v from "valibot";
import { AzureApi, ApiError } from "../../lib/azure/api";
import { byPerson, Failure, pulumi, setSetting } from "../../lib/errors/failure";
import { isNotGranted } from "../../lib/token/prove-grants";
import { redeemIn } from "../../lib/token/redeem";
import { CustomerError } from "../terminal/exit-code";
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

/** Delegated permissions, to read relationships and the account's own memberships. */
const needed = ["DelegatedAdminRelationship.Read.All", "User.Read"] as const;

const root = "/v1.0/tenantRelationships/delegatedAdminRelationships";

/** The relationships with one customer. @throws ApiError, HttpFailure */
export type RelationshipsWith = (tenantId: string) => Promise<Relationship[]>;

/** @throws CustomerError without permissions; Failure in China, where Graph has none */
export async function readRelationships(partner: Partner): Promise<RelationshipsWith> {
  const notServed = "Microsoft Graph does not serve granular relationships (GDAP) in this cloud.";
  if (partner.cloud.name === "AzureChinaCloud") throw new Failure("relationships-not-served", notServed);
  const graph = await graphOf(partner);
  const [all, ours] = await Promise.all([
    graph.list(`${root}?$top=300`, relationshipShape),
    // Transitive: nested groups count.
    graph.list("/v1.0/me/transitiveMemberOf?$select=id", v.object({ id: v.string() })),
  ]).catch((error: unknown) => {
    throw error instanceof ApiError && error.status === 403 ? lacking() : error;
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

/** Graph with the stored token: the rights of the person at the keyboard do not matter. */
async function graphOf(partner: Partner): Promise<AzureApi> {
  const { microsoftGraph } = partner.cloud;
  const redeem = () => redeemIn(partner.cloud, partner.stored, microsoftGraph);
  const { scopes } = await redeem().catch((error: unknown) => {
    throw isNotGranted(error) ? lacking() : error;
  });
  if (!scopes.some((scope) => /^DelegatedAdminRelationship\.Read(?:Write)?\.All$/iu.test(scope))) throw lacking();
  return new AzureApi("Microsoft Graph", microsoftGraph, {
    getToken: async () => {
      const { accessToken: token, expiresOn } = await redeem();
      return { token, expiresOnTimestamp: expiresOn.getTime() };
    },
  });
}

function lacking(): CustomerError {
  const what = `The granular relationships (GDAP) are not shown: the token lacks ${needed.join(" and ")} of Microsoft Graph.`;
  const why = "The application does not declare these delegated permissions by default.";
  const extra = "permissions.extra[0]";
  const declaring = byPerson(
    "Add them to permissions.extra, and have them granted",
    setSetting(`${extra}.resource`, "Microsoft Graph"),
    ...needed.map((name, index) => setSetting(`${extra}.delegated[${index}]`, name)),
    pulumi("up"),
  );
  return new CustomerError("relationships-unreadable", { what, why }, declaring);
}
