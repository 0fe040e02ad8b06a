/** Ends all sign-in sessions of the accounts that consented: Entra then refuses every refresh token of theirs, whoever has a copy. */
import { ApiError } from "../../azure/api";
import { az, byPerson, Failure, type Fix, partsOf } from "../../errors/failure";
import { printNote } from "../output";
import { type Account, accountText, type Plan } from "./plan";
import type { Step } from "./step";
import type { DisabledToken } from "./tokens";

export async function revokeSessions({ graph, accounts }: Pick<Plan, "graph" | "accounts">): Promise<Step<Account>> {
  const [done, left]: [Account[], unknown[]] = [[], []];
  for (const account of accounts) {
    try {
      await graph.post(pathOf(account), {}).catch((error: unknown) => {
        // An account that is gone has no sessions.
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
      });
      done.push(account);
      printNote(`Revoked: all sign-in sessions of ${accountText(account)}.`);
    } catch (error) {
      left.push(notRevoked(graph.origin, account, error));
    }
  }
  return { done, left };
}

const pathOf = ({ id }: Account): string => `/v1.0/users/${encodeURIComponent(id)}/revokeSignInSessions`;

function notRevoked(graph: string, account: Account, error: unknown): Failure {
  const { what, why, fixes = [] } = partsOf(error);
  return new Failure("sessions-not-revoked", {
    what: `The sign-in sessions of ${accountText(account)} are not revoked: a copy of the token is redeemed by whoever has a credential of the application. ${what}`,
    why,
    fixes: [...fixes, byAdministrator(graph, account)],
  });
}

/** Sources: Microsoft's pages on revokeSignInSessions, and on who can perform sensitive actions. */
const byAdministrator = (graph: string, account: Account): Fix =>
  byPerson(
    "A User Administrator revokes them, of an account that has a role itself a Privileged Authentication Administrator: in the portal (Users, the account, Revoke sessions) or, signed in by az login",
    az("rest", "--method", "POST", "--url", `${graph}${pathOf(account)}`),
  );

/** Of other tenants, in which this process is nobody. @returns undefined if the vault has no token of theirs */
export function sessionsElsewhere(
  { graph, tenantId }: Plan,
  { done: tokens }: Step<DisabledToken>,
): Failure | undefined {
  const others = tokens.filter((one) => one.tenantId !== tenantId);
  const told = others.flatMap((one) => one.accounts.map((account) => `${accountText(account)} in ${one.tenantId}`));
  if (told.length === 0) return undefined;
  return new Failure("sessions-not-revoked", {
    what: `The vault had tokens of other tenants as well, and the sign-in sessions there are not revoked: ${told.join(", ")}.`,
    fixes: [byAdministrator(graph.origin, { id: "<object id>", name: "" })],
  });
}
