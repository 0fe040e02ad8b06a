import type { Customer, Tenant } from "../context";
import { findCustomer } from "../customer-index";
import { PartnerCenterError } from "./errors";

/** Items of one page, 1 to 500. */
const largestPage = 500;

interface PageRequest {
  size: string | undefined;
  seekOperation: string | undefined;
  continuationToken: string | undefined;
}

/** @throws PartnerCenterError 404 */
export function requireCustomer(partner: Tenant, id: string): Customer {
  const found = findCustomer(partner.customers, id);
  // A domain is not an id here.
  if (found?.id !== id.toLowerCase()) throw new PartnerCenterError(404, `There is no customer ${id}.`);
  return found;
}

/**
 * One page. If there are more, only its `next` link contains the header for the request of the next one.
 *
 * @throws PartnerCenterError 400 for an invalid page size or continuation token
 */
export function customerPage(partner: Tenant, request: PageRequest): Record<string, unknown> {
  const { size: asked = String(largestPage) } = request;
  const size = Number(asked);
  if (!/^\d+$/u.test(asked) || size < 1 || size > largestPage) {
    throw new PartnerCenterError(400, `size is "${asked}"; it is a whole number from 1 to ${largestPage}.`);
  }
  const start = startOf(partner, request);
  const items = partner.customers.slice(start, start + size);
  const end = start + items.length;
  const self = link(`/customers?size=${size}`, []);
  const next = link(`/customers?size=${size}&seekOperation=Next`, [
    { key: "MS-ContinuationToken", value: encode(end) },
  ]);
  return {
    totalCount: items.length,
    items: items.map(customerDocument),
    links: end < partner.customers.length ? { self, next } : { self },
    attributes: { objectType: "Collection" },
  };
}

function startOf(partner: Tenant, { seekOperation, continuationToken }: PageRequest): number {
  if (seekOperation === undefined) return 0;
  const start = seekOperation === "Next" ? decode(continuationToken) : undefined;
  if (start === undefined || start >= partner.customers.length) {
    throw new PartnerCenterError(400, "seekOperation is Next, with the last page's MS-ContinuationToken as header.");
  }
  return start;
}

const encode = (start: number): string => Buffer.from(`customers/${start}`).toString("base64");

function decode(token: string | undefined): number | undefined {
  const start = /^customers\/(\d+)$/.exec(Buffer.from(token ?? "", "base64").toString())?.[1];
  return start === undefined ? undefined : Number(start);
}

/** A customer in Partner Center's form. */
export const customerDocument = ({ id, companyProfile }: Customer): Record<string, unknown> => ({
  id,
  commerceId: id,
  companyProfile: {
    ...companyProfile,
    links: { self: link(`/customers/${id}/profiles/company`, []) },
    attributes: { objectType: "CustomerCompanyProfile" },
  },
  relationshipToPartner: "reseller",
  links: { self: link(`/customers/${id}`, []) },
  attributes: { objectType: "Customer" },
});

const link = (uri: string, headers: readonly { key: string; value: string }[]): Record<string, unknown> => ({
  uri,
  method: "GET",
  headers,
});
