/** Ends the accounts' sessions: Entra then refuses every copy of their refresh tokens. */
import * as v from "valibot";
import { ApiError } from "../../lib/azure/api";
import { az, byPerson, Failure, type Fix, type Parts } from "../../lib/errors/failure";
import { printNote } from "../terminal/output";
import { type Account, accountText, type Plan } from "./plan";
import { because, type Leave } from "./next";
import type { DisabledToken } from "./tokens";

export async function revokeSessions(plan: Plan, leave: Leave): Promise<Account[]> {
  const { graph, accounts, stack } = plan;
  const done: Account[] = [];
  if (accounts.length === 0) {
    const what =
      "Could not tell whose sign-in sessions to revoke: " +
      `neither the state of stack ${stack.name} nor a token's tags name an account.`;
    leave(notRevoked(what, byAdministrator(graph.origin)));
  }
  for (const account of accounts) {
    try {
      const answer = await graph.post(pathOf(account), {}, v.optional(v.looseObject({ value: v.unknown() })));
      if (answer?.value === false) throw new Failure("service-refused", "Microsoft Graph answers that it did not.");
      done.push(account);
      printNote(`Revoked: all sign-in sessions of ${accountText(account)}.`);
    } catch (error) {
      leave(refused(plan, account, error));
    }
  }
  return done;
}

/** The account may be deleted; or the tags and the state may name another one. */
function refused({ graph, tenantId }: Plan, account: Account, error: unknown): Failure {
  if (error instanceof ApiError && error.status === 404) {
    const what = `There is no account ${accountText(account)} in tenant ${tenantId}: no sign-in session of it is revoked.`;
    const why = "A deleted account has no sessions; otherwise the state or a tag names the wrong account.";
    return notRevoked({ what, why }, byAdministrator(graph.origin));
  }
  const what =
    `The sign-in sessions of ${accountText(account)} are not revoked: ` +
    "everyone with a copy of the token and a credential of the application can still use it.";
  return notRevoked(because(error, what, byAdministrator(graph.origin, account)));
}

const notRevoked = (said: Parts | string, ...fixes: readonly Fix[]): Failure =>
  new Failure("sessions-not-revoked", said, ...fixes);

/** Ids are checked where they are read. */
const pathOf = ({ id }: Account): string => `/v1.0/users/${id}/revokeSignInSessions`;

/** Source: Microsoft's pages on revokeSignInSessions and on sensitive actions. */
const byAdministrator = (graph: string, account: Account = { id: "<object id>", name: "" }): Fix =>
  byPerson(
    "A User Administrator revokes them (if the account has a directory role, a Privileged Authentication Administrator): " +
      "in the portal (Users, the account, Revoke sessions) or, signed in by az login",
    az("rest", "--method", "POST", "--url", `${graph}${pathOf(account)}`),
  );

/** Reports sessions that were not ended: of accounts found only in the vault, and of other tenants. */
export function leaveOtherSessions(plan: Plan, tokens: readonly DisabledToken[], leave: Leave): void {
  const { graph, tenantId, accounts } = plan;
  const all = tokens.flatMap(({ accounts: some, ...token }) => some.map((account) => ({ ...token, account })));
  const late = all
    .filter((one) => one.tenantId === tenantId && !accounts.some(({ id }) => id === one.account.id))
    .map(({ account }) => account);
  if (late.length > 0) {
    const what =
      "The vault had tokens of accounts that were not named before, " +
      `and their sign-in sessions are not revoked: ${late.map(accountText).join(", ")}.`;
    leave(notRevoked(what, ...late.map((account) => byAdministrator(graph.origin, account))));
  }
  const elsewhere = all.filter((one) => one.tenantId !== tenantId);
  if (elsewhere.length > 0) {
    const names = elsewhere.map((one) => `${accountText(one.account)} in ${one.tenantId}`).join(", ");
    const what = `The vault had tokens of other tenants as well, and the sign-in sessions there are not revoked: ${names}.`;
    leave(notRevoked(what, byAdministrator(graph.origin)));
  }
}
