/** The words to complete, from the commands' own definitions. */
import type { Command, Option } from "commander";

export const shells = ["bash", "zsh", "fish", "powershell"] as const;

export interface Word {
  name: string;
  /** "" for none. */
  description: string;
}

interface CompletedOption {
  /** In the forms to type: --json, or -h and --help. */
  flags: string[];
  description: string;
  /** Whether a value follows; without `values` it is offered as a file name. */
  takesValue: boolean;
  values: Word[];
}

/** One command, or the program itself. */
export interface CompletedCommand {
  name: string;
  /** The names before its own, separated by spaces; "" for none. */
  parent: string;
  /** The names before its own and its own; "" for the program. */
  path: string;
  /** Subcommands, and values of its first argument. */
  words: Word[];
  options: CompletedOption[];
}

/** The program first, then every command in its help, each before its subcommands. */
export function completedCommands(command: Command, parent?: string): CompletedCommand[] {
  const help = command.createHelp();
  const name = command.name();
  const path = parent === undefined ? "" : `${parent} ${name}`.trim();
  const visible = help.visibleCommands(command);
  const subcommands = visible.map((one) => ({ name: one.name(), description: firstLine(one.description()) }));
  const words = [...subcommands, ...wordsOf(command.registeredArguments[0]?.argChoices)];
  const options = help.visibleOptions(command).map(optionOf);
  const below = visible.filter((one) => command.commands.includes(one));
  return [
    { name, parent: parent ?? "", path, words, options },
    ...below.flatMap((one) => completedCommands(one, path)),
  ];
}

/** Each option with a value, in each of its forms: that value must not be mistaken for a command's name. */
export const valuedFlags = (commands: readonly CompletedCommand[]): { key: string; values: Word[] }[] =>
  commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .flatMap(({ flags, values }) => flags.map((flag) => ({ key: `${path}/${flag}`, values }))),
  );

export const flagsOf = ({ options }: CompletedCommand): Word[] =>
  options.flatMap(({ flags, description }) => flags.map((name) => ({ name, description })));

function optionOf(option: Option): CompletedOption {
  return {
    flags: [option.short, option.long].filter((flag) => typeof flag === "string"),
    description: firstLine(option.description),
    takesValue: option.required || option.optional,
    values: wordsOf(option.argChoices),
  };
}

const wordsOf = (values: readonly string[] = []): Word[] => values.map((name) => ({ name, description: "" }));

const firstLine = (text: string): string => text.replace(/\n.*/su, "");
