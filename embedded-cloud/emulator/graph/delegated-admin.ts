import { Hono } from "hono";
import type { AdminRelationship, Context, Customer, Tenant } from "../context";
import { hasEnded, relationshipsOf } from "../customers";
import { permissions, requireAny, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { resourceNotFound } from "./errors";
import type { Kind } from "./kinds";
import { list } from "./replies";

/** As documented in https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship. */
const relationshipKind: Kind = {
  set: "tenantRelationships/delegatedAdminRelationships",
  type: "delegatedAdminRelationship",
  mostPerPage: 300,
  properties: [
    ...["id", "accessDetails", "activatedDateTime", "autoExtendDuration", "createdDateTime", "customer", "displayName"],
    ...["duration", "endDateTime", "lastModifiedDateTime", "status"],
  ],
  relations: ["accessAssignments", "operations", "requests"],
};

const assignmentKind: Kind = {
  set: "accessAssignments",
  type: "delegatedAdminAccessAssignment",
  mostPerPage: 300,
  properties: ["id", "accessContainer", "accessDetails", "createdDateTime", "lastModifiedDateTime", "status"],
};

/** The partner's granular relationships with its customers, read-only. */
export function relationshipRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const path = "/delegatedAdminRelationships";

  routes.get(path, (c) => {
    requireAny(c, permissions.readRelationships);
    const now = context.clock.now();
    const all = relationshipsIn(c.get("tenant")).map(([customer, one]) => renderRelationship(customer, one, now));
    return list(c, context, relationshipKind, all);
  });

  routes.get(`${path}/:id/accessAssignments`, (c) => {
    requireAny(c, permissions.readRelationships);
    const id = c.req.param("id");
    const found = relationshipsIn(c.get("tenant")).find(([, one]) => one.id === id);
    if (found === undefined) throw resourceNotFound(id);
    const [, relationship] = found;
    const assignments = relationship.assignments.map((one) => renderAssignment(relationship, one));
    return list(c, context, assignmentKind, assignments);
  });
  return routes;
}

const relationshipsIn = (partner: Tenant): [Customer, AdminRelationship][] =>
  partner.customers.flatMap((customer) =>
    relationshipsOf(partner, customer).map((one): [Customer, AdminRelationship] => [customer, one]),
  );

function renderRelationship({ companyProfile }: Customer, one: AdminRelationship, now: number): Properties {
  const { tenantId, companyName: displayName } = companyProfile;
  return {
    "@odata.type": "#microsoft.graph.delegatedAdminRelationship",
    "@odata.etag": etagOf(one.id),
    id: one.id,
    displayName: one.displayName,
    duration: one.duration,
    customer: { tenantId, displayName },
    accessDetails: detailsOf(one.roles),
    status: hasEnded(one, now) ? "expired" : "active",
    autoExtendDuration: one.autoExtendDuration ?? "PT0S",
    createdDateTime: one.createdDateTime,
    lastModifiedDateTime: one.createdDateTime,
    activatedDateTime: one.createdDateTime,
    endDateTime: one.endDateTime,
  };
}

const renderAssignment = (
  { createdDateTime }: AdminRelationship,
  { id, groupId, roles }: AdminRelationship["assignments"][number],
): Properties => ({
  "@odata.type": "#microsoft.graph.delegatedAdminAccessAssignment",
  "@odata.etag": etagOf(id),
  id,
  status: "active",
  createdDateTime,
  lastModifiedDateTime: createdDateTime,
  accessContainer: { accessContainerId: groupId, accessContainerType: "securityGroup" },
  accessDetails: detailsOf(roles),
});

const detailsOf = (roles: readonly string[]): Properties => ({
  unifiedRoles: roles.map((roleDefinitionId) => ({ roleDefinitionId })),
});

const etagOf = (id: string): string => `W/"${Buffer.from(id.slice(0, 24)).toString("base64")}"`;
