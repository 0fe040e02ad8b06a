/** `status`: when tokens and secrets expire. It reads no secret's value without --probe. */
import { inOrder } from "../../lib/azure/in-order";
import { lookThrough } from "../../lib/consent/inventory";
import type { Limits } from "../../lib/consent/verdict";
import { partsOf } from "../../lib/errors/failure";
import { now } from "../../lib/startup/clock";
import { cloudOptionsOf, readStack } from "../engine/stack";
import { type ExitCode, exitCodes, UsageError, ExitWith, worstOf } from "../terminal/exit-code";
import { exitCodeOf } from "../terminal/failure";
import { printProblem } from "../terminal/output";
import { openVault, type OpenVault, type PartnerTenantOptions, tenantIdOf } from "../redemption/partner-token";
import { probeToken } from "../redemption/probe";
import { Progress } from "../terminal/progress";
import { jsonPrinter, lineByLine, type Printer, textPrinter } from "./print";
import { GatheredPage, type PageOptions } from "./page/gathered-page";
import { printTold, type TellOptions, toldDocument } from "../report/reporter";
import { noTokenIn, Teller } from "./tell";
import type { StackOptions, TargetOptions } from "../options/target-options";
import { afterProbe, isToken, type JudgedEntry, judgeSecretEntry, judgeTokenEntry } from "./verdicts";

export interface StatusOptions extends PartnerTenantOptions, TellOptions, PageOptions, Partial<StackOptions> {
  warnDays: number;
  failDays: number;
  concurrency: number;
  probe?: boolean;
  jsonLines?: boolean;
}

export async function status(options: StatusOptions): Promise<void> {
  const limits = limitsOf(options);
  const { concurrency: atOnce } = options;
  const teller = new Teller(options, process.env);
  const page = await GatheredPage.from(options);
  const opened = openVault(await targetIn(options));
  const { cloud, vault } = opened;
  const about = { vault: vault.uri, cloud: cloud.name, checkedOn: new Date(now()).toISOString(), ...limits };
  const printer = printerOf(options);
  const progress = new Progress("tokens looked at");
  const found = { tokens: 0, worst: exitCodes.fine as ExitCode };
  try {
    for await (const one of look(opened, options, limits, atOnce)) {
      if (isToken(one)) found.tokens += 1;
      found.worst = worstOf([found.worst, one.exitCode]);
      teller.found(one);
      page?.found(one);
      await printer.one(one);
      progress.step();
    }
  } catch (error) {
    progress.end();
    printTold(await teller.tellCouldNotLook(vault.uri, error));
    (await page?.write(about, partsOf(error)))?.forEach(printProblem);
    await page?.show();
    throw error;
  }
  progress.end();
  const isEmpty = found.tokens === 0;
  if (isEmpty) teller.foundNoToken(vault.uri);
  const told = await teller.tell(vault.uri);
  const pageErrors = (await page?.write(about)) ?? [];
  // A report that reached nobody is a failure; what was found comes first.
  const exitCode = worstOf([
    found.worst,
    ...(isEmpty ? [exitCodes.consentNeeded] : []),
    ...(told.errors.length === 0 ? [] : [exitCodes.failed]),
    ...pageErrors.map(exitCodeOf),
  ]);
  const all = { ...told, errors: [...told.errors, ...pageErrors] };
  await printer.end({
    json: { ...about, exitCode, ...toldDocument(all) },
    text: isEmpty ? noTokenIn(vault.uri) : `${vault.uri} in ${cloud.name}:`,
  });
  if (!isJson(options)) printTold(all);
  await page?.show();
  if (exitCode !== exitCodes.fine) throw new ExitWith(exitCode);
}

/** The environment may name another stack's vault: only options go before the stack. @throws UsageError without a vault */
async function targetIn({ stack, ...options }: StatusOptions): Promise<TargetOptions> {
  if (stack === undefined) return options;
  const found = await readStack({ ...options, stack }, process.env);
  const { vaultUri: vault = options.vault } = found.outputs;
  if (vault === undefined) throw new UsageError(`Stack ${stack} was never deployed: it has no vault yet.`);
  return { ...cloudOptionsOf(found), vault, ...options };
}

const isJson = ({ json, jsonLines }: StatusOptions): boolean => json === true || jsonLines === true;

function printerOf({ json, jsonLines }: StatusOptions): Printer {
  if (jsonLines) return lineByLine();
  if (json) return jsonPrinter();
  return textPrinter({ bars: process.stdout.isTTY, colour: process.stdout.isTTY && !process.env["NO_COLOR"] });
}

/** Yields each as soon as it is evaluated; tokens that look usable are redeemed with --probe, the others are already evaluated. */
async function* look(
  opened: OpenVault,
  options: StatusOptions,
  limits: Limits,
  atOnce: number,
): AsyncGenerator<JudgedEntry> {
  const { cloud, vault } = opened;
  const tenantId =
    options.partnerTenant === undefined
      ? undefined
      : await tenantIdOf(cloud, options.partnerTenant, "--partner-tenant");
  yield* inOrder(lookThrough(cloud, vault, tenantId, atOnce), atOnce, async (found) => {
    if (!("token" in found)) return judgeSecretEntry(found.clientSecret, limits);
    const judged = judgeTokenEntry(found.token, limits);
    const isUsable = judged.health === "ok" || judged.health === "expired";
    return options.probe && isUsable ? afterProbe(judged, await probeToken(opened, judged.name)) : judged;
  });
}

/** @throws UsageError unless the warning comes before the failure */
function limitsOf({ warnDays, failDays }: StatusOptions): Limits {
  if (failDays <= warnDays) return { warnDays, failDays };
  throw new UsageError(`--fail-days ${failDays} is more than --warn-days ${warnDays}: it would fail before it warns.`);
}
