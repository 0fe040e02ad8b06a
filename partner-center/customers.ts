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

const continuation = "MS-ContinuationToken";

/** Every customer, over all pages: the next one is asked for with the header that the last one answered. */
export async function listCustomers(api: PartnerCenter, pageSize = 500): Promise<Customer[]> {
  const customers: Customer[] = [];
  let token: string | undefined;
  do {
    const answer = await api.send({
      what: "Listing the customers",
      path: `/v1/customers?size=${pageSize}${token === undefined ? "" : "&seekOperation=Next"}`,
      headers: token === undefined ? {} : { [continuation]: token },
    });
    const { items = [] } = (answer.body ?? {}) as { items?: CustomerDocument[] };
    customers.push(...items.map(customerOf));
    token = answer.header(continuation);
  } while (token !== undefined);
  return customers;
}

function customerOf({ id = "", companyProfile = {} }: CustomerDocument): Customer {
  const { tenantId = id, domain = "", companyName = "" } = companyProfile;
  return { tenantId, domain, name: companyName };
}
