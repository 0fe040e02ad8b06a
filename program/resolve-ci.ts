/** Converts settings to the identities' arguments, and looks up what exists before anything is declared. */
import * as authorization from "@pulumi/azure-native/authorization";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { resourceManager } from "../lib/azure/resource-manager";
import { azureCredential } from "../lib/azure/credential";
import { assigning, makingGroup, refusalOf, requireRights } from "../lib/ci-identities/administrator";
import { placesOf } from "../lib/ci-identities/look";
import { environmentOf } from "../lib/ci-identities/environments";
import { isVaultToRecover, requireFreeAccount } from "../lib/ci-identities/look-state";
import { requireSubjects } from "../lib/ci-identities/provider";
import { heldBy, identitiesOf } from "../lib/ci-identities/rights";
import type { BootstrapSettings } from "../lib/config/bootstrap";
import { type Cloud, firstPartyApps } from "../lib/config/clouds";
import { readsMetadataOnly } from "../lib/config/own-variables";
import type { describeModel } from "../lib/config/model-file";
import { present } from "../lib/errors/failure";
import { claimsOf } from "../lib/oauth/claims";
import { recoveryOf } from "./resolve/vault";
import type { CiIdentitiesArgs } from "../components/ci-identities";
import type { CiStack } from "../components/ci-identity";
import type { Connection } from "./cloud-providers";

/** Requires the right to assign the roles, and free names. @throws Failure; ApiError; CredentialError */
export async function resolveCi(
  cloud: Cloud,
  { tenantId, providers }: Connection,
  { ci: { provider, state }, protect, endpoints }: BootstrapSettings,
  models: readonly ReturnType<typeof describeModel>[],
): Promise<CiIdentitiesArgs> {
  requireSubjects(
    provider,
    models.flatMap(({ stack, needs }) => identitiesOf(needs).map((kind) => environmentOf(stack, kind))),
  );
  const { subscriptionId } = await authorization.getClientConfig({ provider: providers["azure-native"] });
  const api = resourceManager(cloud);
  const stacks = await Promise.all(
    models.map(async ({ needs, ...model }): Promise<CiStack> => {
      const subscribed = { ...model, subscriptionId: model.subscriptionId ?? subscriptionId };
      return { ...subscribed, needs, places: await placesOf(api, tenantId, subscribed) };
    }),
  );
  const place = state && { ...state, subscriptionId };
  // A run that only compares, such as `drift`, assigns no role.
  if (!readsMetadataOnly()) {
    const credential = azureCredential(cloud, { ...process.env, ARM_TENANT_ID: tenantId });
    const told = await credential.getToken(`${cloud.microsoftGraph}/.default`);
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
  const named = { clientId: firstPartyApps.microsoftGraph };
  const { objectId, appRoleIds } = await azuread.getServicePrincipal(named, { provider: providers.azuread });
  const made = { cloud, endpoints, tenantId, subscriptionId, provider, protect, stacks };
  return { ...made, graph: { objectId, appRoleIds }, ...(state && { state: { ...state, recovers } }) };
}

/** The widest scopes of today's role assignments: a right there applies to everything below. */
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
