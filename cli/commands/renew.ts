/** `renew`: a fresh refresh token in the place of each that is there, without a person. */
import { documentOf, type FailureDocument } from "../../errors/document";
import { type Renewal, renew } from "../../consent/renew";
import { present } from "../../errors/failure";
import { tenantInName, tokenNames } from "../../consent/stored-token";
import { refreshTokenNameOf } from "../../consent/target";
import { type ExitCode, exitCodes, ExitWith, worstOf } from "../exit-code";
import { exitCodeOf } from "../failure";
import { ageOf } from "../number-options";
import { printData, printProblem } from "../output";
import { noToken, openVault, type OpenVault, type PartnerTenantOptions, tenantIdOf } from "../partner-token";

export interface RenewOptions extends PartnerTenantOptions {
  ifOlderThan?: string;
}

/** A failure has its parts, too. */
interface Outcome extends Partial<FailureDocument> {
  name: string;
  tenant: string;
  outcome: Renewal["outcome"] | "failed";
  version: string;
  expiresOn: string;
  account: string;
  exitCode: ExitCode;
}

export async function renewTokens(options: RenewOptions): Promise<void> {
  const olderThan = options.ifOlderThan === undefined ? undefined : ageOf("--if-older-than", options.ifOlderThan);
  const opened = openVault(options);
  const names = await namesIn(opened, options.partnerTenant);
  // One that is asked for alone fails as every command does.
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) {
    print(opened, [outcomeOf(only, await renew(opened.cloud, opened.vault, only, olderThan))], options.json);
    return;
  }
  const outcomes: Outcome[] = [];
  const problems: unknown[] = [];
  for (const name of names) {
    try {
      outcomes.push(outcomeOf(name, await renew(opened.cloud, opened.vault, name, olderThan)));
    } catch (error) {
      // A token that cannot be renewed is no reason to leave the others.
      outcomes.push(failureOf(name, error));
      problems.push(error);
    }
  }
  print(opened, outcomes, options.json);
  if (!options.json) problems.forEach(printProblem);
  const exitCode = worstOf(outcomes.map((one) => one.exitCode));
  if (exitCode !== exitCodes.fine) throw new ExitWith(exitCode);
}

/** One tenant's token needs no list: a renewer may have a role on that secret alone. */
async function namesIn({ cloud, vault }: OpenVault, partnerTenant: string | undefined): Promise<string[]> {
  if (partnerTenant !== undefined) return [refreshTokenNameOf(await tenantIdOf(cloud, partnerTenant))];
  const names = await tokenNames(vault);
  if (names.length > 0) return names;
  throw noToken(vault);
}

function failureOf(name: string, error: unknown): Outcome {
  const nothing = { version: "", expiresOn: "", account: "" };
  const tenant = tenantOf(name);
  return { name, tenant, outcome: "failed", ...nothing, ...documentOf(error), exitCode: exitCodeOf(error) };
}

function outcomeOf(name: string, { outcome, token }: Renewal): Outcome {
  const { version, expiresOn, accountName: account } = token;
  return { name, tenant: tenantOf(name), outcome, version, expiresOn, account, exitCode: exitCodes.fine };
}

function print({ vault }: OpenVault, outcomes: readonly Outcome[], json: boolean | undefined): void {
  const done = outcomes.filter(({ outcome }) => outcome !== "failed");
  const lines = done.map(
    ({ outcome, name, expiresOn, account }) => `${outcome} ${name} of ${account}, until ${expiresOn.slice(0, 10)}`,
  );
  if (json || lines.length > 0) printData(lines.join("\n"), json ? { vault: vault.uri, tokens: outcomes } : undefined);
}

const tenantOf = (name: string): string => present(tenantInName(name), `${name} is the name of no refresh token.`);
