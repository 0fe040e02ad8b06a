/** `revoke`: takes from whoever has a stack's refresh token, and its client secret, all that these open. */
import { documentOf, fixDocument } from "../../lib/errors/document";
import { Failure } from "../../lib/errors/failure";
import { fixText, textOf } from "../../lib/errors/text";
import { interruption } from "../../lib/startup/waiting";
import { requireYes } from "../terminal/require-yes";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { printData, printNote, printProblem } from "../terminal/output";
import { aimAt } from "../../lib/errors/invocation";
import { disableKeys, removeCredentials } from "./credentials";
import { type Log, logLines, logsFor } from "./logs";
import { backAgain, leave, unfinished } from "./next";
import { type Account, accountText, type Plan, planRevocation } from "./plan";
import { notListed, type Reached, redeemed, writeReached } from "./reached";
import { revokeSessions, sessionsElsewhere, sessionsNotNamed } from "./sessions";
import { type DisabledToken, disableTokens } from "./tokens";
import type { StackOptions } from "../options/target-options";
import { requirePlace } from "../terminal/whole-file";

export interface RevokeOptions extends StackOptions {
  /** The file for the customers. */
  customers?: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

interface Result {
  tokens: readonly DisabledToken[];
  /** Labels. */
  credentials: readonly string[];
  sessions: readonly Account[];
  customers: Reached | Failure | undefined;
  /** Why something is not done: each was thrown. */
  left: readonly unknown[];
}

const nothing: Result = { tokens: [], credentials: [], sessions: [], customers: undefined, left: [] };

export async function revoke(options: RevokeOptions): Promise<void> {
  const file = options.customers ?? fileFor(options.stack);
  requirePlace("--customers", file);
  const plan = await planRevocation(options);
  const { endpoints, cloud } = plan.stack.settings;
  aimAt({ cloud, vault: plan.vault.uri, endpoints: endpoints && JSON.stringify(endpoints) });
  whatIsDone(plan).forEach(printNote);
  if (options.dryRun) {
    tell(plan, nothing, options);
    return;
  }
  await requireYes(options.yes);
  const result = await revokeAll(plan, file);
  tell(plan, result, options);
  if (result.left.length === 0) return;
  if (!options.json) printProblem(unfinished(options.stack, result.left));
  throw new ExitWith(interruption().aborted ? exitCodes.interrupted : exitCodes.failed);
}

/** All at once: none waits for a service that another one needs, and a thief waits for nothing. */
async function revokeAll(plan: Plan, file: string): Promise<Result> {
  const partner = await redeemed(plan);
  const [tokens, credentials, keys, sessions] = await Promise.all([
    disableTokens(plan),
    removeCredentials(plan),
    disableKeys(plan),
    revokeSessions(plan),
  ]);
  const left = [tokens, credentials, keys, sessions].flatMap((step) => step.left);
  for (const more of [sessionsNotNamed(plan, tokens), sessionsElsewhere(plan, tokens)])
    if (more !== undefined) leave(left, more);
  const customers = await writeReached(partner, file);
  // Only this run's token could list them. One that an earlier run disabled redeems nothing, and is not left.
  if (customers instanceof Failure && customers !== partner) leave(left, notListed(plan, customers));
  return {
    tokens: tokens.done,
    credentials: credentials.done,
    sessions: sessions.done,
    customers,
    left,
  };
}

/** A stack's name may have its organization and project in front. */
const fileFor = (stack: string): string => `customers-of-${stack.split("/").at(-1) ?? stack}.json`;

function whatIsDone({ stack, vault, clientId, credentials, accounts }: Plan): string[] {
  const labels = credentials.map(({ label }) => label);
  return [
    `Takes from whoever has the refresh token of stack ${stack.name} what it opens:`,
    `- every refresh token of application ${clientId} in ${vault.uri} is disabled, those of other tenants as well;`,
    ...(labels.length === 0 ? [] : [`- ${labels.join(", ")} goes off the application;`]),
    ...accounts.map((account) => `- ${accountText(account)} is signed out everywhere, of everything.`),
    "Nothing that uses this application works until a person has consented again.",
  ];
}

function tell(plan: Plan, result: Result, { stack, dryRun, json }: RevokeOptions): void {
  const { clientId, tenantId, accounts, since } = plan;
  const { tokens, credentials, sessions, customers, left } = result;
  const logs = logsFor(plan);
  const document = {
    stack,
    done: dryRun !== true && left.length === 0,
    applicationId: clientId,
    tenantId,
    accounts,
    since: since.toISOString(),
    tokens,
    credentials,
    sessions,
    customers: customers instanceof Failure ? null : (customers ?? null),
    logs,
    next: fixDocument(backAgain(stack)),
    left: left.map(documentOf),
  };
  printData(linesOf(plan, result, logs).join("\n"), json ? document : undefined);
}

function linesOf(plan: Plan, { customers }: Result, logs: readonly Log[]): string[] {
  const { stack, clientId, accounts, since } = plan;
  const who = accounts.map(accountText).join(" and ");
  return [
    ...(customers === undefined ? [] : [customersLine(plan, customers)]),
    "Access tokens that were handed out before live on, up to 90 minutes, and what was made with them stays.",
    `Look for application ${clientId}${who === "" ? "" : ` and account ${who}`} from ${since.toISOString()} on, and keep these logs before they end:`,
    ...logLines(logs),
    fixText(backAgain(stack.name)),
  ];
}

function customersLine(plan: Plan, customers: Reached | Failure): string {
  if (customers instanceof Failure) return textOf(notListed(plan, customers));
  const { count, file } = customers;
  return `It reached ${count === 1 ? "1 customer" : `${count} customers`}: ${file}`;
}
