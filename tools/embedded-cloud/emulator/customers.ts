import { randomUUID } from "node:crypto";
import type { AdminRelationship, Customer, RelationshipStatus, Tenant } from "./context";
import { directoryRoles } from "./directory-roles";
import { secretHash } from "./secret-hash";
import type { CustomerSeed } from "./seed-schema";

/** A customer without any consent or subscription. @param since ISO 8601: the beginning of the partner's relationship */
export function newCustomer(
  { id, domain, companyName, delegation }: Omit<CustomerSeed, "subscription">,
  since: string,
): Customer {
  return {
    id,
    companyProfile: { tenantId: id, domain, companyName },
    delegation,
    since,
    applicationConsents: new Map(),
  };
}

/** Generated customers: the same at every call. @param count 0 or more, numbered from 1 */
export function generatedCustomers(partnerId: string, count: number, since: string): Customer[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(5, "0");
    const id = guidOf(`${partnerId}/customer/${number}`);
    const seed = {
      id,
      domain: `customer-${number}.example`,
      companyName: `Customer ${number}`,
      delegation: "GDAP",
    } as const;
    return newCustomer(seed, since);
  });
}

const days = 730;
const dayLength = 86_400_000;

/** The relationships that a test gave the customer; otherwise a GDAP customer has an initial one. */
export function relationshipsOf(partner: Tenant, customer: Customer): readonly AdminRelationship[] {
  if (customer.relationships !== undefined) return customer.relationships;
  if (customer.delegation !== "GDAP") return [];
  const agents = [...partner.groups.values()].find(({ displayName }) => displayName === "AdminAgents");
  const roles = [directoryRoles.cloudApplicationAdministrator.templateId, directoryRoles.directoryReaders.templateId];
  const assignment = { id: guidOf(`${customer.id}/assignment`), groupId: agents?.id ?? "", roles };
  return [
    {
      id: `${guidOf(`${customer.id}/relationship`)}-${partner.id}`,
      displayName: `${customer.companyProfile.companyName} administration`,
      createdDateTime: customer.since,
      endDateTime: new Date(Date.parse(customer.since) + days * dayLength).toISOString(),
      duration: `P${days}D`,
      roles,
      assignments: [assignment],
    },
  ];
}

/** @param now milliseconds */
export function statusOf({ status = "active", endDateTime }: AdminRelationship, now: number): RelationshipStatus {
  return status === "active" && Date.parse(endDateTime ?? "") <= now ? "expired" : status;
}

const beforeActivation: readonly RelationshipStatus[] = ["created", "approvalPending", "approved", "activating"];

/** Whether it has been active: only then it has a beginning and an end. */
export const wasActivated = ({ status = "active" }: Pick<AdminRelationship, "status">): boolean =>
  !beforeActivation.includes(status);

/** As a person would make it: with an end as soon as it was activated. @param now milliseconds */
export function newRelationship(
  partnerId: string,
  { assignments, endDateTime, ...given }: NewRelationship,
  now: number,
): AdminRelationship {
  const end = endDateTime ?? new Date(now + days * dayLength).toISOString();
  return {
    ...given,
    id: `${randomUUID()}-${partnerId}`,
    createdDateTime: new Date(now).toISOString(),
    endDateTime: wasActivated(given) ? end : null,
    duration: `P${days}D`,
    assignments: assignments.map((one) => ({ id: randomUUID(), ...one })),
  };
}

interface NewRelationship extends Pick<AdminRelationship, "displayName" | "roles"> {
  status: RelationshipStatus;
  /** Default: two years from now. */
  endDateTime?: string | undefined;
  assignments: Omit<AdminRelationship["assignments"][number], "id">[];
}

/** Source: https://learn.microsoft.com/powershell/partnercenter/exchange-online-gdap-app. */
const consentingRoles: readonly string[] = [
  directoryRoles.cloudApplicationAdministrator.templateId,
  directoryRoles.privilegedRoleAdministrator.templateId,
  directoryRoles.globalAdministrator.templateId,
];

/** The roles that active relationships assign to the groups of an account. */
export function rolesThere(partner: Tenant, customer: Customer, principalId: string, now: number): string[] {
  return relationshipsOf(partner, customer)
    .filter((one) => statusOf(one, now) === "active")
    .flatMap(({ assignments }) => assignments)
    .filter(({ groupId }) => partner.groups.get(groupId)?.members.has(principalId) === true)
    .flatMap(({ roles }) => roles);
}

/** Whether one of them is for consenting. */
export const mayConsent = (...of: Parameters<typeof rolesThere>): boolean =>
  rolesThere(...of).some((role) => consentingRoles.includes(role));

export function guidOf(text: string): string {
  const digest = Buffer.from(secretHash(text), "base64url").toString("hex");
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
