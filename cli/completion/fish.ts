import { valuePatterns } from "./cases";
import type { CompletedCommand, CompletedOption } from "./words";

/** A script for fish. */
export function fishScript(program: string, commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => linesOf(program, command));
  return `# What completes ${program}, for fish.
# The names of the commands before the cursor, as far as they are some.
function __secure_app_model_path
  set -l route
  set -l previous
  for word in (commandline -opc)[2..-1]
    set -l option "$route/$previous"
    set previous $word
    switch $option
      case ${valuePatterns(commands).replaceAll("|", " ")}
        continue
    end
    switch "$route $word"
      case ${commands
        .filter(({ path }) => path !== "")
        // The program's own route is empty, and a space stands behind it all the same.
        .map(({ path }) => quoted(path.includes(" ") ? path : ` ${path}`))
        .join(" ")}
        set -a route $word
    end
  end
  echo "$route"
end
function __secure_app_model_at
  set -l route (__secure_app_model_path)
  test "$route" = "$argv"
end
${lines.join("\n")}
`;
}

function linesOf(program: string, { path, subcommands, options, values }: CompletedCommand): string[] {
  const start = `complete -c ${program} -n ${quoted(`__secure_app_model_at ${path}`.trim())}`;
  const words = subcommands.map(({ name, description }) => `${start} -f -a ${quoted(name)} -d ${quoted(description)}`);
  const offered = values.length === 0 ? [] : [`${start} -f -a ${quoted(values.join(" "))}`];
  return [...words, ...offered, ...options.map((option) => `${start} ${optionWords(option)}`)];
}

function optionWords({ flags, description, takesValue, values }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = takesValue ? (values.length === 0 ? ["-r"] : [`-x -a ${quoted(values.join(" "))}`]) : [];
  return [...names, ...value, `-d ${quoted(description)}`].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
