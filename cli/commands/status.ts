/** `status`: when tokens and secrets expire. Reads no value unless it is told to probe. */
import { failBeforeDays, warnBeforeDays } from "../../config/limits";
import { takeInventory } from "../../consent/inventory";
import { exitCodes, UsageError, ExitWith, worstOf } from "../exit-code";
import { wholeNumber } from "../number-options";
import { printData } from "../output";
import { openVault, type OpenVault, type PartnerTenantOptions, tenantIdOf } from "../partner-token";
import { probeToken } from "../probe";
import { statusLines } from "../status/lines";
import { type ProbeDocument, probeDocument } from "../status/probe-document";
import { judgeInventory, type Judged } from "../status/verdicts";
import type { Limits } from "../../consent/verdict";

export interface StatusOptions extends PartnerTenantOptions {
  warnDays: string;
  failDays: string;
  probe?: boolean;
}

export async function status(options: StatusOptions): Promise<void> {
  const limits = limitsOf(options);
  const opened = openVault(options);
  const { cloud, vault } = opened;
  const tenantId = options.partnerTenant === undefined ? undefined : await tenantIdOf(cloud, options.partnerTenant);
  const judged = judgeInventory(await takeInventory(cloud, vault, tenantId), limits);
  const probes = options.probe ? await probeAll(opened, judged) : new Map<string, ProbeDocument>();
  const codes = [...judged.tokens, ...judged.clientSecrets, ...probes.values()].map((one) => one.exitCode);
  const exitCode = worstOf(judged.tokens.length === 0 ? [...codes, exitCodes.consentNeeded] : codes);
  const json = { vault: vault.uri, cloud: cloud.name, exitCode, ...limits, ...documents(judged, probes) };
  const look = { bars: process.stdout.isTTY, colour: process.stdout.isTTY && !process.env["NO_COLOR"] };
  const lines = statusLines(judged, probes, look);
  if (judged.tokens.length === 0) lines.unshift(`There is no refresh token in ${vault.uri}: consent first.`);
  printData(lines.join("\n"), options.json ? json : undefined);
  if (exitCode !== exitCodes.fine) throw new ExitWith(exitCode);
}

/** @throws UsageError unless it warns before it fails */
function limitsOf(options: StatusOptions): Limits {
  const warnDays = wholeNumber("--warn-days", options.warnDays, warnBeforeDays);
  const failDays = wholeNumber("--fail-days", options.failDays, failBeforeDays);
  if (failDays <= warnDays) return { warnDays, failDays };
  throw new UsageError(`--fail-days ${failDays} is more than --warn-days ${warnDays}: it would fail before it warns.`);
}

/** Only what looks usable is probed: the rest has been judged already. */
async function probeAll(opened: OpenVault, { tokens }: Judged): Promise<Map<string, ProbeDocument>> {
  const usable = tokens.filter(({ health }) => health === "ok" || health === "expired");
  const probes = await Promise.all(
    usable.map(async ({ name }) => [name, probeDocument(await probeToken(opened, name))] as const),
  );
  return new Map(probes);
}

/** Names as a script reads them; what only people look at is left out. */
const documents = ({ tokens, clientSecrets }: Judged, probes: ReadonlyMap<string, ProbeDocument>) => ({
  tokens: tokens.map((one) => ({
    name: one.name,
    tenant: one.tenantId,
    ...judgementOf(one),
    account: one.accountName,
    consentedOn: one.consentedOn,
    clientSecret: one.clientSecretName,
    probe: probes.get(one.name),
  })),
  clientSecrets: clientSecrets.map((one) => ({ name: one.name, inUse: one.inUse, ...judgementOf(one) })),
});

const judgement = ["verdict", "health", "daysLeft", "ageDays", "createdOn", "expiresOn", "says", "fixes"] as const;

const judgementOf = (one: Judged["tokens" | "clientSecrets"][number]) =>
  Object.fromEntries(judgement.map((key) => [key, one[key]]));
