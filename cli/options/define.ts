/** Declares a command: its name, options and help here, its function in the runtime. */
import { type Argument, type Command, Option } from "commander";
import type { Limits } from "../../lib/config/limits";
import { exposingProblem, proxyProblem } from "../../lib/http/variables";
import { again, command, type Parts, run } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { clientId, wholeNumber } from "./number-options";

type Runtime = typeof import("../quick-runtime.js") & typeof import("../runtime.js");

/** Loads the functions of commands. @param run the one that is called; default: any */
export type Load = (run?: keyof Runtime) => Runtime;

export interface Definition {
  /** With arguments that need no description: "revoke <customer>". */
  name: string;
  about: string;
  argument?: Argument;
  options?: readonly Option[];
  help: string;
  /** Called with the arguments, the options and the command; a function picks it by the options. Without it the help is printed. */
  run?: keyof Runtime | ((options: Record<string, unknown>) => keyof Runtime);
  /** It does not handle tokens. */
  isHarmless?: true;
  subcommands?: readonly Definition[];
}

export function define(parent: Command, definition: Definition, load: Load): void {
  const { name, about, argument, options = [], help, run: functionOf, isHarmless, subcommands = [] } = definition;
  const command = parent.command(name).description(about).addHelpText("after", `\n${help}`);
  if (argument !== undefined) command.addArgument(argument);
  if (argument?.variadic === true) {
    // Options behind the first word of another command are that command's, --version too.
    parent.enablePositionalOptions();
    command.passThroughOptions();
  }
  for (const one of options) command.addOption(takingNoEmptyText(one));
  for (const one of subcommands) define(command, one, load);
  if (functionOf === undefined) return;
  command.action(async (...given: unknown[]) => {
    const problem = isHarmless ? undefined : (folderProblem() ?? exposingProblem() ?? proxyProblem());
    if (problem !== undefined) throw new UsageError(problem);
    const called = typeof functionOf === "string" ? functionOf : functionOf(command.opts());
    await (load(called)[called] as (...all: unknown[]) => unknown)(...given);
  });
}

/** In a folder that is gone no path is found, and Node.js reports it as "uv_cwd". */
function folderProblem(): Parts | undefined {
  try {
    process.cwd();
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return undefined;
    return {
      what: ["The current folder is gone", process.env["PWD"]].filter(Boolean).join(": "),
      why: "It was removed, and perhaps made anew, while this shell was in it.",
      fixes: [run("Go to a folder that exists", command("cd", "<folder>"), again())],
    };
  }
}

/** An unset variable in a script gives an empty text, which would be looked up, for example as a tenant. */
function takingNoEmptyText(one: Option): Option {
  const { parseArg, flags, long } = one;
  if (!one.required) return one;
  const [placeholder = "<value>"] = /<[^>]+>/u.exec(flags) ?? [];
  return one.argParser((value: string, before: unknown) => {
    // Else the next option is taken for the value: the stack "--yes".
    if (value === "" || value.startsWith("--")) {
      const follows = value === "" ? "" : `: ${value} follows it`;
      throw new UsageError(
        `The option ${long ?? flags} has no value${follows}.`,
        run("Give it a value", again(long ?? flags, placeholder)),
      );
    }
    return parseArg === undefined ? value : parseArg(value, before);
  });
}

export const option = (flags: string, about: string): Option => new Option(flags, about);

export function several(flags: string, about: string): Option {
  const added = (value: string, before: string[] | undefined) => [...(before ?? []), value];
  return option(flags, `${about}; may be repeated`).argParser(added);
}

export function numberOption(flags: string, about: string, limits: Limits): Option {
  const { least, most, default: usual } = limits;
  const [name = ""] = flags.split(" ", 1);
  return option(flags, `${about}, ${least} to ${most}`)
    .default(usual, `"${usual}"`)
    .argParser((text) => wholeNumber(name, text, limits));
}

export const clientIdOption = (about: string): Option => option("--client-id <id>", about).argParser(clientId);

/** Values that shells offer. The parser accepts any, because the command's own error is more precise. */
export function suggesting<T extends Argument | Option>(target: T, values: readonly string[]): T {
  target.argChoices = [...values];
  return target;
}
