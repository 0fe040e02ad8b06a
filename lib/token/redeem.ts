/** Redeems a stored refresh token, in the partner's own tenant or in a customer's. */
import type { Cloud } from "../config/clouds";
import { filled } from "../errors/failure";
import { fitting } from "../errors/text";
import { EntraError } from "../oauth/aadsts";
import { customerEntry } from "../oauth/aadsts-codes/customer";
import type { Tokens } from "../oauth/refresh-token";
import type { Vault } from "../vault/secrets";
import { isNotGranted } from "./prove-grants";
import { readToken, redeemStored, requireAccount, type StoredToken } from "./stored-token";
import { refreshTokenNameOf } from "./target";

interface Place {
  cloud: Cloud;
  vault: Vault;
}

/** @throws ForeignTokenError for another account's token; EntraError */
export async function redeemIn(
  cloud: Cloud,
  stored: StoredToken,
  resource: string,
  tenantId = stored.tags.tenant,
): Promise<Tokens> {
  const isAtHome = tenantId === stored.tags.tenant;
  try {
    const tokens = await redeemStored(cloud, stored, resource, tenantId);
    // In a customer's tenant the account has a different object id.
    if (isAtHome) requireAccount(stored.tags, tokens.accessToken);
    return tokens;
  } catch (error) {
    throw isAtHome ? error : inCustomerTenant(error, tenantId);
  }
}

export type Redeem = (resource: string, tenantId?: string) => Promise<Tokens>;

/**
 * Redeems for a long run. In a customer's tenant the account has another object id: the token's owner is therefore
 * checked once, in the partner's tenant, before the first token for a customer. @throws as {@link redeemIn}
 */
export function redeemerOf(cloud: Cloud, stored: StoredToken): Redeem {
  let checked: Promise<unknown> | undefined;
  return async (resource, tenantId = stored.tags.tenant) => {
    if (tenantId !== stored.tags.tenant) {
      checked ??= redeemIn(cloud, stored, cloud.partnerCenter).catch((error: unknown) => {
        // Without a grant in the partner's tenant the owner cannot be checked.
        if (error instanceof EntraError && isNotGranted(error)) return;
        checked = undefined;
        throw error;
      });
      await checked;
    }
    return await redeemIn(cloud, stored, resource, tenantId);
  };
}

/** Redeems for as long as a program runs: a refused token is read again, as somebody may have consented. */
export function lastingRedeemerOf(place: Place, first: StoredToken): Redeem {
  const using = (stored: StoredToken) => ({ stored, redeem: redeemerOf(place.cloud, stored) });
  let current = using(first);
  return async (resource, tenantId) => {
    // Another request may replace the current one before this one's refusal arrives.
    const used = current;
    try {
      return await used.redeem(resource, tenantId);
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      const now = await readToken(place.cloud, place.vault, refreshTokenNameOf(used.stored.tags.tenant));
      if (now.refreshToken === used.stored.refreshToken) throw error;
      if (now.refreshToken !== current.stored.refreshToken) current = using(now);
      return await current.redeem(resource, tenantId);
    }
  };
}

/** The refusal in a customer's tenant, where Entra's numbers have other meanings and fixes. */
function inCustomerTenant(error: unknown, tenantId: string): unknown {
  const own = error instanceof EntraError ? customerEntry(error.aadsts, error.remedy) : undefined;
  if (!(error instanceof EntraError) || own === undefined) return error;
  const number = error.aadsts === undefined ? "" : ` (AADSTS${error.aadsts})`;
  const what = `A token for customer tenant ${tenantId} was refused${number}: ${own.meaning}.`;
  return new EntraError(error.error, error.aadsts, own.remedy, {
    what,
    why: [own.why, fitting(error.why ?? "", what, own.why)].filter(Boolean).join(" "),
    fixes: filled(own.fixes, { "<customer tenant>": tenantId }),
  });
}
