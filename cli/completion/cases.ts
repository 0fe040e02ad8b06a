/** Parts of the scripts that shells write alike. */
import type { CompletedCommand } from "./words";

/** Arms of a `case` over "<path so far>/<word>": which command the words before the cursor have come to. */
export function pathCases(commands: readonly CompletedCommand[], variable: string): string {
  const cases = commands.flatMap(({ path, subcommands }) =>
    subcommands
      .map(({ name }) => ({ from: `${path}/${name}`, to: `${path} ${name}`.trim() }))
      .filter(({ to }) => commands.some((one) => one.path === to))
      .map(({ from, to }) => `      "${from}") ${variable}="${to}" ;;`),
  );
  return cases.join("\n");
}

/** A pattern for `case`: the options, behind their command's path, that a value follows, which is no command's name. */
export function valuePatterns(commands: readonly CompletedCommand[]): string {
  const patterns = commands.flatMap(({ path, options }) =>
    options.filter(({ takesValue }) => takesValue).flatMap(({ flags }) => flags.map((flag) => `"${path}/${flag}"`)),
  );
  return patterns.join("|");
}
