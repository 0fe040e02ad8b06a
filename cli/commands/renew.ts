/** `renew`: a fresh refresh token in the place of each that is there, without a person. */
import { documentOf } from "../../errors/document";
import { type Renewal, renew } from "../../consent/renew";
import { present } from "../../errors/failure";
import { tenantInName, tokenNames } from "../../consent/stored-token";
import { refreshTokenNameOf } from "../../consent/target";
import { exitCodes, ExitWith, worstOf } from "../exit-code";
import { exitCodeOf } from "../failure";
import { ageOf } from "../number-options";
import { printData, printProblem } from "../output";
import { noToken, openVault, type OpenVault, type PartnerTenantOptions, tenantIdOf } from "../partner-token";

export interface RenewOptions extends PartnerTenantOptions {
  ifOlderThan?: string;
}

export async function renewTokens(options: RenewOptions): Promise<void> {
  const olderThan = options.ifOlderThan === undefined ? undefined : ageOf("--if-older-than", options.ifOlderThan);
  const { cloud, vault } = openVault(options);
  const names = await namesIn({ cloud, vault }, options.partnerTenant);
  const outcomes: Outcome[] = [];
  const problems: unknown[] = [];
  for (const name of names) {
    try {
      outcomes.push(outcomeOf(name, await renew(cloud, vault, name, olderThan)));
    } catch (error) {
      // One that is asked for alone fails as every command does; with others it is no reason to leave those.
      if (names.length === 1) throw error;
      outcomes.push(failureOf(name, error));
      problems.push(error);
    }
  }
  const done = outcomes.filter(({ outcome }) => outcome !== "failed");
  const lines = done.map(
    ({ outcome, name, expiresOn, account }) => `${outcome} ${name} of ${account}, until ${expiresOn.slice(0, 10)}`,
  );
  if (options.json) printData("", { vault: vault.uri, tokens: outcomes });
  else if (lines.length > 0) printData(lines.join("\n"), undefined);
  if (!options.json) problems.forEach(printProblem);
  const exitCode = worstOf(outcomes.map((one) => one.exitCode));
  if (exitCode !== exitCodes.fine) throw new ExitWith(exitCode);
}

/** One tenant's token needs no list: a renewer may have a role on that secret alone. */
async function namesIn({ cloud, vault }: OpenVault, partnerTenant: string | undefined): Promise<string[]> {
  if (partnerTenant !== undefined)
    return [refreshTokenNameOf(await tenantIdOf(cloud, partnerTenant, "--partner-tenant"))];
  const names = await tokenNames(vault);
  if (names.length > 0) return names;
  throw noToken(vault);
}

type Outcome = ReturnType<typeof outcomeOf> | ReturnType<typeof failureOf>;

/** With the parts of what was thrown. */
function failureOf(name: string, error: unknown) {
  const nothing = { version: "", expiresOn: "", account: "" };
  const tenant = tenantOf(name);
  return { name, tenant, outcome: "failed", ...nothing, ...documentOf(error), exitCode: exitCodeOf(error) } as const;
}

function outcomeOf(name: string, { outcome, token }: Renewal) {
  const { version, expiresOn, accountName: account } = token;
  return { name, tenant: tenantOf(name), outcome, version, expiresOn, account, exitCode: exitCodes.fine };
}

const tenantOf = (name: string): string => present(tenantInName(name), `${name} is the name of no refresh token.`);
