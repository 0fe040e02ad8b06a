/** The partner's granular relationships (GDAP) with its customers, from Microsoft Graph with the service account's token. */
import * as v from "valibot";
import { AzureApi, ApiError } from "../../lib/azure/api";
import { byPerson, Failure, pulumi, setSetting } from "../../lib/errors/failure";
import { redeemStored } from "../../lib/consent/stored-token";
import { isNotGranted } from "../../lib/consent/prove-grants";
import type { Tokens } from "../../lib/oauth/refresh-token";
import type { Partner } from "./partner";
import { CustomerConsentError } from "./errors";
import { roleName } from "./role-names";

const text = v.nullish(v.string(), "");
const rolesShape = v.nullish(v.object({ unifiedRoles: v.optional(v.array(v.object({ roleDefinitionId: text })), []) }));
const relationshipShape = v.object({
  id: v.string(),
  displayName: text,
  status: text,
  endDateTime: text,
  autoExtendDuration: text,
  customer: v.nullish(v.object({ tenantId: text })),
  accessDetails: rolesShape,
});
const assignmentShape = v.object({
  status: text,
  accessContainer: v.nullish(v.object({ accessContainerId: text })),
  accessDetails: rolesShape,
});
const groupShape = v.object({ id: v.string() });

export interface Relationship {
  id: string;
  name: string;
  /** Graph's value: active, expired, approvalPending and so on. */
  status: string;
  /** ISO 8601; "" for none. */
  endsOn: string;
  /** Whether it is extended at its end, unless somebody stops that. */
  extended: boolean;
  /** Names of the roles that the customer approved. */
  roles: string[];
  /** Those of them that the service account has through a group; only while the relationship applies. */
  held: string[];
}

/** Values of a status: it still applies, and not for long. */
export const ending: readonly string[] = ["expiring", "terminationRequested", "terminating"];

/** Delegated permissions of Microsoft Graph that this needs: for reading relationships and the account's own memberships. */
const needed = ["DelegatedAdminRelationship.Read.All", "User.Read"] as const;

const root = "/v1.0/tenantRelationships/delegatedAdminRelationships";

type Found = v.InferOutput<typeof relationshipShape>;

export class Relationships {
  private constructor(
    readonly graph: AzureApi,
    /** The groups that the service account is in, including nested ones. */
    readonly groups: ReadonlySet<string>,
    readonly byTenant: ReadonlyMap<string, readonly Found[]>,
  ) {}

  /** @throws CustomerConsentError if the application lacks the permissions; Failure in China, where Graph does not offer them */
  static async read(partner: Partner): Promise<Relationships> {
    if (partner.cloud.name === "AzureChinaCloud") throw notInChina();
    const graph = await graphOf(partner);
    const groups = await readable(graph, "/v1.0/me/transitiveMemberOf?$select=id", groupShape);
    const byTenant = new Map<string, Found[]>();
    for (const one of await readable<Found>(graph, `${root}?$top=300`, relationshipShape)) {
      const tenantId = one.customer?.tenantId.toLowerCase() ?? "";
      byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), one]);
    }
    return new Relationships(graph, new Set(groups.map(({ id }) => id)), byTenant);
  }

  /** The relationships with one customer. @throws ApiError, HttpFailure */
  async with(tenantId: string): Promise<Relationship[]> {
    const found = this.byTenant.get(tenantId.toLowerCase()) ?? [];
    return await Promise.all(
      found.map(async ({ id, displayName: name, status, endDateTime: endsOn, autoExtendDuration, accessDetails }) => {
        const held = status === "active" || ending.includes(status) ? await this.#heldIn(id) : [];
        const extended = /[1-9]/u.test(autoExtendDuration);
        return { id, name, status, endsOn, extended, roles: rolesOf(accessDetails), held };
      }),
    );
  }

  async #heldIn(id: string): Promise<string[]> {
    const assignments = await this.graph.list(`${root}/${encodeURIComponent(id)}/accessAssignments`, assignmentShape);
    const ours = assignments.filter(
      ({ status, accessContainer }) => status === "active" && this.groups.has(accessContainer?.accessContainerId ?? ""),
    );
    return [...new Set(ours.flatMap(({ accessDetails }) => rolesOf(accessDetails)))];
  }
}

const rolesOf = (details: v.InferOutput<typeof rolesShape>): string[] =>
  (details?.unifiedRoles ?? []).map(({ roleDefinitionId }) => roleName(roleDefinitionId));

/** With the service account's token: the rights of the person who runs this do not matter. */
async function graphOf({ opened, stored }: Partner): Promise<AzureApi> {
  const { cloud, vault } = opened;
  const redeem = async (): Promise<Tokens> => await redeemStored(cloud, vault, stored, cloud.microsoftGraph);
  const { scopes } = await redeem().catch((error: unknown) => {
    throw isNotGranted(error) ? lacking() : error;
  });
  if (!scopes.some((scope) => /^DelegatedAdminRelationship\.Read(?:Write)?\.All$/iu.test(scope))) throw lacking();
  return new AzureApi("Microsoft Graph", cloud.microsoftGraph, {
    getToken: async () => {
      const { accessToken: token, expiresOn } = await redeem();
      return { token, expiresOnTimestamp: expiresOn.getTime() };
    },
  });
}

async function readable<T extends object>(
  graph: AzureApi,
  path: string,
  shape: v.GenericSchema<unknown, T>,
): Promise<T[]> {
  return await graph.list(path, shape).catch((error: unknown) => {
    throw error instanceof ApiError && error.status === 403 ? lacking() : error;
  });
}

function lacking(): CustomerConsentError {
  const extra = "permissions.extra[0]";
  return new CustomerConsentError(
    "relationships-unreadable",
    {
      what: `The granular relationships (GDAP) are not shown: the token lacks ${needed.join(" and ")} of Microsoft Graph.`,
      why: "They are delegated permissions that the application does not declare by itself.",
    },
    byPerson(
      "Declare them, behind what permissions.extra holds already, and have them granted",
      setSetting(`${extra}.resource`, "Microsoft Graph"),
      ...needed.map((name, index) => setSetting(`${extra}.delegated[${index}]`, name)),
      pulumi("up"),
    ),
  );
}

const notInChina = (): Failure =>
  new Failure(
    "relationships-not-served",
    "Microsoft Graph does not serve granular relationships (GDAP) in this cloud.",
  );
