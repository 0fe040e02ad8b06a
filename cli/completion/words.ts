/** The words to complete, from the commands' own definitions. */
import type { Command, Option } from "commander";

export const shells = ["bash", "zsh", "fish", "powershell"] as const;

export interface Word {
  name: string;
  /** "" for none. */
  description: string;
}

/** One command, or the program itself. */
export interface CompletedCommand {
  /** Its name after those above it; "" for the program. */
  path: string;
  /** Subcommands, and values of its first argument. */
  words: Word[];
  options: ReturnType<typeof optionOf>[];
}

/** The program first, then every command in its help, each before its subcommands. */
export function completedCommands(command: Command, path = ""): CompletedCommand[] {
  const help = command.createHelp();
  const visible = help.visibleCommands(command);
  const subcommands = visible.map((one) => ({ name: one.name(), description: firstLine(one.description()) }));
  const words = [...subcommands, ...wordsOf(command.registeredArguments[0]?.argChoices)];
  const options = help.visibleOptions(command).map(optionOf);
  const below = visible.filter((one) => command.commands.includes(one));
  return [{ path, words, options }, ...below.flatMap((one) => completedCommands(one, `${path} ${one.name()}`.trim()))];
}

/** Each option with a value, in each of its forms: that value must not be mistaken for a command's name. */
export const valuedFlags = (commands: readonly CompletedCommand[]): { key: string; values: Word[] }[] =>
  commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, values }) => (values ? flags.map((flag) => ({ key: `${path}/${flag}`, values })) : [])),
  );

export const flagsOf = ({ options }: CompletedCommand): Word[] =>
  options.flatMap(({ flags, description }) => flags.map((name) => ({ name, description })));

const optionOf = ({ short, long, description, required, optional, argChoices }: Option) => ({
  flags: [short, long].filter((flag) => flag !== undefined),
  description: firstLine(description),
  /** Known values; empty: file names are offered. Undefined: the option has no value. */
  values: required || optional ? wordsOf(argChoices) : undefined,
});

const wordsOf = (values: readonly string[] = []): Word[] => values.map((name) => ({ name, description: "" }));

const firstLine = (text: string): string => text.replace(/\n.*/su, "");
