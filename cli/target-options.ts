/** The options that say which cloud and which vault, shared by all commands. */
import type { Command } from "commander";
import { type Cloud, cloudNames, cloudOf, vaultOriginIn } from "../config/clouds";
import { parseEndpoints } from "../config/endpoints";
import { UsageError } from "./exit-code";

export interface TargetOptions {
  cloud?: string;
  vault?: string;
  endpoints?: string;
  json?: boolean;
}

/** Environment variables stand in for options, so that a shell is set up once. */
const variables = {
  cloud: "SECURE_APP_MODEL_CLOUD",
  vault: "SECURE_APP_MODEL_VAULT",
  endpoints: "SECURE_APP_MODEL_ENDPOINTS",
};

export function withTargetOptions(command: Command): Command {
  return command
    .option("--cloud <name>", `${cloudNames.join(", ")}; or ${variables.cloud}`)
    .option("--vault <uri>", `the vault's URI; or ${variables.vault}`)
    .option(
      "--endpoints <json>",
      `endpoint overrides of a custom cloud, JSON or a file with it; or ${variables.endpoints}`,
    )
    .option("--json", "print JSON, failures too");
}

/** For a vault that holds tokens of several partner tenants. */
export function withPartnerTenant(command: Command): Command {
  return command.option(
    "--partner-tenant <id>",
    "the tenant consented in, GUID or domain, where the vault holds tokens of several",
  );
}

/** @throws UsageError naming what is missing or wrong, with an example */
export function targetOf(options: TargetOptions, environment = process.env): { cloud: Cloud; vaultUri: string } {
  const name = options.cloud ?? environment[variables.cloud];
  const vaultUri = options.vault ?? environment[variables.vault];
  const missing = [
    name ? "" : "--cloud AzureCloud (pulumi stack output cloud)",
    vaultUri ? "" : "--vault https://<name>.vault.azure.net (pulumi stack output vaultUri)",
  ].filter((line) => line !== "");
  if (!name || !vaultUri) throw new UsageError(`Which one? Add ${missing.join(" and ")}.`);
  const known = cloudNames.find((one) => one === name);
  if (known === undefined) {
    const closed = name === "AzureGermanCloud" ? " AzureGermanCloud closed on 2021-10-29." : "";
    throw new UsageError(`There is no cloud "${name}".${closed} Clouds: ${cloudNames.join(", ")}.`);
  }
  const endpoints = options.endpoints ?? environment[variables.endpoints];
  return asUsage(() => {
    const cloud = cloudOf(known, endpoints ? parseEndpoints(endpoints, process.cwd()) : {});
    return { cloud, vaultUri: vaultOriginIn(cloud, vaultUri) };
  });
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
