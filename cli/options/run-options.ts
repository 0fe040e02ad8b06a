/** Adds this run's options to every printed command, so that it can be pasted as it is. */
import { resolve } from "node:path";
import { ownVariable, targetVariables } from "../../lib/config/own-variables";
import { type Command, ownCommand, sameCommand } from "../../lib/errors/failure";
import { invocation, type Invocation, type Options, printFor } from "../../lib/errors/invocation";
import { invocationOf, missingIn, placeFor, valueIn, withKnown } from "../../lib/startup/invocation";
import type { Definition } from "./define";

const targets = Object.keys(targetVariables) as (keyof typeof targetVariables)[];
/** Options that mean the same to every command that has them, in the order in which they are printed. */
const carried = [
  ...targets,
  ...["--stack", "--cwd", "--config-file", "--tenant", "--partner-tenant", "--client-id"],
  ...["--credential", "--account", "--port"],
];

/** The words before "--", behind which the command of `exec` stands. */
export const ownWords = (argv: readonly string[]): readonly string[] =>
  argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;

/** The command's name without its arguments. */
export const nameOf = ({ name }: Definition): string => name.split(" ", 1)[0] ?? name;

/** A command and its subcommand, as far as there is one. */
export function named([name, ...rest]: readonly string[], among: readonly Definition[]): Definition[] {
  const called = among.find((one) => nameOf(one) === name);
  return called === undefined ? [] : [called, ...named(rest, called.subcommands ?? [])];
}

/** @param commands all that there are: their options show what each takes */
export function invocationFor(argv: readonly string[], commands: readonly Definition[]): Invocation {
  const takenBy = (line: readonly string[]) =>
    named(line, commands).flatMap(({ options = [] }) => options.map(({ long }) => long ?? ""));
  const own = ownWords(argv);
  // If a command takes both options, --tenant is a customer's.
  const tenant = valueIn(own, takenBy(argv).includes("--partner-tenant") ? "--partner-tenant" : "--tenant");
  const options = Object.fromEntries(carried.map((name) => [name, valueIn(own, name)]));
  const given: Options = { ...options, "--tenant": tenant, "--partner-tenant": tenant };
  const isAboutOthers = named(argv, commands).some(({ isHarmless }) => isHarmless);
  const complete = (command: Command, found: Options): Command => {
    const { program } = command;
    if (program === sameCommand) return isAboutOthers ? command : sameAgain(argv, command);
    const { "--stack": stack, "--client-id": clientId } = given;
    const args = withKnown(command.args, { "--stack <stack>": stack, "--client-id <client id>": clientId });
    if (program === "pulumi") return { program, args: [...args, ...placeFor(args, forEngine(given))] };
    if (program !== "secure-app-model" || args.includes("--help")) return { program, args };
    const takes = takenBy(args);
    // With --stack the command reads the rest from the stack.
    const others = takes.includes("--stack") ? {} : found;
    return aimed({ ...command, args }, takes, (name) => given[name] ?? others[name]);
  };
  const about = given["--stack"] === undefined ? "command" : "stack";
  return { ...invocationOf(process), ...(!isAboutOthers && { about }), complete };
}

function sameAgain(argv: readonly string[], { args, without = [] }: Command): Command {
  const own = ownWords(argv);
  const kept = withoutOptions(own, [...without, ...args.filter(isOption)]);
  return ownCommand(...kept, ...args, ...argv.slice(own.length));
}

/** The engine looks for the file in the folder of --cwd, and a command in its own. */
function forEngine(given: Options): Options {
  const { "--cwd": cwd, "--config-file": file } = given;
  return cwd === undefined || file === undefined ? given : { ...given, "--config-file": resolve(file) };
}

/** @returns the command with those of the options it takes that aim it at what this run is about */
function aimed(command: Command, takes: readonly string[], valueOf: (name: string) => string | undefined): Command {
  const { program, args, tenantId } = command;
  const needless = [
    ...(takes.includes("--partner-tenant") ? ["--tenant"] : []),
    // An administrator's consent stores no token, and needs no account and no client secret.
    ...(args.includes("--as-administrator") ? ["--credential", "--account"] : []),
  ];
  const passed = carried.filter((name) => takes.includes(name) && !needless.includes(name));
  const first = passed.includes("--tenant") ? [...args, ...missingIn(args, { "--tenant": tenantId })] : args;
  const values = passed.map((name) => [name, unlessSet(name, valueOf(name))]);
  return { program, args: [...first, ...missingIn(first, Object.fromEntries(values) as Options)] };
}

const unlessSet = (name: string, value: string | undefined): string | undefined =>
  targets.some((one) => one === name && ownVariable(process.env, targetVariables[one]) === value) ? undefined : value;

/** Adds these targets to every command printed from here on, which would not find them otherwise. */
export function aimAt(more: Partial<Record<"cloud" | "vault" | "endpoints" | "tenant", string | undefined>>): void {
  const how = invocation();
  const given = Object.entries(more).filter(([, value]) => value !== undefined);
  printFor({
    ...how,
    found: { ...how.found, ...Object.fromEntries(given.map(([name, value]) => [`--${name}`, value])) },
  });
}

function withoutOptions(argv: readonly string[], names: readonly string[]): string[] {
  const isNamed = (one: string | undefined) => one !== undefined && names.includes(one);
  return argv.filter(
    (one, index) =>
      !isNamed(one) &&
      !(isNamed(argv[index - 1]) && !isOption(one)) &&
      !names.some((name) => one.startsWith(`${name}=`)),
  );
}

/** A negative number is a value, not an option. */
const isOption = (word: string): boolean => /^-\D/u.test(word);
