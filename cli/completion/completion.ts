/** `completion`: a shell's script that finds the command before the cursor and offers the next words. */
import type { Command } from "commander";
import { present, sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { printData } from "../terminal/output";
import { powershell } from "./powershell";
import { type CompletedCommand, completedCommands, flagsOf, shells, valuedFlags, type Word } from "./words";

type Script = (program: string, commands: readonly CompletedCommand[]) => string;

/** @throws UsageError with the supported shells */
export function completion(name: string, { json }: { json?: boolean }, { parent }: Command): void {
  const shell = shells.find((one) => one === name);
  const known = sentence(`Shells: ${shells.join(", ")}.`);
  if (shell === undefined) throw new UsageError(`There is no completion for "${name}".`, known);
  const root = present(parent, "This is a command of the program.");
  const script = scripts[shell](root.name(), completedCommands(root));
  printData(script.trimEnd(), json ? { shell, script } : undefined);
}

/** For bash 3.2 and later: macOS still includes that version. */
const bash: Script = (program, commands) => `# What completes ${program}, for bash.
_secure_app_model() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} route= here i
  local -a offers
  # Readline takes --cloud=Azure apart.
  if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
${routeCases(commands, `\${COMP_WORDS[i-1]}`, `\${COMP_WORDS[i]}`)}
  done
${offerCases(commands, ({ name }) => name)}
  COMPREPLY=($(compgen -W "\${offers[*]}" -- "$current"))
}
complete -o bashdefault -o default -F _secure_app_model ${program}
`;

/** To be evaluated, or stored in a folder of fpath as _secure-app-model. */
const zsh: Script = (program, commands) => `#compdef ${program}
# What completes ${program}, for zsh.
_secure_app_model() {
  local current=$words[CURRENT] previous=$words[CURRENT-1] route= here i
  local -a offers
  for ((i = 2; i < CURRENT; i++)); do
${routeCases(commands, "$words[i-1]", "$words[i]")}
  done
${offerCases(commands, described)}
  if (( $#offers )); then _describe -t words word offers; else _files; fi
}
# From a folder of fpath this file is the function itself.
if [[ \${funcstack[1]} == _${program} ]]; then _secure_app_model "$@"; else compdef _secure_app_model ${program}; fi
`;

const fish: Script = (program, commands) => `# What completes ${program}, for fish.
# The names of the commands before the cursor, as far as they are some.
function __secure_app_model_path
  set -l route
  set -l previous
  for word in (commandline -opc)[2..-1]
    set -l option "$route/$previous"
    set previous $word
    switch $option
      case ${valuedFlags(commands)
        .map(({ key }) => quotedForFish(key))
        .join(" ")}
        continue
    end
    set -l here $route $word
    switch "$here"
      case ${pathsOf(commands).map(quotedForFish).join(" ")}
        set -a route $word
    end
  end
  echo "$route"
end
function __secure_app_model_at
  set -l route (__secure_app_model_path)
  test "$route" = "$argv"
end
${commands.flatMap((command) => fishLines(program, command)).join("\n")}
`;

export const scripts: Readonly<Record<(typeof shells)[number], Script>> = { bash, zsh, fish, powershell };

/** Paths of all commands, without the program itself. */
const pathsOf = (commands: readonly CompletedCommand[]): string[] =>
  commands.map(({ path }) => path).filter((path) => path !== "");

/** The command that the words before the cursor name. */
function routeCases(commands: readonly CompletedCommand[], previous: string, word: string): string {
  const valued = valuedFlags(commands).map(({ key }) => quoted(key));
  return `    case "$route/${previous}" in ${valued.join("|")}) continue ;; esac
    here="\${route:+$route }${word}"
    case "$here" in ${pathsOf(commands).map(quoted).join("|")}) route=$here ;; esac`;
}

/** After an option with a value: its values, or the shell's default (file names) if none are known. */
function offerCases(commands: readonly CompletedCommand[], written: (word: Word) => string): string {
  const offers = (words: readonly Word[]) => `offers=(${words.map((word) => quoted(written(word))).join(" ")})`;
  const values = valuedFlags(commands).map(({ key, values: known }) => `    ${quoted(key)}) ${offers(known)} ;;`);
  const words = commands.map((command) => {
    const [flags, others] = [offers(flagsOf(command)), offers(command.words)];
    return `    ${quoted(command.path)}) if [[ $current == -* ]]; then ${flags}; else ${others}; fi ;;`;
  });
  return `  case "$route/$previous" in
${values.join("\n")}
    *) case "$route" in
${words.join("\n")}
    esac ;;
  esac`;
}

/** _describe uses the text before the first colon as the word. */
function described({ name, description }: Word): string {
  const word = name.replaceAll(":", "\\:");
  return description === "" ? word : `${word}:${description}`;
}

function fishLines(program: string, { path, words, options }: CompletedCommand): string[] {
  const start = `complete -c ${program} -n ${quotedForFish(`__secure_app_model_at ${path}`.trim())}`;
  const about = (description: string) => (description === "" ? "" : ` -d ${quotedForFish(description)}`);
  return [
    ...words.map(({ name, description }) => `${start} -f -a ${quotedForFish(name)}${about(description)}`),
    ...options.map(({ flags, description, values }) => {
      const names = flags.map((flag) => (flag.startsWith("--") ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`));
      const known = values?.map(({ name }) => name).join(" ");
      const value = known === undefined ? "" : known === "" ? " -r" : ` -x -a ${quotedForFish(known)}`;
      return `${start}${names.join("")}${value}${about(description)}`;
    }),
  ];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const quotedForFish = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
