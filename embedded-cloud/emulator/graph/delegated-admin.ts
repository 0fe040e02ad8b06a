import { Hono } from "hono";
import type { AdminRelationship, Context, Customer, Tenant } from "../context";
import { relationshipsOf, statusOf, wasActivated } from "../customers";
import { permissions, requireAny, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { resourceNotFound } from "./errors";
import { filters, type Kind } from "./kinds";
import { entity, list } from "./replies";

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
  // Which properties it filters by is not documented: these are the ones that partners' tools use.
  filterable: {
    status: filters.onlyEqual,
    "customer/tenantId": filters.onlyEqual,
    displayName: { type: "Edm.String", operators: ["eq", "startswith", "not"] },
  },
  sortable: { status: "always" },
};

/** As documented in https://learn.microsoft.com/graph/api/resources/delegatedadmincustomer. */
const customerKind: Kind = {
  set: "tenantRelationships/delegatedAdminCustomers",
  type: "delegatedAdminCustomer",
  mostPerPage: 300,
  properties: ["id", "displayName", "tenantId"],
  relations: ["serviceManagementDetails"],
  sortable: { displayName: "always" },
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

  routes.get(`${path}/:id`, (c) => {
    requireAny(c, permissions.readRelationships);
    const [customer, one] = findRelationship(c.get("tenant"), c.req.param("id"));
    return entity(c, context, relationshipKind, renderRelationship(customer, one, context.clock.now()));
  });

  routes.get(`${path}/:id/accessAssignments`, (c) => {
    requireAny(c, permissions.readRelationships);
    const [, relationship] = findRelationship(c.get("tenant"), c.req.param("id"));
    const assignments = relationship.assignments.map((one) => renderAssignment(relationship, one));
    return list(c, context, assignmentKind, assignments);
  });

  routes.get("/delegatedAdminCustomers", (c) => {
    requireAny(c, permissions.readRelationships);
    return list(c, context, customerKind, customersIn(c.get("tenant"), context.clock.now()));
  });

  routes.get("/delegatedAdminCustomers/:id", (c) => {
    requireAny(c, permissions.readRelationships);
    const id = c.req.param("id");
    const found = customersIn(c.get("tenant"), context.clock.now()).find((one) => one["id"] === id.toLowerCase());
    if (found === undefined) throw resourceNotFound(id);
    return entity(c, context, customerKind, found);
  });
  return routes;
}

function findRelationship(partner: Tenant, id: string): [Customer, AdminRelationship] {
  const found = relationshipsIn(partner).find(([, one]) => one.id === id);
  if (found === undefined) throw resourceNotFound(id);
  return found;
}

/** Those with an active relationship: the system makes the object with the first and deletes it with the last. */
function customersIn(partner: Tenant, now: number): Properties[] {
  return partner.customers
    .filter((customer) => relationshipsOf(partner, customer).some((one) => statusOf(one, now) === "active"))
    .map(({ id, companyProfile: { companyName } }) => ({
      "@odata.type": "#microsoft.graph.delegatedAdminCustomer",
      "@odata.etag": etagOf(id),
      id,
      tenantId: id,
      displayName: companyName,
    }));
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
    status: statusOf(one, now),
    autoExtendDuration: one.autoExtendDuration ?? "PT0S",
    createdDateTime: one.createdDateTime,
    lastModifiedDateTime: one.createdDateTime,
    activatedDateTime: wasActivated(one) ? one.createdDateTime : null,
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
