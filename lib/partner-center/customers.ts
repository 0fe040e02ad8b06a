/** The partner's customers. */
import * as v from "valibot";
import { guid } from "../config/limits";
import { countPages } from "../http/limits";
import type { PartnerCenter } from "./api";
import { partnerCenterError } from "./errors";

const text = v.nullish(v.string(), "");
const companyProfile = v.object({ tenantId: v.nullish(v.string()), domain: text, companyName: text });
const customer = v.pipe(
  v.object({ id: text, companyProfile: v.nullish(companyProfile, {}) }),
  v.transform(({ id, companyProfile: { tenantId, domain, companyName: name } }) => {
    return { tenantId: tenantId ?? id, domain, name };
  }),
  // The id becomes a tenant in an address, and a file's name.
  v.object({ tenantId: v.pipe(v.string(), v.regex(guid)), domain: v.string(), name: v.string() }),
);
export type Customer = v.InferOutput<typeof customer>;

const header = v.object({ key: v.string(), value: v.string() });
/** `links.next` contains the headers for the request of the next page. */
const customersPage = v.object({
  items: v.optional(v.array(customer), []),
  links: v.nullish(v.object({ next: v.nullish(v.object({ headers: v.nullish(v.array(header)) })) })),
  continuationToken: v.nullish(v.string()),
});

const continuation = "MS-ContinuationToken";

/** @throws PartnerCenterError, HttpFailure */
export async function* customerPages(api: PartnerCenter, pageSize = 500): AsyncGenerator<Customer[]> {
  const next = countPages(api.cloud.partnerCenter, "Partner Center");
  const what = "Listing the customers";
  let token: string | undefined;
  do {
    next();
    const answer = await api.answer({
      what,
      path: `/v1/customers?size=${pageSize}${token === undefined ? "" : "&seekOperation=Next"}`,
      headers: token === undefined ? {} : { [continuation]: token },
    });
    if (answer.status >= 300) throw partnerCenterError(what, answer.status, answer.body);
    const page = answer.as(customersPage);
    yield page.items;
    token = continuationOf(page) ?? answer.headers[continuation.toLowerCase()];
  } while (token);
}

/** Most collections name the next page in their links, some in a field or only in a header. */
function continuationOf({ links, continuationToken }: v.InferOutput<typeof customersPage>): string | undefined {
  const linked = links?.next?.headers?.find(({ key }) => key.toLowerCase() === continuation.toLowerCase());
  return linked?.value ?? continuationToken ?? undefined;
}
