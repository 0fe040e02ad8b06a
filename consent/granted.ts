/**
 * What a token brings of the declared permissions, proven by redeeming it for each resource: Entra's answer names what it carries.
 * No tag tells that, and no directory: a grant that somebody took back is in neither.
 */
import type { DeclaredResource } from "../application/permissions";
import type { Retry } from "../azure/retry";
import { audienceOf, type Cloud, firstPartyApps } from "../config/clouds";
import { byPerson, pulumi } from "../errors/failure";
import { EntraError } from "../oauth/aadsts";
import type { ApplicationCredential } from "../oauth/confidential-client";
import { redeemRefreshToken, type Tokens } from "../oauth/refresh-token";
import { now } from "../startup/clock";
import type { ConsentTarget } from "./target";

/** Some delegated permissions of one resource, by name. */
export type Scopes = Pick<DeclaredResource, "resource" | "scopes">;

/** What nobody granted of one resource. */
export type Missing = Scopes;

/** What of the declared permissions a token brings and lacks. */
export interface Proof {
  brought: readonly Scopes[];
  missing: readonly Missing[];
}

/** Of one resource: with the refusal that keeps a token from it although it may be granted. */
type ResourceProof = Proof & { refusal?: EntraError };

/** Milliseconds that a grant may take until Entra's tokens bring it; Microsoft's pages name no time. */
const grantWindow = 3 * 60_000;

/** How a grant that was made is waited for, from now on. */
export const grantWait = (
  waitsFor = "what was granted to take effect",
): Pick<Retry, "waitsFor" | "deadline" | "firstPause"> => ({
  waitsFor,
  deadline: now() + grantWindow,
  firstPause: 500,
});

/** Where the wait was too short. */
export const onceGrantsTakeEffect = byPerson(
  "A grant takes a while to take effect. Then deploy again",
  pulumi("up", "--refresh"),
);

/** AADSTS65001: nobody granted anything of that resource. */
const notGranted = 65001;

export function isNotGranted(error: unknown): error is EntraError {
  return error instanceof EntraError && error.aadsts === notGranted;
}

/** The delegated permissions that a token carries for a resource, as Entra's answer names them; none where nobody granted any. @throws EntraError */
export async function scopesGranted(
  cloud: Cloud,
  application: ApplicationCredential,
  refreshToken: string,
  audience: string,
): Promise<readonly string[]> {
  try {
    return (await redeemRefreshToken(cloud, application, refreshToken, audience)).scopes;
  } catch (error) {
    if (isNotGranted(error)) return [];
    throw error;
  }
}

/**
 * Redeems a token for every declared resource but Partner Center, which it was redeemed for already.
 * Azure AD Graph no longer answers anybody, so that only its consent is asked for: another refusal of it is told, and blocks nothing.
 * Where something is missing that comes first, and another resource's refusal, which no consent fixes, is told.
 * @param tokens of Partner Center
 * @throws EntraError for a resource that refuses although nothing is missing; Failure when Entra does not answer
 */
export async function proveGrants(
  target: Pick<ConsentTarget, "cloud" | "permissions">,
  application: ApplicationCredential,
  tokens: Pick<Tokens, "refreshToken" | "scopes">,
  progress: (line: string) => void,
): Promise<Proof> {
  const { cloud, permissions } = target;
  const proofs = permissions.map(async (declared): Promise<ResourceProof> => {
    const audience = audienceOf(cloud, declared.resourceAppId);
    if (audience === cloud.partnerCenter) return proofOf(declared, tokens.scopes);
    try {
      return proofOf(declared, await scopesGranted(cloud, application, tokens.refreshToken, audience));
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      if (declared.resourceAppId !== firstPartyApps.azureAdGraph) return { ...nothing, refusal: error };
      progress(`There is no token for ${declared.resource}, which is retired; nothing else needs it. ${error.what}`);
      return nothing;
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

const nothing: Proof = { brought: [], missing: [] };

function proofOf({ resource, scopes }: DeclaredResource, carried: readonly string[]): Proof {
  const held = new Set(carried.map((name) => name.toLowerCase()));
  const of = (isBrought: boolean): Scopes[] => {
    const some = scopes.filter((name) => held.has(name.toLowerCase()) === isBrought);
    return some.length === 0 ? [] : [{ resource, scopes: some }];
  };
  return { brought: of(true), missing: of(false) };
}

/** Partner Center's part of what is declared. */
export function partnerCenterIn(permissions: readonly DeclaredResource[]): Missing[] {
  return permissions.filter(({ resourceAppId }) => resourceAppId === firstPartyApps.partnerCenter);
}

/** "Azure Resource Manager user_impersonation, Microsoft Graph User.Read" */
export function namesOf(some: readonly Scopes[]): string {
  return some.flatMap(({ resource, scopes }) => scopes.map((scope) => `${resource} ${scope}`)).join(", ");
}
