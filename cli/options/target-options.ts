/** The cloud and the vault that a command works with. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type Cloud,
  type CloudName,
  cloudNames,
  cloudOf,
  clouds,
  type Endpoints,
  newEndpointsNote,
  vaultOriginIn,
  vaultUriShape,
} from "../../lib/config/clouds";
import { parseEndpoints } from "../../lib/config/endpoints";
import { ownVariable, targetVariables } from "../../lib/config/own-variables";
import { configurationBytes } from "../../lib/config/limits";
import { again, partsOf, run, sentence } from "../../lib/errors/failure";
import { textIn } from "../../lib/startup/bounded-file";
import { UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";

export interface TargetOptions {
  cloud?: string;
  vault?: string;
  endpoints?: string;
  json?: boolean;
}

export interface StackOptions {
  stack: string;
  cwd?: string;
  configFile?: string;
}

/** Without its organization and project, which may stand in front. */
export const shortName = (stack: string): string => stack.split("/").at(-1) ?? stack;

/** Where the stack's configuration is, whether or not there is such a file. */
export const stackFile = ({ stack = "", cwd = ".", configFile }: Partial<StackOptions>): string =>
  configFile ?? join(resolve(cwd), `Pulumi.${shortName(stack)}.yaml`);

/** The text of the stack's file; "" without one in its usual place. */
export function stackFileText(options: Partial<StackOptions>): string {
  try {
    return textIn(stackFile(options), configurationBytes);
  } catch {
    return "";
  }
}

/** Relative to this process's folder: the engine would create a missing file, in --cwd. @throws UsageError */
export function configurationFile({ configFile }: Pick<StackOptions, "configFile">): string | undefined {
  if (configFile === undefined) return undefined;
  const file = resolve(configFile);
  const nameIt = run("Name an existing file", again("--config-file", "<file>"));
  if (!existsSync(file)) throw new UsageError(`There is no configuration file ${file}.`, nameIt);
  try {
    // The engine would read one without an end for ever.
    textIn(file, configurationBytes);
    return file;
  } catch (error) {
    throw new UsageError(`The configuration file ${file} cannot be read: ${partsOf(error).what}.`, nameIt);
  }
}

export function targetOf(options: TargetOptions, environment = process.env): { cloud: Cloud; vaultUri: string } {
  const vaultUri = namedIn("vault", options, environment);
  const isNamed = Boolean(namedIn("cloud", options, environment));
  if (!vaultUri) throw isNamed ? missing(addVault(cloudIn(options, environment))) : missing(addCloud, addVault());
  const cloud = cloudIn(options, environment);
  return { cloud, vaultUri: asUsage(() => vaultOriginIn(cloud, vaultUri)) };
}

export function cloudIn(options: TargetOptions, environment = process.env): Cloud {
  const name = namedIn("cloud", options, environment);
  if (!name) throw missing(addCloud);
  const known = cloudNames.find((one) => one === name);
  if (known === undefined) {
    throw new UsageError({
      what: `There is no cloud "${name}".`,
      why: name === "AzureGermanCloud" ? "AzureGermanCloud closed on 2021-10-29." : undefined,
      fixes: [sentence(`Clouds: ${cloudNames.join(", ")}.`)],
    });
  }
  const endpoints = namedIn("endpoints", options, environment);
  return asUsage(() => cloudTold(known, endpoints ? parseEndpoints(endpoints, process.cwd()) : {}));
}

const addCloud = "--cloud AzureCloud (pulumi stack output cloud)";
const addVault = (cloud: Cloud = clouds.AzureCloud): string =>
  `--vault ${vaultUriShape(cloud)} (pulumi stack output vaultUri)`;

const missing = (...options: string[]): UsageError =>
  new UsageError("Cloud or vault is missing.", sentence(`Add ${options.join(" and ")}.`));

/** Prints once which hosts replace the cloud's own, before any request. @throws Failure as cloudOf() does */
export function cloudTold(name: CloudName, endpoints: Partial<Endpoints> = {}): Cloud {
  const cloud = cloudOf(name, endpoints);
  const note = newEndpointsNote(cloud);
  if (note !== undefined) printNote(note);
  return cloud;
}

export function namedIn(
  option: "cloud" | "vault" | "endpoints",
  options: TargetOptions,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  return options[option] ?? ownVariable(environment, targetVariables[`--${option}`]);
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(partsOf(error));
  }
}
