/** Refusals in a customer's tenant: the same numbers as in the partner's own, but with other fixes. */
import type { Command } from "../../lib/errors/failure";
import { EntraError } from "../../lib/oauth/aadsts";
import { customerEntry } from "../../lib/oauth/aadsts-codes/customer";

/** The refusal with the customer's own meaning and fixes; any other failure unchanged. */
export function inCustomerTenant(error: unknown, tenantId: string): unknown {
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
