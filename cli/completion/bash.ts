import { pathCases, valuePatterns } from "./cases";
import type { CompletedCommand } from "./words";

/** A script for bash 3.2 and later: macOS still has that one. */
export function bashScript(program: string, commands: readonly CompletedCommand[]): string {
  return `# What completes ${program}, for bash.
_secure_app_model() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path= i
  # Readline takes --cloud=Azure apart.
  if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path/\${COMP_WORDS[i-1]}" in ${valuePatterns(commands)}) continue ;; esac
    case "$path/\${COMP_WORDS[i]}" in
${pathCases(commands, "path")}
    esac
  done
  COMPREPLY=()
  case "$path/$previous" in
${valueCases(commands)}
  esac
  case "$path" in
${wordCases(commands)}
  esac
}
complete -o bashdefault -o default -F _secure_app_model ${program}
`;
}

/** After an option with a value: its values, or what bash itself offers. */
function valueCases(commands: readonly CompletedCommand[]): string {
  const cases = commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, values }) => {
        const patterns = flags.map((flag) => `"${path}/${flag}"`).join("|");
        const reply = values.length === 0 ? "" : `COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$current")); `;
        return `    ${patterns}) ${reply}return ;;`;
      }),
  );
  return cases.join("\n");
}

function wordCases(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ path, subcommands, options, values }) => {
    const words = [...subcommands.map(({ name }) => name), ...values].join(" ");
    const flags = options.flatMap((option) => option.flags).join(" ");
    return `    "${path}")
      if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "${flags}" -- "$current"))
      else COMPREPLY=($(compgen -W "${words}" -- "$current")); fi ;;`;
  });
  return cases.join("\n");
}
