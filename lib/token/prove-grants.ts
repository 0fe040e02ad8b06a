/** The declared permissions that a token includes, proven by redeeming it: tags and directory are no proof. */
import type { DeclaredResource } from "../application/permissions";
import type { Retry } from "../azure/retry";
import { audienceOf, firstPartyApps } from "../config/clouds";
import { byPerson, pulumi } from "../errors/failure";
import { EntraError } from "../oauth/aadsts";
import { redeemRefreshToken, type Tokens } from "../oauth/refresh-token";
import { now } from "../startup/clock";
import type { RecordedCredential } from "../credential/client-credential";
import { IncompleteError } from "./errors";
import type { ConsentTarget, Progress } from "./target";

export type Scopes = Pick<DeclaredResource, "resource" | "scopes">;

export interface Proof {
  brought: readonly Scopes[];
  missing: readonly Scopes[];
}

/** Milliseconds until Entra's tokens include a new grant; Microsoft's pages name no time. */
const grantWindow = 3 * 60_000;

export const grantWait = (waitsFor = "what was granted to take effect"): Retry => ({
  waitsFor,
  deadline: now() + grantWindow,
  isRetryable: (error) => error instanceof IncompleteError,
});

export const onceGrantsTakeEffect = byPerson("A grant takes a while to take effect. Then deploy again", pulumi("up"));

/** Whether no permission of that resource is granted. */
export function isNotGranted(error: unknown): error is EntraError {
  return error instanceof EntraError && error.aadsts === 65001;
}

/**
 * Redeems a token for every declared resource but Partner Center, which it was redeemed for already. Azure AD
 * Graph is retired: a refusal there counts only for a missing consent, and is printed otherwise. If a permission
 * is missing, other refusals of any resource are printed too.
 * @param tokens of Partner Center
 * @throws EntraError for a refusal although nothing is missing; Failure when Entra does not respond
 */
export async function proveGrants(
  { cloud, permissions }: Pick<ConsentTarget, "cloud" | "permissions">,
  credential: RecordedCredential,
  tokens: Pick<Tokens, "refreshToken" | "scopes">,
  progress: Progress,
): Promise<Proof> {
  const proofs = permissions.map(async (declared): Promise<Proof & { refusal?: EntraError }> => {
    const audience = audienceOf(cloud, declared.resourceAppId);
    if (audience === cloud.partnerCenter) return proofOf(declared, tokens.scopes);
    try {
      const { scopes } = await credential.use((application) =>
        redeemRefreshToken(cloud, application, tokens.refreshToken, audience),
      );
      return proofOf(declared, scopes);
    } catch (error) {
      if (isNotGranted(error)) return proofOf(declared, []);
      if (!(error instanceof EntraError)) throw error;
      const neither = { brought: [], missing: [] };
      if (declared.resourceAppId !== firstPartyApps.azureAdGraph) return { ...neither, refusal: error };
      progress(`There is no token for ${declared.resource}, which is retired; nothing else needs it. ${error.what}`);
      return neither;
    }
  });
  const all = await Promise.all(proofs);
  const [brought, missing] = [all.flatMap((one) => one.brought), all.flatMap((one) => one.missing)];
  for (const { refusal } of all) {
    if (refusal === undefined) continue;
    if (missing.length === 0) throw refusal;
    progress(refusal.what);
  }
  return { brought, missing };
}

function proofOf({ resource, scopes }: DeclaredResource, carried: readonly string[]): Proof {
  const held = new Set(carried.map((name) => name.toLowerCase()));
  const of = (isBrought: boolean): Scopes[] => {
    const some = scopes.filter((name) => held.has(name.toLowerCase()) === isBrought);
    return some.length === 0 ? [] : [{ resource, scopes: some }];
  };
  return { brought: of(true), missing: of(false) };
}

export function partnerCenterIn(permissions: readonly DeclaredResource[]): Scopes[] {
  return permissions.filter(({ resourceAppId }) => resourceAppId === firstPartyApps.partnerCenter);
}

/** "The token in … lacks Azure Resource Manager user_impersonation": not a whole sentence. */
export const lackIn = ({ vaultUri }: Pick<ConsentTarget, "vaultUri">, missing: readonly Scopes[]): string =>
  `The token in ${vaultUri} lacks ${namesOf(missing)}`;

/** "Azure Resource Manager user_impersonation, Microsoft Graph User.Read" */
export function namesOf(some: readonly Scopes[]): string {
  return some.flatMap(({ resource, scopes }) => scopes.map((scope) => `${resource} ${scope}`)).join(", ");
}
