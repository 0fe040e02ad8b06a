/** Which cloud and which vault a command was told to work with. */
import { type Cloud, cloudNames, cloudOf, vaultOriginIn } from "../config/clouds";
import { parseEndpoints } from "../config/endpoints";
import { UsageError } from "./exit-code";
import { targetVariables as variables } from "./target-variables";

export interface TargetOptions {
  cloud?: string;
  vault?: string;
  endpoints?: string;
  json?: boolean;
}

/** @throws UsageError naming what is missing or wrong, with an example */
export function targetOf(options: TargetOptions, environment = process.env): { cloud: Cloud; vaultUri: string } {
  const vaultUri = vaultNamedIn(options, environment);
  const missing = [
    (options.cloud ?? environment[variables.cloud]) ? "" : "--cloud AzureCloud (pulumi stack output cloud)",
    vaultUri ? "" : "--vault https://<name>.vault.azure.net (pulumi stack output vaultUri)",
  ].filter((line) => line !== "");
  if (missing.length > 0 || !vaultUri) throw new UsageError(`Which one? Add ${missing.join(" and ")}.`);
  const cloud = cloudIn(options, environment);
  return { cloud, vaultUri: asUsage(() => vaultOriginIn(cloud, vaultUri)) };
}

/** The cloud alone, for what works without a vault. */
export function cloudIn(options: TargetOptions, environment = process.env): Cloud {
  const name = options.cloud ?? environment[variables.cloud];
  if (!name) throw new UsageError("Which one? Add --cloud AzureCloud (pulumi stack output cloud).");
  const known = cloudNames.find((one) => one === name);
  if (known === undefined) {
    const closed = name === "AzureGermanCloud" ? " AzureGermanCloud closed on 2021-10-29." : "";
    throw new UsageError(`There is no cloud "${name}".${closed} Clouds: ${cloudNames.join(", ")}.`);
  }
  const endpoints = options.endpoints ?? environment[variables.endpoints];
  return asUsage(() => cloudOf(known, endpoints ? parseEndpoints(endpoints, process.cwd()) : {}));
}

/** The vault's URI as it was given; undefined when none was. */
export function vaultNamedIn(options: TargetOptions, environment = process.env): string | undefined {
  return options.vault ?? environment[variables.vault];
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
