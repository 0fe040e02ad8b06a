/** The options of a run, which a printed command needs as well: each works as it stands. */
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

/** Those before "--": what follows is the command that `exec` runs. */
export const ownWords = (argv: readonly string[]): readonly string[] =>
  argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;

/** Without its arguments. */
export const nameOf = ({ name }: Definition): string => name.split(" ", 1)[0] ?? name;

/** A command and its subcommand, as far as there is one. */
export function named([name, ...rest]: readonly string[], among: readonly Definition[]): Definition[] {
  const called = among.find((one) => nameOf(one) === name);
  return called === undefined ? [] : [called, ...named(rest, called.subcommands ?? [])];
}

/** @param commands all that there are: their options show what each takes */
export function invocationFor(argv: readonly string[], commands: readonly Definition[]): Invocation {
  const own = ownWords(argv);
  const given: Options = Object.fromEntries(carried.map((name) => [name, valueIn(own, name)]));
  const takenBy = (line: readonly string[]) =>
    new Set(named(line, commands).flatMap(({ options = [] }) => options.map(({ long }) => long)));
  // Of a command that takes both, --tenant is a customer's.
  const tenant = given[takenBy(argv).has("--partner-tenant") ? "--partner-tenant" : "--tenant"];
  const isAboutOthers = named(argv, commands).some(({ isHarmless }) => isHarmless);

  function complete(command: Command, found: Options): Command {
    const { program, without = [], tenantId } = command;
    if (program === sameCommand) {
      if (isAboutOthers) return command;
      const kept = withoutOptions(own, [...without, ...command.args.filter(isOption)]);
      return ownCommand(...kept, ...command.args, ...argv.slice(own.length));
    }
    const { "--stack": stack, "--client-id": clientId, "--cwd": cwd, "--config-file": file } = given;
    const args = withKnown(command.args, { "--stack <stack>": stack, "--client-id <client id>": clientId });
    // The engine looks for the file in the folder of --cwd, and a command in its own.
    const place = { ...given, ...(cwd !== undefined && file !== undefined && { "--config-file": resolve(file) }) };
    if (program === "pulumi") return { program, args: [...args, ...placeFor(args, place)] };
    if (program !== "secure-app-model" || args.includes("--help")) return { program, args };
    const takes = takenBy(args);
    const takesTenant = takes.has("--tenant") && !takes.has("--partner-tenant");
    // A stack shows the rest.
    const others = takes.has("--stack") ? {} : found;
    const values: Options = {
      ...given,
      ...Object.fromEntries(targets.map((name) => [name, unlessSet(name, given[name] ?? others[name])])),
      "--tenant": takesTenant ? (tenant ?? others["--tenant"]) : undefined,
      "--partner-tenant": tenant,
      // An administrator's consent stores no token, and needs no account and no client secret.
      ...(args.includes("--as-administrator") && { "--credential": undefined, "--account": undefined }),
    };
    const taken = Object.entries(values).filter(([name]) => takes.has(name));
    const aimed = [...args, ...(takesTenant ? missingIn(args, { "--tenant": tenantId }) : [])];
    return { program, args: [...aimed, ...missingIn(aimed, Object.fromEntries(taken))] };
  }

  const about = given["--stack"] === undefined ? "command" : "stack";
  return { ...invocationOf(process), ...(!isAboutOthers && { about }), complete };
}

const unlessSet = (name: (typeof targets)[number], value: string | undefined): string | undefined =>
  value === ownVariable(process.env, targetVariables[name]) ? undefined : value;

/** From here on for what is looked at: no other command would find it. */
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

/** A number below zero is a value. */
const isOption = (word: string): boolean => /^-\D/u.test(word);
