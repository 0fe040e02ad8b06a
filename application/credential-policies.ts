/**
 * What a tenant's application management policies allow: whether new client secrets are allowed at all, whether a certificate needs one of
 * the tenant's trusted authorities, and how long either may be valid. Sources: the pages "tenantAppManagementPolicy", "appManagementPolicy",
 * "passwordCredentialConfiguration" and "keyCredentialConfiguration" of Microsoft Graph's reference.
 *
 * A policy may keep applications from being multi-tenant too (`applicationRestrictions.audiences.azureAdMultipleOrgs`). This program does not read that:
 * "audiencesConfiguration" stands in the reference of /beta alone, whose use in production Microsoft does not support, and no page documents what
 * Graph answers to an application that it forbids.
 */
import * as v from "valibot";
import type { AzureApi } from "../azure/api";
import type { CredentialKind } from "../config/limits";
import { sentence } from "../errors/failure";

/** The alternative where no setting fits the policy. */
export const exempt = sentence(
  "Whoever keeps the tenant's policies can give this application one of its own: https://learn.microsoft.com/entra/identity/enterprise-apps/configure-app-management-policies.",
);

/** The Microsoft Graph permission for reading the policies. */
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

/** The policy that applies to one application: its own policy replaces the tenant's. */
export interface CredentialPolicy {
  /** The policy's display name and its id. */
  name: string;
  /** The restrictions in force: without disabled ones, and without those for applications created after a later date. */
  restrictions: Readonly<Record<CredentialKind, readonly Restriction[]>>;
}

/** The application, as Graph returns it. */
export interface RestrictedApplication {
  /** Object id. */
  id: string;
  /** ISO 8601. */
  createdDateTime?: string | null | undefined;
}

/**
 * @param application undefined: one that is not created yet
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

/** @param created when the application was or will be created */
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

/** Restrictions that forbid a kind entirely: this project's certificates are self-signed. */
const altogether: Readonly<Record<CredentialKind, string>> = {
  secret: "passwordAddition",
  certificate: "trustedCertificateAuthority",
};
const ofLength: Readonly<Record<CredentialKind, string>> = {
  secret: "passwordLifetime",
  certificate: "asymmetricKeyLifetime",
};

/** Longest allowed validity of a new credential, in milliseconds: 0 if none is allowed, Infinity if there is no limit. */
export function longestLife({ restrictions: all }: CredentialPolicy, kind: CredentialKind): number {
  if (all[kind].some(({ restrictionType }) => restrictionType === altogether[kind])) return 0;
  const lives = all[kind]
    .filter(({ restrictionType }) => restrictionType === ofLength[kind])
    .map(({ maxLifetime }) => durationOf(maxLifetime ?? ""));
  return Math.min(...lives);
}

const units = { D: 24 * 60 * 60_000, H: 60 * 60_000, M: 60_000, S: 1000 };
const duration = /^P(?:(?<D>\d+)D)?(?:T(?:(?<H>\d+)H)?(?:(?<M>\d+)M)?(?:(?<S>\d+)(?:\.\d+)?S)?)?$/u;

/** Parses the ISO 8601 durations that Graph uses: days and times. @returns milliseconds; Infinity for any other text, which only Graph can judge */
function durationOf(text: string): number {
  const parts = duration.exec(text)?.groups;
  if (parts === undefined || !/\d/u.test(text)) return Infinity;
  return Object.entries(units).reduce((sum, [unit, length]) => sum + Number(parts[unit] ?? 0) * length, 0);
}
