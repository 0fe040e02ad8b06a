/** `revoke`: takes from a thief what a stack's refresh token and client secret open. */
import { beforeNextConsent } from "../../lib/token/errors";
import { documentOf, fixDocument } from "../../lib/errors/document";
import { Failure } from "../../lib/errors/failure";
import { fixText, textOf } from "../../lib/errors/text";
import { interruption } from "../../lib/startup/waiting";
import { requireYes } from "../terminal/require-yes";
import { exitCodes } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { printResult } from "../terminal/result";
import { disableKeys, removeCredentials } from "./credentials";
import { logLines, logsFor } from "./logs";
import { leavingIn, unfinished } from "./next";
import { accountText, type Plan, planRevocation } from "./plan";
import { redeemed, writeReached } from "./reached";
import { leaveOtherSessions, revokeSessions } from "./sessions";
import { disableTokens } from "./tokens";
import { aimAt } from "../options/run-options";
import { shortName, type StackOptions } from "../options/target-options";
import { requirePlace } from "../terminal/whole-file";

export interface RevokeOptions extends StackOptions {
  customers?: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

const nothing = { tokens: [], credentials: [], sessions: [], customers: undefined, left: [] };

type Result = Awaited<ReturnType<typeof revokeAll>> | typeof nothing;

export async function revoke(options: RevokeOptions): Promise<void> {
  const file = options.customers ?? `customers-of-${shortName(options.stack)}.json`;
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
  tell(plan, await revokeAll(plan, file), options);
}

/** All at once: no step waits for a service that another one needs. */
async function revokeAll(plan: Plan, file: string) {
  const left: unknown[] = [];
  const leave = leavingIn(left);
  const partner = await redeemed(plan);
  const [tokens, credentials, sessions] = await Promise.all([
    disableTokens(plan, leave),
    removeCredentials(plan, leave),
    revokeSessions(plan, leave),
    disableKeys(plan, leave),
  ]);
  leaveOtherSessions(plan, tokens, leave);
  // A token that an earlier run disabled cannot list them, and that is not left undone.
  const customers = partner instanceof Failure ? partner : await writeReached(partner, file);
  if (customers instanceof Failure && customers !== partner) leave(customers);
  return { tokens, credentials, sessions, customers, left };
}

function whatIsDone({ stack, vault, clientId, credentials, accounts, application, owns }: Plan): string[] {
  const labels = credentials.map(({ label }) => label);
  const theirs = application === undefined || owns(application) ? "" : ", which is not seen to be this stack's";
  const from = application === undefined ? "the application" : `the application "${application.displayName}"`;
  const are = `${labels.length === 1 ? "is" : "are"} ${theirs === "" ? "removed from" : "left on"}`;
  return [
    `Ends what the refresh token of stack ${stack.name} gives access to:`,
    `- every refresh token of application ${clientId} in ${vault.uri} is disabled, those of other tenants as well;`,
    labels.length === 0
      ? `- no credential is removed: that of application ${clientId} is somebody else's, who removes it;`
      : `- ${labels.join(", ")} ${are} ${from}${theirs};`,
    ...new Set(
      credentials.flatMap(({ certificate }) =>
        certificate ? [`- the key of certificate ${certificate.name} is disabled;`] : [],
      ),
    ),
    ...accounts.map((account) => `- ${accountText(account)} is signed out everywhere.`),
    "Nothing that uses this application works until a person has consented again.",
  ];
}

function tell(plan: Plan, { left, ...result }: Result, { stack, dryRun, json = false }: RevokeOptions): void {
  const { clientId, tenantId, accounts, since } = plan;
  const { customers } = result;
  const reached = customers instanceof Failure ? undefined : customers;
  const logs = logsFor(plan);
  const document = {
    stack,
    done: dryRun !== true && left.length === 0,
    applicationId: clientId,
    tenantId,
    accounts,
    since: since.toISOString(),
    ...result,
    customers: reached ?? null,
    logs,
    next: fixDocument(beforeNextConsent(stack)),
    left: left.map(documentOf),
  };
  const who = accounts.map(accountText).join(" and ");
  const lines = [
    ...(customers instanceof Failure ? [textOf(customers)] : []),
    ...(reached
      ? [`It reached ${reached.count} ${reached.count === 1 ? "customer" : "customers"}: ${reached.file}`]
      : []),
    "Access tokens issued before stay valid for up to 90 minutes, and what was made with them stays.",
    `Look for application ${clientId}${who === "" ? "" : ` and account ${who}`} from ${since.toISOString()} ` +
      "on, and save these logs before they expire:",
    ...logLines(logs),
    fixText(beforeNextConsent(plan.stack.name)),
  ];
  const isDone = left.length === 0;
  const exitCode = isDone ? exitCodes.fine : interruption().aborted ? exitCodes.interrupted : exitCodes.failed;
  const text = () => lines.join("\n");
  printResult({ json }, { text, document, errors: isDone ? [] : [unfinished(stack, left)], exitCode });
}
