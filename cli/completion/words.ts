/** What there is to complete, read from the commands' own definitions. */
import type { Command, Option } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export interface CompletedOption {
  /** As they are typed: --json, or -h and --help. */
  flags: string[];
  description: string;
  /** Whether a value follows; without `values` it is offered as a file name. */
  takesValue: boolean;
  values: string[];
}

/** One command, or the program itself. */
export interface CompletedCommand {
  /** Its names from the program on, separated by spaces; "" for the program. */
  path: string;
  subcommands: { name: string; description: string }[];
  options: CompletedOption[];
  /** Values of its first argument. */
  values: string[];
}

/** The program first, then every command that its help shows, each before its subcommands. */
export function completedCommands(command: Command, path = ""): CompletedCommand[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const own: CompletedCommand = {
    path,
    subcommands: subcommands.map((one) => ({ name: one.name(), description: firstLine(one.description()) })),
    options: help.visibleOptions(command).map(optionOf),
    values: command.registeredArguments[0]?.argChoices ?? [],
  };
  const below = subcommands.filter((one) => command.commands.includes(one));
  return [own, ...below.flatMap((one) => completedCommands(one, `${path} ${one.name()}`.trim()))];
}

function optionOf(option: Option): CompletedOption {
  return {
    flags: [option.short, option.long].filter((flag) => typeof flag === "string"),
    description: firstLine(option.description),
    takesValue: option.required || option.optional,
    values: option.argChoices ?? [],
  };
}

const firstLine = (text: string): string => text.replace(/\n.*/su, "");
