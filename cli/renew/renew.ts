/** `renew`: replaces each stored refresh token by a new one, without a person. */
import { inOrder } from "../../lib/azure/in-order";
import { type Renewal, renew } from "../../lib/token/renew";
import { tenantInName } from "../../lib/token/stored-token";
import { documentOf } from "../../lib/errors/document";
import { failureFor, present } from "../../lib/errors/failure";
import { InterruptedError, interruptedOr } from "../../lib/startup/waiting";
import { type ExitCode, exitCodes } from "../terminal/exit-code";
import { exitCodeOf } from "../terminal/failure";
import { ageOf } from "../options/number-options";
import { printData, printJsonLine, printProblem } from "../terminal/output";
import { printResult } from "../terminal/result";
import { countText, Failures } from "../customers/failures";
import { openVault, type PartnerTenantOptions, tokensOf } from "../redemption/partner-token";
import { Progress } from "../terminal/progress";

export interface RenewOptions extends PartnerTenantOptions {
  ifOlderThan?: string;
  concurrency: number;
  jsonLines?: boolean;
  /** Default: each failure is printed. */
  failures?: string;
}

export async function renewTokens(options: RenewOptions): Promise<void> {
  const olderThan = options.ifOlderThan === undefined ? undefined : ageOf("--if-older-than", options.ifOlderThan);
  const { cloud, vault } = openVault(options);
  const names = await tokensOf({ cloud, vault }, options.partnerTenant);
  const progress = new Progress("tokens", names.length);
  const outcomes: Outcome[] = [];
  const counts = { renewed: 0, kept: 0, failed: 0 };
  // With one token its failure is the command's, unless a file is for it; of several, the others are still renewed.
  const isAlone = names.length === 1 && options.failures === undefined;
  const failures = new Failures(options.failures, undefined, inPartnersTenant);
  const outcome = (name: string) => outcomeOf(name, renew(cloud, vault, name, olderThan), isAlone);
  try {
    for await (const { error, cause, ...one } of inOrder(names, options.concurrency, outcome)) {
      if (error !== undefined && isAlone) throw error as Error;
      counts[one.outcome] += 1;
      progress.step(error !== undefined);
      if (error !== undefined) failures.add({ tenantId: one.tenant, name: one.name }, cause, error);
      if (options.jsonLines) await printJsonLine({ type: "token", ...one });
      else if (options.json) outcomes.push(one);
      else {
        progress.clear();
        const until = one.expiresOn.slice(0, 10);
        if (error === undefined) printData(`${one.outcome} ${one.name} of ${one.account}, until ${until}`, undefined);
        else if (options.failures === undefined) printProblem(error);
      }
    }
    failures.finish(true);
  } finally {
    progress.end();
    failures.drop();
  }
  const { exitCode } = failures;
  const result = options.jsonLines
    ? { type: "vault", vault: vault.uri, exitCode, ...counts }
    : { vault: vault.uri, tokens: outcomes };
  const document = { ...result, ...(options.failures !== undefined && failures.document) };
  const text = isAlone ? undefined : () => summaryOf(vault.uri, counts, failures);
  printResult(options, { text, document, exitCode });
}

/** There the catalogue's own entries hold. */
const inPartnersTenant = () => undefined;

function summaryOf(vaultUri: string, counts: Readonly<Record<string, number>>, failures: Failures): string {
  const parts = Object.entries(counts).flatMap(([outcome, count]) =>
    count === 0 ? [] : `${countText(count)} ${outcome}`,
  );
  return [`${vaultUri}: ${parts.join(", ")}.`, ...failures.lines].join("\n");
}

interface Outcome {
  name: string;
  tenant: string;
  outcome: Renewal["outcome"] | "failed";
  /** "" if it failed, like the next two. */
  version: string;
  expiresOn: string;
  account: string;
  exitCode: ExitCode;
  error?: unknown;
  /** The failure as it came, without fixes for this tenant. */
  cause?: unknown;
}

/** A failure is an outcome. @throws InterruptedError, which ends the others as well */
async function outcomeOf(name: string, renewal: Promise<Renewal>, isAlone: boolean): Promise<Outcome> {
  const tenant = present(tenantInName(name), `${name} is not the name of a refresh token.`);
  try {
    const { outcome, token } = await renewal;
    const { version, expiresOn, accountName: account } = token;
    return { name, tenant, outcome, version, expiresOn, account, exitCode: exitCodes.fine };
  } catch (failure) {
    const error = interruptedOr(failure);
    if (error instanceof InterruptedError) throw error;
    const nothing = { version: "", expiresOn: "", account: "" };
    const exitCode = exitCodeOf(error);
    const told = isAlone ? error : failureFor(tenant, error);
    return { name, tenant, outcome: "failed", ...nothing, ...documentOf(told), exitCode, error: told, cause: error };
  }
}
