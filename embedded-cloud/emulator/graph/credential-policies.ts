/**
 * What a tenant's application management policies forbid. Source:
 * https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy.
 */
import type {
  Application,
  AppManagementPolicy,
  CredentialRestriction,
  CredentialRestrictions,
  KeyCredential,
  Restriction,
  Tenant,
} from "../context";
import { badRequest, GraphError } from "./errors";

/** The same in every tenant. */
const defaultPolicyId = "00000000-0000-0000-0000-000000000000";

const nothing: CredentialRestrictions = { passwordCredentials: [], keyCredentials: [] };

/** The policy for applications without their own; not enabled unless a test enabled it. */
export const defaultPolicy = ({ credentialPolicies }: Tenant): AppManagementPolicy =>
  credentialPolicies?.default ?? {
    id: defaultPolicyId,
    displayName: "Default app management tenant policy",
    description:
      "Default tenant policy that enforces app management restrictions on applications and service principals. To apply " +
      "policy to targeted resources, create a new policy under appManagementPolicies collection.",
    isEnabled: false,
    restrictions: nothing,
    appliesTo: [],
  };

export const ownPolicies = ({ credentialPolicies }: Tenant): AppManagementPolicy[] => credentialPolicies?.own ?? [];

/** Of each restriction that an application's own policy leaves out, the tenant's holds. */
export const policiesOf = (tenant: Tenant, { id }: Application): AppManagementPolicy[] =>
  ownPolicies(tenant).filter(({ appliesTo }) => appliesTo.includes(id));

/** Who changes an application: the object id. */
interface Change {
  tenant: Tenant;
  application: Application;
  actor: string;
}

/** @throws GraphError for a client secret that a policy forbids, entirely or because of its validity */
export function refuseForbiddenPassword(
  change: Change,
  { startDateTime, endDateTime }: { startDateTime: string; endDateTime: string },
): void {
  const held = restrictionsOn(change, "passwordCredentials");
  const none = held.find(({ restrictionType }) => restrictionType === "passwordAddition");
  if (none !== undefined) throw notAllowed(none.policy);
  refuseLong(held, "passwordLifetime", startDateTime, endDateTime);
}

/** @throws GraphError for a new certificate that a policy forbids: because of its validity, or its issuer */
export function refuseForbiddenKey(change: Change, key: KeyCredential): void {
  const held = restrictionsOn(change, "keyCredentials");
  // Trusted authorities cannot be configured here, so that no certificate comes from one of them.
  const trusted = held.find(({ restrictionType }) => restrictionType === "trustedCertificateAuthority");
  if (trusted !== undefined) throw notAllowed(trusted.policy);
  refuseLong(held, "asymmetricKeyLifetime", key.startDateTime, key.endDateTime);
}

/**
 * Text: "Restrictions on identifier URIs of Microsoft Entra applications". identifier-uris.ts always refuses
 * what `uriAdditionWithoutUniqueTenantIdentifier` forbids.
 *
 * @throws GraphError for a new identifier URI that is not a default one
 */
export function refuseForbiddenUri(change: Change, uri: string, receivesV2: boolean): void {
  const { tenant, application } = change;
  const restrictions = policiesFor(tenant, application).map(({ restrictions }) => restrictions.identifierUris);
  const restriction = restrictions.find((one) => one?.nonDefaultUriAddition !== undefined)?.nonDefaultUriAddition;
  if (restriction === undefined || !holds(change, restriction)) return;
  if (receivesV2 && (restriction.excludeAppsReceivingV2Tokens ?? true)) return;
  const usual = [`api://${application.appId}`, `api://${tenant.id}/${application.appId}`];
  if (usual.includes(uri.toLowerCase())) return;
  throw badRequest(
    `The newly added URI ${uri} must comply with the format 'api://{appId}' or 'api://{tenantId}/{appId}' as per the default app ` +
      "management policy of your organization. If the requestedAccessTokenVersion is set to 2, this restriction may not apply. " +
      "See https://aka.ms/identifier-uri-addition-error for more information on this error.",
  );
}

/** The enabled policies for an application: its own first. */
const policiesFor = (tenant: Tenant, application: Application): AppManagementPolicy[] =>
  [...policiesOf(tenant, application), defaultPolicy(tenant)].filter(({ isEnabled }) => isEnabled);

/** Whether a restriction is enabled and applies to the caller and to applications as old as this one. */
function holds({ tenant, application, actor }: Change, restriction: Restriction): boolean {
  const { state = "enabled", restrictForAppsCreatedAfterDateTime: from, excludeActors } = restriction;
  const isExempt =
    (excludeActors?.customSecurityAttributes ?? []).length > 0 &&
    tenant.credentialPolicies?.exempt?.includes(actor) === true;
  const created = Date.parse(String(application["createdDateTime"]));
  return state === "enabled" && !isExempt && created >= Date.parse(from ?? "1970-01-01T00:00:00Z");
}

type Held = CredentialRestriction & { policy: AppManagementPolicy };

/** The restrictions in force, each with its policy. */
function restrictionsOn(change: Change, kind: "passwordCredentials" | "keyCredentials"): Held[] {
  const all = policiesFor(change.tenant, change.application).flatMap((policy) =>
    policy.restrictions[kind].map((restriction): Held => ({ ...restriction, policy })),
  );
  const first = new Map(all.toReversed().map((one) => [one.restrictionType, one]));
  return [...first.values()].filter((restriction) => holds(change, restriction));
}

function refuseLong(
  held: readonly Held[],
  type: CredentialRestriction["restrictionType"],
  start: string,
  end: string,
): void {
  const lifetime = Date.parse(end) - Date.parse(start);
  const tooLong = held.find(
    ({ restrictionType, maxLifetime }) =>
      restrictionType === type && typeof maxLifetime === "string" && lifetime > (milliseconds(maxLifetime) ?? 0),
  );
  if (tooLong === undefined) return;
  const message = `Credential lifetime exceeds the max value allowed as per assigned policy '${tooLong.policy.id}'.`;
  const code = "CredentialInvalidLifetimeAsPerAppPolicy";
  throw new GraphError(400, code, message, { code: "InvalidKeyEndDate", target: "EndDate" });
}

const notAllowed = ({ id }: AppManagementPolicy): GraphError =>
  new GraphError(
    400,
    "CredentialTypeNotAllowedAsPerAppPolicy",
    `Credential type not allowed as per assigned policy '${id}'.`,
  );

const units = { D: 24 * 60 * 60 * 1000, H: 60 * 60 * 1000, M: 60 * 1000, S: 1000 };
const duration = /^P(?:(?<D>\d+)D)?(?:T(?:(?<H>\d+)H)?(?:(?<M>\d+)M)?(?:(?<S>\d+)S)?)?$/;

/** An ISO 8601 duration without years and months, such as P4DT12H. @returns undefined for other texts */
export function milliseconds(text: string): number | undefined {
  const parts = duration.exec(text)?.groups;
  if (parts === undefined || !/\d/.test(text)) return undefined;
  return Object.entries(units).reduce((sum, [unit, length]) => sum + Number(parts[unit] ?? 0) * length, 0);
}
