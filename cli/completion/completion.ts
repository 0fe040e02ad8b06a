/** `completion`: prints a shell's script, generated from the definitions of the commands, so that it includes all of them. */
import type { Command } from "commander";
import { scripts } from "./scripts";
import { completedCommands, shells } from "./words";
import { present, sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { printData } from "../terminal/output";

/** @throws UsageError with the supported shells */
export function completion(name: string, { json }: { json?: boolean }, { parent }: Command): void {
  const shell = shells.find((one) => one === name);
  const known = sentence(`Shells: ${shells.join(", ")}.`);
  if (shell === undefined) throw new UsageError(`There is no completion for "${name}".`, known);
  const root = present(parent, "This is a command of the program.");
  const script = scripts[shell](root.name(), completedCommands(root));
  printData(script.trimEnd(), json ? { shell, script } : undefined);
}
