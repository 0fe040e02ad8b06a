import * as v from "valibot";
import { milliseconds as durationOf } from "../graph/credential-policies";
import { relationshipStatuses } from "../context";
import { isAadstsCode } from "../entra/errors";
import { microsoftGraph } from "../first-party";
import { namespaces } from "../resource-manager/registration";

const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0));
const texts = v.record(v.string(), v.string());
const instant = v.pipe(v.string(), v.isoTimestamp());

/** Body of POST /_admin/faults: see FaultRule. */
export const faultInput = v.pipe(
  v.strictObject({
    cloud: v.optional(v.string()),
    service: v.optional(v.string()),
    method: v.optional(v.string()),
    path: v.optional(v.string()),
    form: v.optional(texts),
    oneIn: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    times: v.optional(milliseconds),
    delay: v.optional(milliseconds),
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
    after: v.optional(v.boolean()),
    headers: v.optional(texts),
    body: v.optional(v.unknown()),
    echo: v.optional(v.boolean()),
    entra: v.optional(v.pipe(v.number(), v.check(isAadstsCode, "is no AADSTS number this emulator knows"))),
    drop: v.optional(v.union([v.boolean(), v.literal("answer")])),
    passing: v.optional(v.boolean()),
  }),
  v.check(
    ({ delay, status, entra, drop, passing }) =>
      [delay, status, entra, drop, passing].some((effect) => effect !== undefined),
    "does nothing: give delay, status, entra, drop or passing",
  ),
);

/** Body of POST /_admin/clock: milliseconds to move forward. */
export const clockInput = v.strictObject({ advance: milliseconds });

/** POST /_admin/users/{user principal name}. `revokeSessions` revokes every existing refresh token. */
export const userInput = v.strictObject({
  accountEnabled: v.optional(v.boolean()),
  mfa: v.optional(v.boolean()),
  revokeSessions: v.optional(v.literal(true)),
});

/** Body of POST /_admin/subscriptions/{id}: replaces all its conditions. */
export const subscriptionInput = v.strictObject({
  unregistered: v.optional(v.array(v.picklist(namespaces))),
  publicAccessPolicy: v.optional(v.picklist(["deny", "modify"])),
  locked: v.optional(v.array(v.string())),
  groupDeletion: v.optional(milliseconds),
});

/** POST /_admin/partner-center: the rate limit, and how many customers to generate after the seeded ones. */
export const partnerCenterInput = v.strictObject({
  requestsPerSecond: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000))),
  generatedCustomers: v.optional(v.pipe(milliseconds, v.maxValue(99_999))),
});

const uuid = v.pipe(v.string(), v.uuid());

/** Body of POST /_admin/customers/{tenant id}: replaces its granular relationships. */
export const customerInput = v.strictObject({
  relationships: v.array(
    v.strictObject({
      displayName: v.string(),
      status: v.optional(v.picklist(relationshipStatuses), "active"),
      endDateTime: v.optional(instant),
      roles: v.array(uuid),
      assignments: v.optional(v.array(v.strictObject({ groupId: uuid, roles: v.array(uuid) })), []),
    }),
  ),
});

const limit = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));

/** POST /_admin/vaults/{name}: requests allowed in ten seconds, and whether creating certificates fails. */
export const vaultInput = v.strictObject({
  transactions: limit,
  creates: limit,
  keys: limit,
  keyCreates: limit,
  failsCertificates: v.optional(v.boolean()),
});

/** Body of POST /_admin/vaults/{name}/partners: see ManyPartners. */
export const manyPartnersInput = v.strictObject({
  count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
  application: v.string(),
  redeemable: v.optional(v.boolean(), false),
  age: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  tags: texts,
});

const restrictionOf = <Type extends string>(types: readonly Type[]) =>
  v.strictObject({
    restrictionType: v.picklist(types),
    maxLifetime: v.optional(
      v.pipe(
        v.string(),
        v.check((text) => durationOf(text) !== undefined, "is no duration such as P90D"),
      ),
    ),
  });

/** Application permissions of Microsoft Graph. */
export const applicationInput = v.strictObject({
  appRoles: v.array(v.picklist(microsoftGraph.appRoles.map(({ value }) => value))),
});

/** POST /_admin/tenants/{id}: the admin consent workflow, the kind of partner, and the whole application management policy. */
export const tenantInput = v.strictObject({
  adminConsentRequests: v.optional(v.boolean()),
  isIndirectReseller: v.optional(v.boolean()),
  credentialPolicy: v.optional(
    v.strictObject({
      passwordCredentials: v.optional(v.array(restrictionOf(["passwordAddition", "passwordLifetime"])), []),
      keyCredentials: v.optional(v.array(restrictionOf(["asymmetricKeyLifetime", "trustedCertificateAuthority"])), []),
      identifierUris: v.optional(
        v.strictObject({
          nonDefaultUriAddition: v.strictObject({ excludeAppsReceivingV2Tokens: v.optional(v.boolean()) }),
        }),
      ),
    }),
  ),
});
