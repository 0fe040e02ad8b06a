/** Permissions granted at a customer: only a redemption there shows them. */
import { retry, type Retry } from "../../lib/azure/retry";
import { audienceOf, type Cloud } from "../../lib/config/clouds";
import { namesOf } from "../../lib/token/prove-grants";
import { EntraError } from "../../lib/oauth/aadsts";
import { customerEntry } from "../../lib/oauth/aadsts-codes/customer";
import { withoutThoseOfSignIn } from "../../lib/oauth/token-request";
import type { ApplicationGrant } from "../../lib/partner-center/application-consents";
import { redeemIn } from "../../lib/token/redeem";
import { nameOf } from "../redemption/resources";
import type { Partner } from "./partner";

export interface EffectWait extends Omit<Retry, "isRetryable"> {
  /** The condition that ends the wait. */
  isThere: (granted: readonly ApplicationGrant[]) => boolean;
}

/** @param wait default: one look, no wait @throws EntraError unless a consent is missing */
export async function grantedAt(
  partner: Partner,
  tenantId: string,
  asked: readonly ApplicationGrant[],
  wait?: EffectWait,
): Promise<ApplicationGrant[]> {
  const look = () => Promise.all(asked.map(({ resourceAppId }) => grantOf(partner, tenantId, resourceAppId)));
  return await partner.redeeming(async () => {
    if (wait === undefined) return look();
    let granted: ApplicationGrant[] = [];
    await retry({ ...wait, isRetryable: (error) => error instanceof NotYet }, async () => {
      granted = await look();
      if (!wait.isThere(granted)) throw new NotYet();
    }).catch((error: unknown) => {
      if (!(error instanceof NotYet)) throw error;
    });
    return granted;
  });
}

class NotYet extends Error {}

async function grantOf(partner: Partner, tenantId: string, resourceAppId: string): Promise<ApplicationGrant> {
  try {
    const audience = audienceOf(partner.cloud, resourceAppId);
    const { scopes } = await redeemIn(partner.cloud, partner.stored, audience, tenantId);
    return { resourceAppId, scopes: withoutThoseOfSignIn(scopes) };
  } catch (error) {
    // customerEntry, because in the partner's own tenant the number has another remedy.
    const isAbsent =
      error instanceof EntraError && customerEntry(error.aadsts, error.remedy)?.remedy === "customer-consent";
    if (!isAbsent) throw error;
    return { resourceAppId, scopes: [] };
  }
}

/** @returns the differences from the requested scopes: each a sentence or "" */
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
  return { lacks: sentence("It lacks", asked, granted), hasBesides: sentence("It also has", granted, asked) };
}
