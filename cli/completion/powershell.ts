/** For PowerShell 5.1 and later: the words as data, and a block that looks them up. Not run in PowerShell. */
import { inPowerShell as quoted } from "../../lib/errors/text";
import { type CompletedCommand, flagsOf, valuedFlags, type Word } from "./words";

export const powershell = (program: string, commands: readonly CompletedCommand[]): string => {
  const words = commands.map(({ path, words: all }) => entry(path, all));
  const options = commands.map((command) => entry(command.path, flagsOf(command)));
  const values = valuedFlags(commands).map(({ key, values: known }) => entry(key, known));
  return `# What completes ${program}, for PowerShell.
Register-ArgumentCompleter -Native -CommandName ${quoted(program)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  # By the path of a command: its subcommands, or the values of its argument.
  $words = @{
${words.join("\n")}
  }
  $options = @{
${options.join("\n")}
  }
  # By path and option; of an option whose values are not known PowerShell offers files.
  $values = @{
${values.join("\n")}
  }
  $route = ''
  $previous = ''
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $isValue = $values.ContainsKey("$route/$previous")
    $previous = $element.ToString()
    if ($isValue) { continue }
    $path = "$route $previous".Trim()
    if ($words.ContainsKey($path)) { $route = $path }
  }
  $offers = $words[$route]
  if ($values.ContainsKey("$route/$previous")) { $offers = $values["$route/$previous"] }
  elseif ("$wordToComplete".StartsWith('-')) { $offers = $options[$route] }
  foreach ($name in $offers.Keys) {
    if ($name.StartsWith("$wordToComplete")) {
      [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $offers[$name])
    }
  }
}
`;
};

/** A tooltip may not be empty: without a description the word itself is used. */
function entry(key: string, words: readonly Word[]): string {
  const all = words.map(
    ({ name, description }) => `${quoted(name)} = ${quoted(description === "" ? name : description)}`,
  );
  return `    ${quoted(key)} = [ordered]@{ ${all.join("; ")} }`;
}
