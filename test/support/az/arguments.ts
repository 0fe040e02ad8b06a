/** The arguments of `az`, checked against the real one's options (table.json). */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Ends the command. Exit codes are the real one's: 1 for a service's refusal, 2 for a wrong line, 3 for a missing resource. */
export class AzError extends Error {
  constructor(
    readonly code: 1 | 2 | 3,
    message: string,
  ) {
    super(message);
  }
}

export interface Line {
  command: string;
  /** Values by the option's first long name, without dashes; none of a flag. */
  options: ReadonlyMap<string, readonly string[]>;
}

/** Their options in the table's notation. */
type Commands = Readonly<Record<string, readonly string[]>>;

const table = JSON.parse(readFileSync(join(__dirname, "table.json"), "utf8")) as {
  everywhere: readonly string[];
  commands: Commands;
};

/** As table.py writes it, such as "--name/-n!": its names; whether it is required; how many values it takes; which, and "~" for any case. */
const notation = /^([^!=:]+)(!)?(?:=([0?+*]))?(?::(.+?)(~)?)?$/u;
const counts: Readonly<Record<string, readonly [number, number]>> = {
  ...{ "0": [0, 0], "?": [0, 1], "+": [1, Infinity], "*": [0, Infinity] },
};

function optionOf(written: string) {
  const [, all = "", required, takes = "1", choices, anyCase] = notation.exec(written) ?? [];
  const names = all.split("/");
  const name = (names.find((one) => one.startsWith("--")) ?? "").slice(2);
  const allowed =
    choices === undefined ? undefined : new RegExp(`^(?:${choices})$`, anyCase === undefined ? "u" : "iu");
  const [least, most] = counts[takes] ?? [1, 1];
  return { names, name, isRequired: required !== undefined, least, most, allowed };
}

/** @param commands default those of the CLI itself @throws AzError for a line that the real one does not take */
export function readLine(argv: readonly string[], commands: Commands = table.commands): Line {
  const refuse = (why: string): never => {
    throw new AzError(2, `${why}: az ${argv.join(" ")}`);
  };
  const length = argv.findIndex((word) => word.startsWith("-"));
  const command = argv.slice(0, length < 0 ? undefined : length).join(" ");
  const known = [...(commands[command] ?? refuse("misspelled")), ...table.everywhere].map(optionOf);
  const options = new Map<string, string[]>();
  let values: string[] = [];
  for (const word of argv.slice(command.split(" ").length)) {
    const option = known.find(({ names }) => names.includes(word));
    if (option !== undefined) options.set(option.name, (values = []));
    else if (word.startsWith("-")) refuse(`unrecognized arguments: ${word}`);
    else values.push(word);
  }
  for (const { name, isRequired, least, most, allowed } of known) {
    const given = options.get(name);
    if (given === undefined && isRequired) refuse(`--${name} is required`);
    if (given === undefined) continue;
    if (given.length < least || given.length > most) refuse(`--${name} does not take ${given.length} values`);
    if (!given.every((value) => allowed?.test(value) ?? true)) refuse(`--${name} does not allow ${given.join(" ")}`);
  }
  return { command, options };
}
