/** `status`: when tokens and secrets expire. Reads no value unless it is told to probe. */
import { failBeforeDays, warnBeforeDays } from "../../config/limits";
import { takeInventory } from "../../consent/inventory";
import { documentOf } from "../../errors/document";
import { exitCodes, UsageError, ExitWith, worstOf } from "../exit-code";
import { wholeNumber } from "../number-options";
import { printData, printNote, printProblem } from "../output";
import { openVault, type OpenVault, type PartnerTenantOptions, tenantIdOf } from "../partner-token";
import { probeToken } from "../probe";
import { statusLines } from "../status/lines";
import { noTokenIn, Teller, type TellOptions, type Told } from "../status/tell";
import { afterProbe, judgeInventory, type Judged, type JudgedToken } from "../status/verdicts";
import type { Limits } from "../../consent/verdict";

export interface StatusOptions extends PartnerTenantOptions, TellOptions {
  warnDays: string;
  failDays: string;
  probe?: boolean;
}

export async function status(options: StatusOptions): Promise<void> {
  const limits = limitsOf(options);
  const teller = new Teller(options, process.env);
  const opened = openVault(options);
  const { cloud, vault } = opened;
  const judged = await look(opened, options, limits).catch(async (error: unknown) => {
    printTold(await teller.tellBlind(vault.uri, error));
    throw error;
  });
  const codes = [...judged.tokens, ...judged.clientSecrets].map((one) => one.exitCode);
  const found = worstOf(judged.tokens.length === 0 ? [...codes, exitCodes.consentNeeded] : codes);
  const told = await teller.tell(vault.uri, judged);
  // What nobody could be told of is a failure; what was found comes first.
  const exitCode = worstOf(told.errors.length === 0 ? [found] : [found, exitCodes.failed]);
  const json = {
    vault: vault.uri,
    cloud: cloud.name,
    exitCode,
    ...limits,
    ...documents(judged),
    ...toldDocument(told),
  };
  const screen = { bars: process.stdout.isTTY, colour: process.stdout.isTTY && !process.env["NO_COLOR"] };
  const lines = statusLines(judged, screen);
  if (judged.tokens.length === 0) lines.unshift(noTokenIn(vault.uri));
  printData(lines.join("\n"), options.json ? json : undefined);
  if (!options.json) printTold(told);
  if (exitCode !== exitCodes.fine) throw new ExitWith(exitCode);
}

async function look(opened: OpenVault, options: StatusOptions, limits: Limits): Promise<Judged> {
  const { cloud, vault } = opened;
  const tenantId =
    options.partnerTenant === undefined
      ? undefined
      : await tenantIdOf(cloud, options.partnerTenant, "--partner-tenant");
  const { tokens, clientSecrets } = judgeInventory(await takeInventory(cloud, vault, tenantId), limits);
  return { tokens: options.probe ? await probeAll(opened, tokens) : tokens, clientSecrets };
}

function printTold({ notes, errors }: Told): void {
  notes.forEach(printNote);
  errors.forEach(printProblem);
}

const toldDocument = ({ issue, posted, errors }: Told) => ({
  issue,
  posted,
  errors: errors.length === 0 ? undefined : errors.map(documentOf),
});

/** @throws UsageError unless it warns before it fails */
function limitsOf(options: StatusOptions): Limits {
  const warnDays = wholeNumber("--warn-days", options.warnDays, warnBeforeDays);
  const failDays = wholeNumber("--fail-days", options.failDays, failBeforeDays);
  if (failDays <= warnDays) return { warnDays, failDays };
  throw new UsageError(`--fail-days ${failDays} is more than --warn-days ${warnDays}: it would fail before it warns.`);
}

/** Only what looks usable is probed: the rest has been judged already. */
async function probeAll(opened: OpenVault, tokens: readonly JudgedToken[]): Promise<JudgedToken[]> {
  const probed = async (one: JudgedToken) =>
    one.health === "ok" || one.health === "expired" ? afterProbe(one, await probeToken(opened, one.name)) : one;
  return await Promise.all(tokens.map(probed));
}

/** Names as a script reads them; what only people look at is left out. */
const documents = ({ tokens, clientSecrets }: Judged) => ({
  tokens: tokens.map((one) => ({
    name: one.name,
    tenant: one.tenantId,
    ...judgementOf(one),
    account: one.accountName,
    consentedOn: one.consentedOn,
    clientSecret: one.clientSecretName,
    probe: one.probe ?? null,
  })),
  clientSecrets: clientSecrets.map((one) => ({ name: one.name, inUse: one.inUse, ...judgementOf(one) })),
});

const judgement = ["verdict", "health", "daysLeft", "ageDays", "createdOn", "expiresOn", "says", "fixes"] as const;

const judgementOf = (one: Judged["tokens" | "clientSecrets"][number]) =>
  Object.fromEntries(judgement.map((key) => [key, one[key]]));
