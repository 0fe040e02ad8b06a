/**
 * What is granted in a customer's tenant. Partner Center documents how to add and remove a consent, but not how to read it: Entra's
 * response to a redemption there lists the token's scopes.
 */
import { retry } from "../../lib/azure/retry";
import { audienceOf, type Cloud } from "../../lib/config/clouds";
import { grantWait, namesOf, scopesGranted } from "../../lib/consent/prove-grants";
import { EntraError } from "../../lib/oauth/aadsts";
import type { ApplicationGrant } from "../../lib/partner-center/application-consents";
import { inCustomerTenant } from "../redemption/customer-refusal";
import { nameOf } from "../redemption/resources";
import type { Partner } from "./partner";

/**
 * The same resources with the granted scopes of each, read for a few customers at a time.
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

async function scopesAt({ cloud, stored }: Partner, tenantId: string, resourceAppId: string): Promise<string[]> {
  const application = { ...stored.application, tenantId };
  try {
    const scopes = await scopesGranted(cloud, application, stored.refreshToken, audienceOf(cloud, resourceAppId));
    return scopes.filter((scope) => !ofSignIn.includes(scope.toLowerCase()));
  } catch (error) {
    const told = inCustomerTenant(error, tenantId);
    if (told instanceof EntraError && told.remedy === "customer-consent") return [];
    throw told;
  }
}

/** Scopes in every response, which Partner Center's consents never contain; Entra includes /.default if it was requested. */
const ofSignIn = ["openid", "profile", "email", "offline_access", ".default"];

/** How the granted scopes differ from the requested ones: a sentence for each direction, "" where there is nothing. */
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
