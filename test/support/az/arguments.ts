/** The arguments of `az`, checked against the real one's options (table.json); invalid ones are refused in the same way. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** As table.py writes it, such as "--name/-n!": its names; whether it is required; how many values it takes; which, and "~" for any case. */
const notation = /^([^!=:]+)(!)?(?:=([0?+*]))?(?::(.+?)(~)?)?$/u;

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

const optionOf = (written: string) => {
  const [, names = "", required, takes = "1", choices, anyCase] = notation.exec(written) ?? [];
  return { names: names.split("/"), required, takes, choices: choices?.split("|"), anyCase };
};
type Option = ReturnType<typeof optionOf>;

/** @param commands default those of the CLI itself */
export function readLine(argv: readonly string[], commands: Commands = table.commands): Line {
  const length = argv.findIndex((word) => word.startsWith("-"));
  const named = length < 0 ? argv : argv.slice(0, length);
  const command = named.join(" ");
  const own = commands[command];
  if (own === undefined) {
    const isBeginning = (words: string) => Object.keys(commands).some((one) => `${one} `.startsWith(`${words} `));
    const wrong = named.find((_, index) => !isBeginning(named.slice(0, index + 1).join(" "))) ?? command;
    throw new AzError(2, `'${wrong}' is misspelled or not recognized by the system.`);
  }
  const known = [...own, ...table.everywhere].map(optionOf);
  const options = new Map<string, string[]>();
  let rest = argv.slice(named.length);
  while (rest[0] !== undefined) {
    const [word = "", joined] = splitAt(rest[0]);
    const option = known.find(({ names }) => names.includes(word));
    if (option === undefined) throw new AzError(2, `unrecognized arguments: ${rest.join(" ")}`);
    const behind = rest.slice(1);
    const next = behind.findIndex((one) => one.startsWith("-"));
    const given = joined === undefined ? behind.slice(0, next < 0 ? undefined : next) : [joined];
    const values = takenBy(option, given);
    options.set(nameOf(option), values);
    rest = joined === undefined ? behind.slice(values.length) : behind;
    if (rest[0] !== undefined && !rest[0].startsWith("-"))
      throw new AzError(2, `unrecognized arguments: ${rest.join(" ")}`);
  }
  const missing = known.filter((option) => option.required !== undefined && !options.has(nameOf(option)));
  if (missing.length > 0) {
    const names = missing.map(({ names: all }) => all.join("/"));
    throw new AzError(2, `the following arguments are required: ${names.join(", ")}`);
  }
  return { command, options };
}

const splitAt = (word: string): readonly string[] => /^(--[\w-]+)=(.*)$/su.exec(word)?.slice(1) ?? [word];

const nameOf = ({ names }: Option): string => (names.find((name) => name.startsWith("--")) ?? "").slice(2);

function takenBy({ names, takes, choices, anyCase }: Option, given: readonly string[]): string[] {
  const counts: Readonly<Record<string, readonly [number, number]>> = {
    "0": [0, 0],
    "1": [1, 1],
    "?": [0, 1],
    "+": [1, Infinity],
    "*": [0, Infinity],
  };
  const [least, most] = counts[takes] ?? [NaN, NaN];
  const values = given.slice(0, most);
  if (values.length < least) throw new AzError(2, `argument ${names.join("/")}: expected ${takes} argument`);
  const fits = (value: string) =>
    choices === undefined ||
    choices.some((one) => one === value || (anyCase !== undefined && one.toLowerCase() === value.toLowerCase()));
  const wrong = values.find((value) => !fits(value));
  if (wrong !== undefined) {
    throw new AzError(2, `'${wrong}' is not a valid value for '${names[0]}'. Allowed values: ${choices?.join(", ")}.`);
  }
  return values;
}
