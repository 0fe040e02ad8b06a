/**
 * What is granted in a customer's tenant. Partner Center documents how to add and remove a consent, but not how to read it: Entra's
 * response to a redemption there lists the token's scopes.
 */
import { retry } from "../../lib/azure/retry";
import { audienceOf, type Cloud } from "../../lib/config/clouds";
import { grantWait, namesOf, scopesGranted, type Scopes } from "../../lib/consent/prove-grants";
import { EntraError } from "../../lib/oauth/aadsts";
import type { ApplicationCredential } from "../../lib/oauth/confidential-client";
import type { ApplicationGrant } from "../../lib/partner-center/application-consents";
import { inCustomerTenant } from "../redemption/customer-refusal";
import { nameOf } from "../redemption/resources";

/** Redeems in a customer's tenant. */
export interface Redeemer {
  cloud: Cloud;
  /** In the customer's tenant. */
  application: ApplicationCredential;
  refreshToken: string;
}

/** How a customer's consent differs from the requested one. */
export interface Difference {
  lacks: readonly Scopes[];
  hasBesides: readonly Scopes[];
}

/** The same resources with the granted scopes of each. @throws EntraError when Entra refuses for a reason other than a missing consent */
export async function grantedThere(
  redeemer: Redeemer,
  asked: readonly ApplicationGrant[],
): Promise<ApplicationGrant[]> {
  return await Promise.all(
    asked.map(async ({ resourceAppId }) => ({ resourceAppId, scopes: await scopesThere(redeemer, resourceAppId) })),
  );
}

/** As {@link grantedThere}, after a new consent has taken effect, or after the longest time that may take. */
export async function grantedOnceThere(
  redeemer: Redeemer,
  asked: readonly ApplicationGrant[],
): Promise<ApplicationGrant[]> {
  let granted: ApplicationGrant[] = [];
  const isRetryable = (error: unknown) => error instanceof NotYet;
  await retry({ ...grantWait("the consent to take effect"), isRetryable }, async () => {
    granted = await grantedThere(redeemer, asked);
    if (differenceOf(redeemer.cloud, asked, granted) !== undefined) throw new NotYet();
  }).catch((error: unknown) => {
    if (!(error instanceof NotYet)) throw error;
  });
  return granted;
}

class NotYet extends Error {}

async function scopesThere({ cloud, application, refreshToken }: Redeemer, resourceAppId: string): Promise<string[]> {
  try {
    const scopes = await scopesGranted(cloud, application, refreshToken, audienceOf(cloud, resourceAppId));
    return scopes.filter((scope) => !ofSignIn.includes(scope.toLowerCase()));
  } catch (error) {
    const told = inCustomerTenant(error, application.tenantId);
    if (told instanceof EntraError && told.remedy === "customer-consent") return [];
    throw told;
  }
}

/** Scopes in every response, which Partner Center's consents never contain; Entra includes /.default if it was requested. */
const ofSignIn = ["openid", "profile", "email", "offline_access", ".default"];

/** Undefined if the granted scopes are the requested ones. */
export function differenceOf(
  cloud: Cloud,
  asked: readonly ApplicationGrant[],
  granted: readonly ApplicationGrant[],
): Difference | undefined {
  const lacks = without(cloud, asked, granted);
  const hasBesides = without(cloud, granted, asked);
  return lacks.length + hasBesides.length === 0 ? undefined : { lacks, hasBesides };
}

/** The scopes that are in some grants but not in others. */
function without(cloud: Cloud, some: readonly ApplicationGrant[], others: readonly ApplicationGrant[]): Scopes[] {
  return some.flatMap(({ resourceAppId, scopes }) => {
    const same = others.filter((other) => other.resourceAppId === resourceAppId);
    const there = new Set(same.flatMap((other) => other.scopes).map((scope) => scope.toLowerCase()));
    const left = scopes.filter((scope) => !there.has(scope.toLowerCase()));
    return left.length === 0 ? [] : [{ resource: nameOf(cloud, resourceAppId) ?? resourceAppId, scopes: left }];
  });
}

/** Whole sentences. */
export function sentencesOf({ lacks, hasBesides }: Difference): string {
  const sentences = [
    ...(lacks.length === 0 ? [] : [`It lacks ${namesOf(lacks)}.`]),
    ...(hasBesides.length === 0 ? [] : [`It has besides ${namesOf(hasBesides)}.`]),
  ];
  return sentences.join(" ");
}
