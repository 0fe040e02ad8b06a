/** `status`: when tokens and secrets expire. It reads no secret's value without --probe. */
import { inOrder } from "../../lib/azure/in-order";
import { lookThrough } from "../../lib/token/inventory";
import { again, partsOf, run } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import { now } from "../../lib/startup/clock";
import { cloudOptionsOf, readStack, vaultUriIn } from "../engine/stack";
import { exitCodes, UsageError, worstOf } from "../terminal/exit-code";
import { exitCodeOf } from "../terminal/failure";
import { printJsonLine, printProblem } from "../terminal/output";
import { printResult } from "../terminal/result";
import { noToken, openVault, type OpenVault, type PartnerTenantOptions, tenantIdOf } from "../redemption/partner-token";
import { probeToken } from "../redemption/probe";
import { Progress } from "../terminal/progress";
import { credentialDocument, tokenDocument } from "./documents";
import { lookOf, subjectOf } from "./look";
import { statusLines } from "./lines";
import { type PageOptions, statusPage } from "./page/status-page";
import { Reporter, type TellOptions, toldDocument } from "../report/reporter";
import { cloudIn, type StackOptions, type TargetOptions } from "../options/target-options";
import {
  afterProbe,
  isToken,
  type Judged,
  type JudgedEntry,
  judgeCredentialEntry,
  judgeTokenEntry,
  withRemoval,
} from "./verdicts";

export interface StatusOptions extends PartnerTenantOptions, TellOptions, PageOptions, Partial<StackOptions> {
  warnDays: number;
  failDays: number;
  concurrency: number;
  probe?: boolean;
  jsonLines?: boolean;
}

export async function status(options: StatusOptions): Promise<void> {
  const { jsonLines, warnDays, failDays } = options;
  if (failDays > warnDays)
    throw new UsageError(
      `--fail-days ${failDays} is more than --warn-days ${warnDays}: it would fail before it warns.`,
      run("Fail no earlier than it warns", again("--fail-days", String(warnDays))),
    );
  const reporter = new Reporter(options, process.env);
  const page = statusPage(options);
  const opened = openVault(await targetIn(options));
  const { cloud, vault } = opened;
  const about = { vault: vault.uri, cloud: cloud.name, checkedOn: new Date(now()).toISOString(), warnDays, failDays };
  const judged: Judged = { tokens: [], credentials: [] };
  const counts = { tokens: 0, credentials: 0 };
  const progress = new Progress("tokens looked at");
  try {
    for await (const one of look(opened, options)) {
      counts[isToken(one) ? "tokens" : "credentials"] += 1;
      if (jsonLines) await printJsonLine(lineOf(one));
      // Printed entries that are ok are kept only for the page.
      if (!jsonLines || page !== undefined || one.state !== "ok") keep(one, judged);
      progress.step();
    }
  } catch (error) {
    progress.end();
    await reporter.unknown(subjectOf(vault.uri), error);
    (await page?.write({ ...about, ...documentsOf(judged), failure: partsOf(error) }))?.forEach(printProblem);
    await page?.show();
    throw error;
  }
  progress.end();
  judged.tokens.sort((one, other) => (one.name < other.name ? -1 : 1));
  const missing = counts.tokens === 0 ? noToken(vault) : undefined;
  const told = await reporter.tell([lookOf(vault.uri, judged, missing)]);
  const documents = documentsOf(judged);
  const pageErrors = (await page?.write({ ...about, ...documents })) ?? [];
  // A report that reached nobody is a failure; what was found comes first.
  const exitCode = worstOf([
    ...[...judged.tokens, ...judged.credentials].map((one) => one.exitCode),
    ...(missing === undefined ? [] : [exitCodes.consentNeeded]),
    ...told.errors.map(() => exitCodes.failed),
    ...pageErrors.map(exitCodeOf),
  ]);
  const all = { ...told, errors: [...told.errors, ...pageErrors] };
  const document = {
    ...(jsonLines ? { type: "vault", ...about, exitCode, ...counts } : { ...about, exitCode, ...documents }),
    ...toldDocument(all),
  };
  const first = missing === undefined ? `${vault.uri} in ${cloud.name}:` : textOf(missing);
  const text = () => [first, ...statusLines(judged, process.stdout.isTTY)].join("\n");
  try {
    printResult(options, { ...all, text, document, exitCode });
  } finally {
    await page?.show();
  }
}

function keep(one: JudgedEntry, { tokens, credentials }: Judged): void {
  if (isToken(one)) tokens.push(one);
  else credentials.push(one);
}

const documentsOf = ({ tokens, credentials }: Judged) => ({
  tokens: tokens.map(tokenDocument),
  credentials: credentials.map(credentialDocument),
});

/** `type` is the kind of a line: token, clientSecret, and at the end vault. */
const lineOf = (one: JudgedEntry): object =>
  isToken(one) ? { type: "token", ...tokenDocument(one) } : { type: "credential", ...credentialDocument(one) };

/** The environment may name another stack's vault: only options override the stack. @throws UsageError */
async function targetIn({ stack, ...options }: StatusOptions): Promise<TargetOptions> {
  if (stack === undefined) return options;
  const recorded = await readStack({ ...options, stack }, process.env);
  const target = cloudOptionsOf(recorded, options);
  return { vault: options.vault ?? vaultUriIn(cloudIn(target), recorded), ...target };
}

/** Yields each as soon as it is evaluated; tokens that look usable are redeemed with --probe. */
async function* look(opened: OpenVault, options: StatusOptions): AsyncGenerator<JudgedEntry> {
  const { partnerTenant, probe, concurrency: atOnce } = options;
  const { cloud, vault } = opened;
  const tenantId = partnerTenant && (await tenantIdOf(cloud, partnerTenant, "--partner-tenant"));
  yield* inOrder(lookThrough(cloud, vault, tenantId, atOnce), atOnce, async (found) => {
    if (!("token" in found)) return withRemoval(vault.uri, judgeCredentialEntry(found.credential, options));
    const judged = judgeTokenEntry(found.token, options);
    const isUsable = judged.health === "ok" || judged.health === "expired";
    return probe && isUsable ? afterProbe(judged, await probeToken(opened, judged.name)) : judged;
  });
}
