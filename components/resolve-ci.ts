/** Converts settings to arguments of the identities: looks up what exists in the cloud before anything is declared. */
import * as authorization from "@pulumi/azure-native/authorization";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { resourceManager } from "../lib/azure/resource-manager";
import { azureCredential } from "../lib/azure/credential";
import { assigning, makingGroup, refusalOf, requireRights } from "../lib/ci-identities/administrator";
import { type Model, placesOf } from "../lib/ci-identities/look";
import { environmentOf } from "../lib/ci-identities/environments";
import { isVaultToRecover, requireFreeAccount } from "../lib/ci-identities/look-state";
import { requireSubjects } from "../lib/ci-identities/provider";
import { heldBy, identitiesOf, type ModelNeeds } from "../lib/ci-identities/rights";
import { type Cloud, firstPartyApps } from "../lib/config/clouds";
import { metadataOnly } from "../lib/consent/verdict";
import { present } from "../lib/errors/failure";
import { claimsOf } from "../lib/oauth/claims";
import type { CiIdentitiesArgs, CiStack } from "./ci-identities";
import type { Connection } from "./cloud-providers";
import { recoveryOf } from "./resolve-vault";

export type DescribedModel = Omit<Model, "subscriptionId"> & { subscriptionId?: string | undefined; needs: ModelNeeds };

export type DescribedCi = Omit<CiIdentitiesArgs, "cloud" | "tenantId" | "subscriptionId" | "graph" | "stacks">;

/**
 * Checks that the person who runs the stack may assign the roles at their scopes, and that the names are not taken.
 * @throws Failure with the fix; ApiError; CredentialError
 */
export async function resolveCi(
  cloud: Cloud,
  { tenantId, providers }: Connection,
  described: DescribedCi,
  models: readonly DescribedModel[],
): Promise<CiIdentitiesArgs> {
  requireSubjects(
    described.provider,
    models.flatMap(({ stack, needs }) => identitiesOf(needs).map((kind) => environmentOf(stack, kind))),
  );
  const { subscriptionId } = await authorization.getClientConfig({ provider: providers["azure-native"] });
  const api = resourceManager(cloud);
  const stacks = await Promise.all(
    models.map(async ({ needs, ...model }): Promise<CiStack> => {
      const placed = { ...model, subscriptionId: model.subscriptionId ?? subscriptionId };
      return { ...placed, needs, places: await placesOf(api, tenantId, placed) };
    }),
  );
  const { state } = described;
  const place = state && { ...state, subscriptionId };
  // A run that only compares, such as `drift`, assigns no role.
  if (process.env[metadataOnly] === undefined) {
    const told = await azureCredential(cloud, { ...process.env, ARM_TENANT_ID: tenantId }).getToken(
      `${cloud.microsoftGraph}/.default`,
    );
    const claims = claimsOf(present(told, "The credential has no token for Microsoft Graph.").token);
    const refusal = refusalOf(claims);
    if (refusal !== undefined) throw refusal;
    const above = `/subscriptions/${subscriptionId}`;
    const ofState = place === undefined ? [] : [makingGroup(above, place.resourceGroupName), assigning(above)];
    await requireRights(api, [...ofState, ...scopesOf(stacks).map(assigning)], claims.oid ?? "<object id>");
  }
  const recovers = place !== undefined && (await isVaultToRecover(api, place));
  if (place !== undefined) await requireFreeAccount(api, place);
  if (recovers) await pulumi.log.warn(recoveryOf(place.vault));
  for (const later of stacks.flatMap(({ places }) => places.later)) await pulumi.log.info(later);
  const { objectId, appRoleIds } = await azuread.getServicePrincipal(
    { clientId: firstPartyApps.microsoftGraph },
    { provider: providers.azuread },
  );
  const made = { ...described, ...(state && { state: { ...state, recovers } }) };
  return { ...made, cloud, tenantId, subscriptionId, stacks, graph: { objectId, appRoleIds } };
}

/** The scopes of today's role assignments: only the widest, because a right there applies to everything below. */
function scopesOf(stacks: readonly CiStack[]): string[] {
  const all = stacks.flatMap(({ needs, places }) =>
    identitiesOf(needs).flatMap((name) =>
      heldBy(needs)[name].rights.flatMap(({ at }) => {
        const scope = at === "container" || at === "key" ? undefined : places[at];
        return scope === undefined ? [] : [scope];
      }),
    ),
  );
  const unique = [...new Set(all)];
  return unique.filter((scope) => !unique.some((other) => scope.startsWith(`${other}/`)));
}
