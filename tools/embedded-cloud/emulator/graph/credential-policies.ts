/**
 * What a tenant's application management policy forbids to all of its applications: the admin surface sets it. Source:
 * https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy.
 */
import type { Application, CredentialRestriction, KeyCredential, Tenant } from "../context";
import { badRequest, GraphError } from "./errors";

/** The same in every tenant. */
const policyId = "00000000-0000-0000-0000-000000000000";

/** @throws GraphError for a client secret that the policy forbids, entirely or because of its validity */
export function refuseForbiddenPassword(
  { credentialPolicy: { passwordCredentials = [] } = {} }: Tenant,
  { startDateTime, endDateTime }: { startDateTime: string; endDateTime: string },
): void {
  refuseAny(passwordCredentials, "passwordAddition");
  refuseLong(passwordCredentials, "passwordLifetime", startDateTime, endDateTime);
}

/** @throws GraphError for a new certificate that the policy forbids: because of its validity, or its issuer */
export function refuseForbiddenKey(
  { credentialPolicy: { keyCredentials = [] } = {} }: Tenant,
  { startDateTime, endDateTime }: KeyCredential,
): void {
  // Trusted authorities cannot be configured here, so that no certificate comes from one of them.
  refuseAny(keyCredentials, "trustedCertificateAuthority");
  refuseLong(keyCredentials, "asymmetricKeyLifetime", startDateTime, endDateTime);
}

/**
 * Text: "Restrictions on identifier URIs of Microsoft Entra applications". identifier-uris.ts always refuses
 * what `uriAdditionWithoutUniqueTenantIdentifier` forbids.
 *
 * @throws GraphError for a new identifier URI that is not a default one
 */
export function refuseForbiddenUri(tenant: Tenant, { appId }: Application, uri: string, receivesV2: boolean): void {
  const restriction = tenant.credentialPolicy?.identifierUris?.nonDefaultUriAddition;
  if (restriction === undefined) return;
  if (receivesV2 && (restriction.excludeAppsReceivingV2Tokens ?? true)) return;
  if ([`api://${appId}`, `api://${tenant.id}/${appId}`].includes(uri.toLowerCase())) return;
  throw badRequest(
    `The newly added URI ${uri} must comply with the format 'api://{appId}' or 'api://{tenantId}/{appId}' as per the default app ` +
      "management policy of your organization. If the requestedAccessTokenVersion is set to 2, this restriction may not apply. " +
      "See https://aka.ms/identifier-uri-addition-error for more information on this error.",
  );
}

type Type = CredentialRestriction["restrictionType"];

function refuseAny(restrictions: readonly CredentialRestriction[], type: Type): void {
  if (!restrictions.some(({ restrictionType }) => restrictionType === type)) return;
  const message = `Credential type not allowed as per assigned policy '${policyId}'.`;
  throw new GraphError(400, "CredentialTypeNotAllowedAsPerAppPolicy", message);
}

function refuseLong(restrictions: readonly CredentialRestriction[], type: Type, start: string, end: string): void {
  const lifetime = Date.parse(end) - Date.parse(start);
  const isTooLong = restrictions.some(
    ({ restrictionType, maxLifetime = "" }) => restrictionType === type && lifetime > (milliseconds(maxLifetime) ?? 0),
  );
  if (!isTooLong) return;
  const message = `Credential lifetime exceeds the max value allowed as per assigned policy '${policyId}'.`;
  const code = "CredentialInvalidLifetimeAsPerAppPolicy";
  throw new GraphError(400, code, message, { code: "InvalidKeyEndDate", target: "EndDate" });
}

const units = { D: 24 * 60 * 60 * 1000, H: 60 * 60 * 1000, M: 60 * 1000, S: 1000 };
const duration = /^P(?:(?<D>\d+)D)?(?:T(?:(?<H>\d+)H)?(?:(?<M>\d+)M)?(?:(?<S>\d+)S)?)?$/;

/** An ISO 8601 duration without years and months, such as P4DT12H. @returns undefined for other texts */
export function milliseconds(text: string): number | undefined {
  const parts = duration.exec(text)?.groups;
  if (parts === undefined || !/\d/.test(text)) return undefined;
  return Object.entries(units).reduce((sum, [unit, length]) => sum + Number(parts[unit] ?? 0) * length, 0);
}
