/**
 * What a tenant's application management policies allow: client secrets, certificates and identifier URIs.
 * Sources: the pages "tenantAppManagementPolicy", "appManagementPolicy", "passwordCredentialConfiguration",
 * "keyCredentialConfiguration" and "identifierUriRestriction" of Microsoft Graph's reference.
 *
 * A policy may also forbid multi-tenant applications (`applicationRestrictions.audiences`). That is not read:
 * "audiencesConfiguration" is in /beta alone, and no page documents what Graph answers then.
 */
import * as v from "valibot";
import type { AzureApi } from "../azure/api";
import type { CredentialKind } from "../config/limits";
import { byPerson, sentence, setSetting } from "../errors/failure";
import type { Application } from "./applications";

/** The alternative where no setting fits the policy. */
export const exemptApplication = sentence(
  "Whoever manages the tenant's policies can give this application its own: https://learn.microsoft.com/entra/identity/enterprise-apps/configure-app-management-policies.",
);

/** The alternative where no identifier URI of one's own is let in: one that is adopted gets none. */
export const otherApplication = byPerson(
  "Whoever manages the tenant's policies sets excludeAppsReceivingV2Tokens there, or exempts the deployer. Or have an application registered, which needs no such URI, and use it",
  setSetting("existingApplication", "<client id>"),
);

/** On Microsoft Graph. */
export const policyReader = "Policy.Read.All";

const text = v.nullish(v.string());
const common = {
  state: text,
  restrictForAppsCreatedAfterDateTime: text,
  excludeActors: v.nullish(v.looseObject({ customSecurityAttributes: v.nullish(v.array(v.unknown()), []) })),
};
const restriction = v.looseObject({ ...common, restrictionType: v.string(), maxLifetime: text });
const list = v.nullish(v.array(restriction), []);
const uriRestriction = v.looseObject({ ...common, excludeAppsReceivingV2Tokens: v.nullish(v.boolean()) });
const uris = {
  identifierUris: v.nullish(v.looseObject({ nonDefaultUriAddition: v.nullish(uriRestriction) })),
};
const credentials = { passwordCredentials: list, keyCredentials: list };
const policy = v.looseObject({ id: v.string(), displayName: text, isEnabled: v.boolean() });
const tenantPolicy = v.looseObject({
  ...policy.entries,
  applicationRestrictions: v.nullish(v.looseObject({ ...credentials, ...uris })),
});
const ownPolicy = v.looseObject({
  ...policy.entries,
  restrictions: v.nullish(v.looseObject({ ...credentials, applicationRestrictions: v.nullish(v.looseObject(uris)) })),
});

/** With the display name and the id of its policy. */
type Restriction = v.InferOutput<typeof restriction> & { policy: string };

/** The restrictions in force: no disabled ones, and none for applications created after a later date. */
export interface CredentialPolicy extends Readonly<Record<CredentialKind, readonly Restriction[]>> {
  /** Those that admit only default identifier URIs, for an application that gets tokens of version 2. */
  uris: readonly Restriction[];
}

/**
 * An application's own policy holds for what it restricts, even where disabled; the tenant's for the rest.
 * @param application undefined: one that is not created yet
 * @param version only /beta shows of a credential's restrictions whom they exempt
 * @throws ApiError with status 403 without {@link policyReader}; ApiError, HttpFailure, CredentialError
 */
export async function policyFor(
  graph: AzureApi,
  application: Pick<Application, "id" | "createdDateTime"> | undefined,
  at: number,
  version: "v1.0" | "beta" = "v1.0",
): Promise<CredentialPolicy> {
  const ofApplication = `/${version}/applications/${application?.id ?? ""}/appManagementPolicies`;
  const [own] = application === undefined ? [] : await graph.list(ofApplication, ownPolicy);
  const tenants = await graph.get(`/${version}/policies/defaultAppManagementPolicy`, tenantPolicy);
  const created = Date.parse(application?.createdDateTime ?? "");
  const since = Number.isNaN(created) ? at : created;
  const all = [
    ...(own === undefined
      ? []
      : restrictionsIn(own, { ...own.restrictions, ...own.restrictions?.applicationRestrictions })),
    ...restrictionsIn(tenants, { ...tenants.applicationRestrictions }),
  ];
  const isSame = (one: Listed) => (other: Listed) =>
    other.kind === one.kind && other.restrictionType === one.restrictionType;
  const holding = all
    .filter((one) => all.find(isSame(one)) === one)
    .filter(
      ({ state, restrictForAppsCreatedAfterDateTime: from }) =>
        (state ?? "enabled") === "enabled" && since >= Date.parse(from ?? "1970-01-01T00:00:00Z"),
    );
  const inForce = (wanted: Listed["kind"]): Restriction[] => holding.filter(({ kind }) => kind === wanted);
  return { secret: inForce("secret"), certificate: inForce("certificate"), uris: inForce("uris") };
}

type Lists = Partial<NonNullable<v.InferOutput<typeof tenantPolicy>["applicationRestrictions"]>>;

type Listed = Restriction & { kind: keyof CredentialPolicy };

/** What an enabled policy restricts. */
function restrictionsIn(
  { id, displayName, isEnabled }: v.InferOutput<typeof policy>,
  { passwordCredentials = [], keyCredentials = [], identifierUris }: Lists,
): Listed[] {
  if (!isEnabled) return [];
  const of = (kind: Listed["kind"]) => (one: v.InferOutput<typeof restriction>) => ({
    ...one,
    ...{ kind, policy: `"${displayName ?? ""}" (${id})` },
  });
  const addition = identifierUris?.nonDefaultUriAddition;
  // Documented: applications that receive tokens of version 2 are exempt unless the policy sets it.
  const binds = addition?.excludeAppsReceivingV2Tokens === false;
  const added = { ...addition, restrictionType: "nonDefaultUriAddition", ...(!binds && { state: "disabled" }) };
  return [
    ...passwordCredentials.map(of("secret")),
    ...keyCredentials.map(of("certificate")),
    ...(addition ? [of("uris")(added)] : []),
  ];
}

/** Without restrictions that exempt holders of security attributes: few may read who holds them. */
export function withoutExempting({ secret, certificate, uris }: CredentialPolicy): CredentialPolicy {
  const binds = ({ excludeActors }: Restriction) => (excludeActors?.customSecurityAttributes ?? []).length === 0;
  return { secret: secret.filter(binds), certificate: certificate.filter(binds), uris: uris.filter(binds) };
}

/** Restrictions that forbid a kind entirely: this project's certificates are self-signed. */
const altogether: Readonly<Record<CredentialKind, string>> = {
  secret: "passwordAddition",
  certificate: "trustedCertificateAuthority",
};
const ofLength: Readonly<Record<CredentialKind, string>> = {
  secret: "passwordLifetime",
  certificate: "asymmetricKeyLifetime",
};

/** The restriction that gives a new credential the shortest validity; undefined if there is no limit. */
export function strictest(
  policy: CredentialPolicy,
  kind: CredentialKind,
): { policy: string; longest: number } | undefined {
  const limits = policy[kind].flatMap(({ restrictionType, maxLifetime, policy: name }) => {
    if (restrictionType === altogether[kind]) return [{ policy: name, longest: 0 }];
    return restrictionType === ofLength[kind] ? [{ policy: name, longest: durationOf(maxLifetime ?? "") }] : [];
  });
  return limits.toSorted((one, other) => one.longest - other.longest)[0];
}

/** Longest validity of a new credential, in milliseconds: 0 if none is allowed, Infinity without a limit. */
export const longestLife = (policy: CredentialPolicy, kind: CredentialKind): number =>
  strictest(policy, kind)?.longest ?? Infinity;

const units = { D: 24 * 60 * 60_000, H: 60 * 60_000, M: 60_000, S: 1000 };
const duration = /^P(?:(?<D>\d+)D)?(?:T(?:(?<H>\d+)H)?(?:(?<M>\d+)M)?(?:(?<S>\d+)(?:\.\d+)?S)?)?$/u;

/** Parses Graph's ISO 8601 durations: days and times. @returns milliseconds; Infinity for any other text */
function durationOf(text: string): number {
  const parts = duration.exec(text)?.groups;
  if (parts === undefined || !/\d/u.test(text)) return Infinity;
  return Object.entries(units).reduce((sum, [unit, length]) => sum + Number(parts[unit] ?? 0) * length, 0);
}
