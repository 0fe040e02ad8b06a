/** The partner's customers. */
import type { PartnerCenter } from "./api";

export interface Customer {
  /** The customer's tenant id. */
  tenantId: string;
  domain: string;
  name: string;
}

interface CustomerDocument {
  id?: string;
  companyProfile?: { tenantId?: string; domain?: string; companyName?: string };
}

/** A page of a collection; while there are more, `links.next` holds the headers that ask for the next one. */
interface Page {
  items?: CustomerDocument[];
  links?: { next?: { headers?: { key: string; value: string }[] } };
  continuationToken?: string | null;
}

const continuation = "MS-ContinuationToken";

/** Every customer, over all pages. */
export async function listCustomers(api: PartnerCenter, pageSize = 500): Promise<Customer[]> {
  const customers: Customer[] = [];
  let token: string | undefined;
  do {
    const answer = await api.send({
      what: "Listing the customers",
      path: `/v1/customers?size=${pageSize}${token === undefined ? "" : "&seekOperation=Next"}`,
      headers: token === undefined ? {} : { [continuation]: token },
    });
    const page = (answer.body ?? {}) as Page;
    customers.push(...(page.items ?? []).map(customerOf));
    token = continuationOf(page) ?? answer.header(continuation);
  } while (token);
  return customers;
}

/** Collections name the next page in their links; some endpoints in a field of its own, or in a header alone. */
function continuationOf({ links, continuationToken }: Page): string | undefined {
  const linked = links?.next?.headers?.find(({ key }) => key.toLowerCase() === continuation.toLowerCase());
  return linked?.value ?? continuationToken ?? undefined;
}

function customerOf({ id = "", companyProfile = {} }: CustomerDocument): Customer {
  const { tenantId = id, domain = "", companyName = "" } = companyProfile;
  return { tenantId, domain, name: companyName };
}
