/** `env`: prints the variables that name a stack's cloud and vault, for a shell. */
import { cloudOf } from "../../lib/config/clouds";
import { targetVariables } from "../../lib/config/own-variables";
import { command, sentence, setVariable } from "../../lib/errors/failure";
import { invocation, type Shell } from "../../lib/errors/invocation";
import { commandLine } from "../../lib/errors/text";
import { type StackWithPlace, readWithPlace, vaultUriIn } from "../engine/stack";
import type { StackOptions } from "../options/target-options";
import { UsageError } from "../terminal/exit-code";
import { printData } from "../terminal/output";
import { shells } from "./shells";

export interface EnvOptions extends StackOptions {
  shell?: string;
  json?: boolean;
}

/** @throws UsageError for an unknown shell, and for a stack that is not deployed */
export async function env({ shell: name, json, ...options }: EnvOptions): Promise<void> {
  const shell = shellNamed(name);
  const variables = variablesOf(await readWithPlace(options, process.env));
  const how = { ...invocation(), shell };
  const lines = Object.entries(variables).map(([variable, value]) =>
    commandLine(value === null ? command("unset", variable) : setVariable(variable, value), how),
  );
  printData(lines.join("\n"), json ? { variables } : undefined);
}

function shellNamed(name: string | undefined): Shell {
  if (name === undefined) return invocation().shell;
  const known = Object.keys(shells);
  const shell = known.includes(name) ? shells[name] : undefined;
  if (shell !== undefined) return shell;
  throw new UsageError(`There is no shell "${name}".`, sentence(`Shells: ${known.join(", ")}.`));
}

/** @returns null for a variable that would hide what the stack does not have */
function variablesOf(stack: StackWithPlace): Record<string, string | null> {
  const { cloud, endpoints } = stack.settings;
  return {
    [targetVariables["--cloud"]]: cloud,
    [targetVariables["--vault"]]: vaultUriIn(cloudOf(cloud, endpoints), stack),
    [targetVariables["--endpoints"]]: endpoints === undefined ? null : JSON.stringify(endpoints),
  };
}
