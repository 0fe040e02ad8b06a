/** Ends all sign-in sessions of the accounts that consented: Entra then refuses every refresh token of theirs, whoever has a copy. */
import * as v from "valibot";
import { ApiError } from "../../lib/azure/api";
import { az, byPerson, Failure, type Fix } from "../../lib/errors/failure";
import { printNote } from "../terminal/output";
import { type Account, accountText, type Plan } from "./plan";
import { because, leave, type Step } from "./next";
import type { DisabledToken } from "./tokens";

export async function revokeSessions(plan: Plan): Promise<Step<Account>> {
  const { graph, accounts } = plan;
  const [done, left]: [Account[], unknown[]] = [[], []];
  if (accounts.length === 0) leave(left, nobodyKnown(plan));
  for (const account of accounts) {
    try {
      const answer = await graph.post(pathOf(account), {}, v.optional(v.looseObject({ value: v.unknown() })));
      if (answer?.value === false) throw new Failure("service-refused", "Microsoft Graph answers that it did not.");
      done.push(account);
      printNote(`Revoked: all sign-in sessions of ${accountText(account)}.`);
    } catch (error) {
      const isUnknown = error instanceof ApiError && error.status === 404;
      leave(left, isUnknown ? notHere(plan, account) : notRevoked(graph.origin, account, error));
    }
  }
  return { done, left };
}

/** Ids are checked where they are read. */
const pathOf = ({ id }: Account): string => `/v1.0/users/${id}/revokeSignInSessions`;

function notRevoked(graph: string, account: Account, error: unknown): Failure {
  const what = `The sign-in sessions of ${accountText(account)} are not revoked: a copy of the token is redeemed by whoever has a credential of the application.`;
  return new Failure("sessions-not-revoked", because(error, what, byAdministrator(graph, account)));
}

/** One that was deleted has no sessions; but the tags and the state may name another than the token's. */
function notHere({ graph, tenantId }: Plan, account: Account): Failure {
  return new Failure("sessions-not-revoked", {
    what: `There is no account ${accountText(account)} in tenant ${tenantId}: no sign-in session of it is revoked.`,
    why: "Where somebody deleted it, it has none; otherwise somebody else's token was named as its own.",
    fixes: [byAdministrator(graph.origin, unknownAccount)],
  });
}

function nobodyKnown({ stack, graph }: Plan): Failure {
  return new Failure("sessions-not-revoked", {
    what: `Whose sign-in sessions are to be revoked is not known: neither the state of stack ${stack.name} nor a token's tags name an account.`,
    fixes: [byAdministrator(graph.origin, unknownAccount)],
  });
}

const unknownAccount: Account = { id: "<object id>", name: "" };

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
    fixes: [byAdministrator(graph.origin, unknownAccount)],
  });
}

/** Of accounts that only the vault's last look showed: whoever said yes was not asked about them. @returns undefined if there is none */
export function sessionsNotNamed(
  { graph, tenantId, accounts }: Plan,
  { done: tokens }: Step<DisabledToken>,
): Failure | undefined {
  const late = tokens
    .filter((one) => one.tenantId === tenantId)
    .flatMap((one) => one.accounts)
    .filter(({ id }) => !accounts.some((known) => known.id === id));
  if (late.length === 0) return undefined;
  return new Failure("sessions-not-revoked", {
    what: `The vault had tokens of accounts that were not named before, and their sign-in sessions are not revoked: ${late.map(accountText).join(", ")}.`,
    fixes: late.map((account) => byAdministrator(graph.origin, account)),
  });
}
