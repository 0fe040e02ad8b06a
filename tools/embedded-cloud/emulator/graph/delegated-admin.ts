import { Hono } from "hono";
import type { AdminRelationship, Customer, Tenant } from "../context";
import { guidOf, relationshipsOf, statusOf, wasActivated } from "../customers";
import { idOf, permissions, requireDirectoryRole, type GraphContext, type GraphEnv } from "./authorization";
import type { Properties } from "./body";
import { resourceNotFound } from "./errors";
import type { Kind } from "./kinds";
import { addEntity, addList } from "./replies";

/** As documented in https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship. */
const relationshipKind: Kind = {
  set: "tenantRelationships/delegatedAdminRelationships",
  type: "delegatedAdminRelationship",
  mostPerPage: 300,
  properties: [
    ...["id", "accessDetails", "activatedDateTime", "autoExtendDuration", "createdDateTime", "customer", "displayName"],
    ...["duration", "endDateTime", "lastModifiedDateTime", "status"],
  ],
};

/** As documented in https://learn.microsoft.com/graph/api/resources/delegatedadmincustomer. */
const customerKind: Kind = {
  set: "tenantRelationships/delegatedAdminCustomers",
  type: "delegatedAdminCustomer",
  mostPerPage: 300,
  properties: ["id", "displayName", "tenantId"],
};

/** As documented in https://learn.microsoft.com/graph/api/resources/contract. */
const contractKind: Kind = {
  set: "contracts",
  type: "contract",
  properties: ["id", "contractType", "customerId", "defaultDomainName", "deletedDateTime", "displayName"],
};

const assignmentKind: Kind = {
  set: "accessAssignments",
  type: "delegatedAdminAccessAssignment",
  mostPerPage: 300,
  properties: ["id", "accessContainer", "accessDetails", "createdDateTime", "lastModifiedDateTime", "status"],
};

/** The partner's granular relationships with its customers, read-only. */
export function relationshipRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const { readRelationships } = permissions;
  const path = "/delegatedAdminRelationships";
  const customers = "/delegatedAdminCustomers";

  addList(routes, path, readRelationships, relationshipKind, (c) =>
    relationshipsIn(c.var.tenant).map((pair) => renderRelationship(c, pair)),
  );
  addEntity(routes, `${path}/:id`, readRelationships, relationshipKind, (c) =>
    renderRelationship(c, findRelationship(c)),
  );
  addList(routes, `${path}/:id/accessAssignments`, readRelationships, assignmentKind, (c) => {
    const [, relationship] = findRelationship(c);
    return relationship.assignments.map((one) => renderAssignment(relationship, one));
  });

  addList(routes, customers, readRelationships, customerKind, customersIn);
  addEntity(routes, `${customers}/:id`, readRelationships, customerKind, (c) => {
    const found = customersIn(c).find((one) => one["id"] === idOf(c).toLowerCase());
    if (found === undefined) throw resourceNotFound(idOf(c));
    return found;
  });
  return routes;
}

/** The partnerships with all customers, with or without a granular relationship, read-only. */
export function contractRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addList(routes, "/", permissions.readContracts, contractKind, (c) => {
    requireDirectoryRole(c);
    return c.var.tenant.customers.map(({ id: customerId, companyProfile: { domain, companyName } }) => ({
      id: guidOf(`${customerId}/contract`),
      // Which of the three documented types a customer of this programme has is not documented.
      contractType: "ResellerPartner",
      customerId,
      defaultDomainName: domain,
      deletedDateTime: null,
      displayName: companyName,
    }));
  });
  return routes;
}

function findRelationship(c: GraphContext): [Customer, AdminRelationship] {
  const found = relationshipsIn(c.var.tenant).find(([, one]) => one.id === idOf(c));
  if (found === undefined) throw resourceNotFound(idOf(c));
  return found;
}

/** Customers with an active relationship: their object exists from the first one to the last. */
function customersIn({ var: { tenant, context } }: GraphContext): Properties[] {
  const isActive = (one: AdminRelationship) => statusOf(one, context.clock.now()) === "active";
  return tenant.customers
    .filter((customer) => relationshipsOf(tenant, customer).some(isActive))
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

function renderRelationship(c: GraphContext, [{ companyProfile }, one]: [Customer, AdminRelationship]): Properties {
  const { tenantId, companyName: displayName } = companyProfile;
  return {
    "@odata.type": "#microsoft.graph.delegatedAdminRelationship",
    "@odata.etag": etagOf(one.id),
    id: one.id,
    displayName: one.displayName,
    duration: one.duration,
    customer: { tenantId, displayName },
    accessDetails: detailsOf(one.roles),
    status: statusOf(one, c.var.context.clock.now()),
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
