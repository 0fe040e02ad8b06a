/** Redeems a stored refresh token, in the partner's own tenant or in a customer's. */
import type { Cloud } from "../config/clouds";
import type { Command } from "../errors/failure";
import { EntraError } from "../oauth/aadsts";
import { customerEntry } from "../oauth/aadsts-codes/customer";
import type { Tokens } from "../oauth/refresh-token";
import type { Vault } from "../vault/secrets";
import { redeemStored, requireAccount, type StoredToken } from "./stored-token";

/** @throws ForeignTokenError for another account's token; EntraError */
export async function redeemIn(
  { cloud, vault }: { cloud: Cloud; vault: Vault },
  stored: StoredToken,
  resource: string,
  tenantId = stored.tags.tenant,
): Promise<Tokens> {
  const isAtHome = tenantId === stored.tags.tenant;
  try {
    const tokens = await redeemStored(cloud, vault, stored, resource, tenantId);
    // In a customer's tenant the account has a different object id.
    if (isAtHome) requireAccount(stored.tags, tokens.accessToken);
    return tokens;
  } catch (error) {
    throw isAtHome ? error : inCustomerTenant(error, tenantId);
  }
}

/** There the same numbers have other meanings and fixes. */
function inCustomerTenant(error: unknown, tenantId: string): unknown {
  const own = error instanceof EntraError ? customerEntry(error.aadsts, error.remedy) : undefined;
  if (!(error instanceof EntraError) || own === undefined) return error;
  const named = (one: Command): Command => ({
    ...one,
    args: one.args.map((word) => (word === "<customer tenant>" ? tenantId : word)),
  });
  return new EntraError(error.error, error.aadsts, own.remedy, {
    what: `A token for customer tenant ${tenantId} was refused: ${own.meaning}.`,
    why: [own.why, error.why].join(" "),
    fixes: own.fixes.map(({ commands = [], ...fix }) => ({ ...fix, commands: commands.map(named) })),
  });
}
