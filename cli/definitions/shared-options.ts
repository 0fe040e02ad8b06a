/** Options that several commands have. */
import { type Argument, type Command, Option } from "commander";
import { cloudNames } from "../../config/clouds";
import type { Limits } from "../../config/limits";
import { targetVariables as variables } from "../target-variables";

/** Values that shells offer, without the parser refusing others: a command says better itself what is wrong with one. */
export function suggesting<T extends Argument | Option>(target: T, values: readonly string[]): T {
  target.argChoices = [...values];
  return target;
}

export function withJson(command: Command): Command {
  return command.option("--json", "print JSON, failures too");
}

/** A number in its limits, which the command checks: see number-options.ts. */
export function numberOption(flags: string, about: string, { least, most, default: usual }: Limits): Option {
  return new Option(flags, `${about}, ${least} to ${most}`).default(String(usual));
}

export function withTargetOptions(command: Command): Command {
  const target = command
    .addOption(suggesting(new Option("--cloud <name>", `the cloud; or ${variables.cloud}`), cloudNames))
    .option("--vault <uri>", `the vault's URI; or ${variables.vault}`)
    .option(
      "--endpoints <json>",
      `endpoint overrides of a custom cloud, JSON or a file with it; or ${variables.endpoints}`,
    );
  return withJson(target);
}

/** For a vault that holds tokens of several partner tenants. */
export function withPartnerTenant(command: Command): Command {
  return command.option(
    "--partner-tenant <id>",
    "the tenant consented in, GUID or domain, where the vault holds tokens of several",
  );
}
