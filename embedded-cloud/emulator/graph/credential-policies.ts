/**
 * What a tenant's application management policies forbid (https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy):
 * new client secrets, validities that are too long, certificates that are not signed by one of the tenant's authorities.
 */
import type {
  Application,
  AppManagementPolicy,
  CredentialRestriction,
  CredentialRestrictions,
  KeyCredential,
  Tenant,
} from "../context";
import { GraphError } from "./errors";

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

/** An application's own policy replaces the tenant's. */
export const policiesOf = (tenant: Tenant, { id }: Application): AppManagementPolicy[] =>
  ownPolicies(tenant).filter(({ appliesTo }) => appliesTo.includes(id));

/** @throws GraphError for a client secret that a policy forbids, entirely or because of its validity */
export function refuseForbiddenPassword(
  tenant: Tenant,
  application: Application,
  { startDateTime, endDateTime }: { startDateTime: string; endDateTime: string },
): void {
  const { policy, restrictions } = restrictionsOn(tenant, application, "passwordCredentials");
  if (restrictions.some(({ restrictionType }) => restrictionType === "passwordAddition")) throw notAllowed(policy);
  refuseLong(policy, restrictions, "passwordLifetime", startDateTime, endDateTime);
}

/** @throws GraphError for a new certificate that a policy forbids: because of its validity, or its issuer */
export function refuseForbiddenKey(tenant: Tenant, application: Application, key: KeyCredential): void {
  const { policy, restrictions } = restrictionsOn(tenant, application, "keyCredentials");
  // Trusted authorities cannot be configured here, so that no certificate comes from one of them.
  const isTrusted = ({ restrictionType }: CredentialRestriction) => restrictionType !== "trustedCertificateAuthority";
  if (!restrictions.every(isTrusted)) throw notAllowed(policy);
  refuseLong(policy, restrictions, "asymmetricKeyLifetime", key.startDateTime, key.endDateTime);
}

/** The restrictions of a policy that apply to the application: some apply only to applications created after a date. */
function restrictionsOn(
  tenant: Tenant,
  application: Application,
  kind: keyof CredentialRestrictions,
): { policy: AppManagementPolicy; restrictions: CredentialRestriction[] } {
  const policy = policiesOf(tenant, application)[0] ?? defaultPolicy(tenant);
  const created = Date.parse(String(application["createdDateTime"]));
  const restrictions = policy.restrictions[kind].filter(
    ({ state = "enabled", restrictForAppsCreatedAfterDateTime: from }) =>
      policy.isEnabled && state === "enabled" && created >= Date.parse(from ?? "1970-01-01T00:00:00Z"),
  );
  return { policy, restrictions };
}

function refuseLong(
  { id }: AppManagementPolicy,
  restrictions: readonly CredentialRestriction[],
  type: CredentialRestriction["restrictionType"],
  start: string,
  end: string,
): void {
  const lifetime = Date.parse(end) - Date.parse(start);
  const isTooLong = restrictions.some(
    ({ restrictionType, maxLifetime }) =>
      restrictionType === type && typeof maxLifetime === "string" && lifetime > (milliseconds(maxLifetime) ?? 0),
  );
  if (!isTooLong) return;
  const message = `Credential lifetime exceeds the max value allowed as per assigned policy '${id}'.`;
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

/** An ISO 8601 duration without years and months, such as P4DT12H30M5S. @returns undefined for any other text */
export function milliseconds(text: string): number | undefined {
  const parts = duration.exec(text)?.groups;
  if (parts === undefined || !/\d/.test(text)) return undefined;
  return Object.entries(units).reduce((sum, [unit, length]) => sum + Number(parts[unit] ?? 0) * length, 0);
}
