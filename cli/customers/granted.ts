/** What is granted at a customer. Only a redemption there shows it: Partner Center has no request for it. */
import { retry } from "../../lib/azure/retry";
import { audienceOf, type Cloud } from "../../lib/config/clouds";
import { grantWait, namesOf } from "../../lib/consent/prove-grants";
import { EntraError } from "../../lib/oauth/aadsts";
import type { ApplicationGrant } from "../../lib/partner-center/application-consents";
import { redeemIn } from "../redemption/redeem";
import { nameOf } from "../redemption/resources";
import type { Partner } from "./partner";

/**
 * @param isNew whether to wait until a new consent has taken effect, or for the longest time that may take
 * @throws EntraError when Entra refuses for a reason other than a missing consent
 */
export async function grantedAt(
  partner: Partner,
  tenantId: string,
  asked: readonly ApplicationGrant[],
  isNew = false,
): Promise<ApplicationGrant[]> {
  const look = async () =>
    await Promise.all(
      asked.map(async ({ resourceAppId }) => ({
        resourceAppId,
        scopes: await scopesAt(partner, tenantId, resourceAppId),
      })),
    );
  return await partner.redeeming(async () => {
    if (!isNew) return await look();
    let granted: ApplicationGrant[] = [];
    const isRetryable = (error: unknown) => error instanceof NotYet;
    await retry({ ...grantWait("the consent to take effect"), isRetryable }, async () => {
      granted = await look();
      const { lacks, hasBesides } = differenceOf(partner.cloud, asked, granted);
      if (lacks + hasBesides !== "") throw new NotYet();
    }).catch((error: unknown) => {
      if (!(error instanceof NotYet)) throw error;
    });
    return granted;
  });
}

class NotYet extends Error {}

async function scopesAt(partner: Partner, tenantId: string, resourceAppId: string): Promise<string[]> {
  try {
    const audience = audienceOf(partner.cloud, resourceAppId);
    const { scopes } = await redeemIn(partner, partner.stored, audience, tenantId);
    return scopes.filter((scope) => !ofSignIn.includes(scope.toLowerCase()));
  } catch (error) {
    if (error instanceof EntraError && error.remedy === "customer-consent") return [];
    throw error;
  }
}

/** Scopes that no consent contains: those of any sign-in, and .default, which Entra returns if requested. */
const ofSignIn = ["openid", "profile", "email", "offline_access", ".default"];

/** @returns what the granted scopes lack of those asked for, and what they have besides: a sentence or "" */
export function differenceOf(
  cloud: Cloud,
  asked: readonly ApplicationGrant[],
  granted: readonly ApplicationGrant[],
): { lacks: string; hasBesides: string } {
  const sentence = (begin: string, some: readonly ApplicationGrant[], others: readonly ApplicationGrant[]) => {
    const left = some.flatMap(({ resourceAppId, scopes }) => {
      const same = others.filter((other) => other.resourceAppId === resourceAppId);
      const there = new Set(same.flatMap((other) => other.scopes).map((scope) => scope.toLowerCase()));
      const names = scopes.filter((scope) => !there.has(scope.toLowerCase()));
      return names.length === 0 ? [] : [{ resource: nameOf(cloud, resourceAppId) ?? resourceAppId, scopes: names }];
    });
    return left.length === 0 ? "" : `${begin} ${namesOf(left)}.`;
  };
  return { lacks: sentence("It lacks", asked, granted), hasBesides: sentence("It has besides", granted, asked) };
}
