import { pathCases, valuePatterns } from "./cases";
import type { CompletedCommand } from "./words";

/** A script for zsh, to be evaluated or put into a folder of fpath as _secure-app-model. */
export function zshScript(program: string, commands: readonly CompletedCommand[]): string {
  return `#compdef ${program}
# What completes ${program}, for zsh.
_secure_app_model() {
  local current=$words[CURRENT] previous=$words[CURRENT-1] route= i
  local -a offers
  for ((i = 2; i < CURRENT; i++)); do
    case "$route/$words[i-1]" in ${valuePatterns(commands)}) continue ;; esac
    case "$route/$words[i]" in
${pathCases(commands, "route")}
    esac
  done
  case "$route/$previous" in
${valueCases(commands)}
  esac
  case "$route" in
${wordCases(commands)}
  esac
}
# From a folder of fpath this file is the function itself.
if [[ \${funcstack[1]} == _${program} ]]; then _secure_app_model "$@"; else compdef _secure_app_model ${program}; fi
`;
}

function valueCases(commands: readonly CompletedCommand[]): string {
  const cases = commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, values }) => {
        const patterns = flags.map((flag) => quoted(`${path}/${flag}`)).join("|");
        const offer = values.length === 0 ? "_files" : `compadd -- ${values.map(quoted).join(" ")}`;
        return `    ${patterns}) ${offer}; return ;;`;
      }),
  );
  return cases.join("\n");
}

function wordCases(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ path, subcommands, options, values }) => {
    const words = [...subcommands.map(described), ...values.map((value) => quoted(colonless(value)))];
    const flags = options.flatMap(({ flags: all, description }) => all.map((name) => described({ name, description })));
    return `    ${quoted(path)})
      if [[ $current == -* ]]; then offers=(${flags.join(" ")}); else offers=(${words.join(" ")}); fi
      if (( $#offers )); then _describe -t words word offers; else _files; fi ;;`;
  });
  return cases.join("\n");
}

/** _describe takes what stands before the first colon for the word. */
function described({ name, description }: { name: string; description: string }): string {
  return quoted(`${colonless(name)}:${description}`);
}

function colonless(word: string): string {
  return word.replaceAll(":", "\\:");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
