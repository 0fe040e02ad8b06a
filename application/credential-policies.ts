/**
 * What a tenant's application management policies let an application have: new client secrets at all, certificates that no authority of the
 * tenant's signed, how long either may be valid. Sources: the pages "tenantAppManagementPolicy", "appManagementPolicy",
 * "passwordCredentialConfiguration" and "keyCredentialConfiguration" of Microsoft Graph's reference.
 *
 * A policy may keep applications from being multi-tenant too (`applicationRestrictions.audiences.azureAdMultipleOrgs`). This program does not read that:
 * "audiencesConfiguration" stands in the reference of /beta alone, whose use in production Microsoft does not support, and no page says what
 * Graph answers to an application that it forbids.
 */
import * as v from "valibot";
import type { AzureApi } from "../azure/api";
import type { CredentialKind } from "../config/limits";
import { sentence } from "../errors/failure";

/** Where no setting helps, or none is wanted. */
export const exempt = sentence(
  "Whoever keeps the tenant's policies can give this application one of its own: https://learn.microsoft.com/entra/identity/enterprise-apps/configure-app-management-policies.",
);

/** The right that reading them takes, on Microsoft Graph. */
export const policyReader = "Policy.Read.All";

const text = v.nullish(v.string());
const restriction = v.looseObject({
  restrictionType: v.string(),
  state: text,
  maxLifetime: text,
  restrictForAppsCreatedAfterDateTime: text,
});
const list = v.nullish(v.array(restriction), []);
const restrictions = v.looseObject({ passwordCredentials: list, keyCredentials: list });
const policy = v.looseObject({ id: v.string(), displayName: text, isEnabled: v.boolean() });
const tenantPolicy = v.looseObject({ ...policy.entries, applicationRestrictions: v.nullish(restrictions) });
const ownPolicy = v.looseObject({ ...policy.entries, restrictions: v.nullish(restrictions) });

type Restriction = v.InferOutput<typeof restriction>;
type Restrictions = v.InferOutput<typeof restrictions>;

/** What holds for one application: its own policy takes the place of the tenant's. */
export interface CredentialPolicy {
  /** As its owner calls it, and its id. */
  name: string;
  /** Nothing in it that is disabled, or for applications from a later date on. */
  restrictions: Readonly<Record<CredentialKind, readonly Restriction[]>>;
}

/** As Graph answers it. */
export interface RestrictedApplication {
  /** Object id. */
  id: string;
  /** ISO 8601. */
  createdDateTime?: string | null;
}

/**
 * @param application undefined: one that is still to be made
 * @param at milliseconds
 * @throws ApiError with status 403 without {@link policyReader}; ApiError, HttpFailure, CredentialError
 */
export async function policyFor(
  graph: AzureApi,
  application: RestrictedApplication | undefined,
  at: number,
): Promise<CredentialPolicy> {
  const own = application && (await ownPolicyOf(graph, application.id));
  const created = Date.parse(application?.createdDateTime ?? "");
  const since = Number.isNaN(created) ? at : created;
  if (own !== undefined) return inForce(own, own.restrictions, since);
  const tenants = await graph.get<v.InferOutput<typeof tenantPolicy>>(
    "/v1.0/policies/defaultAppManagementPolicy",
    tenantPolicy,
  );
  return inForce(tenants, tenants.applicationRestrictions, since);
}

async function ownPolicyOf(graph: AzureApi, id: string): Promise<v.InferOutput<typeof ownPolicy> | undefined> {
  const path = `/v1.0/applications/${id}/appManagementPolicies`;
  return (await graph.list<v.InferOutput<typeof ownPolicy>>(path, ownPolicy))[0];
}

/** @param created when the application was, or will be */
function inForce(
  { id, displayName, isEnabled }: v.InferOutput<typeof policy>,
  all: Restrictions | null | undefined,
  created: number,
): CredentialPolicy {
  const holds = ({ state, restrictForAppsCreatedAfterDateTime: from }: Restriction) =>
    isEnabled && (state ?? "enabled") === "enabled" && created >= Date.parse(from ?? "1970-01-01T00:00:00Z");
  const { passwordCredentials = [], keyCredentials = [] } = all ?? {};
  return {
    name: `"${displayName ?? ""}" (${id})`,
    restrictions: {
      secret: passwordCredentials.filter(holds),
      certificate: keyCredentials.filter(holds),
    },
  };
}

/** What forbids a kind altogether: a certificate of this project's is signed by itself. */
const altogether: Readonly<Record<CredentialKind, string>> = {
  secret: "passwordAddition",
  certificate: "trustedCertificateAuthority",
};
const ofLength: Readonly<Record<CredentialKind, string>> = {
  secret: "passwordLifetime",
  certificate: "asymmetricKeyLifetime",
};

/** How long a new one may be valid, in milliseconds: 0 where none is let in, Infinity where nothing says. */
export function longestLife({ restrictions: all }: CredentialPolicy, kind: CredentialKind): number {
  if (all[kind].some(({ restrictionType }) => restrictionType === altogether[kind])) return 0;
  const lives = all[kind]
    .filter(({ restrictionType }) => restrictionType === ofLength[kind])
    .map(({ maxLifetime }) => durationOf(maxLifetime ?? ""));
  return Math.min(...lives);
}

const units = { D: 24 * 60 * 60_000, H: 60 * 60_000, M: 60_000, S: 1000 };
const duration = /^P(?:(?<D>\d+)D)?(?:T(?:(?<H>\d+)H)?(?:(?<M>\d+)M)?(?:(?<S>\d+)(?:\.\d+)?S)?)?$/u;

/** ISO 8601 as Graph writes it: days and times. @returns milliseconds; Infinity for another text, which only Graph can judge */
function durationOf(text: string): number {
  const parts = duration.exec(text)?.groups;
  if (parts === undefined || !/\d/u.test(text)) return Infinity;
  return Object.entries(units).reduce((sum, [unit, length]) => sum + Number(parts[unit] ?? 0) * length, 0);
}
