/** `completion`: prints a shell's script, made from the definitions of the commands, so that it knows all of them. */
import type { Command } from "commander";
import { bashScript } from "../completion/bash";
import { fishScript } from "../completion/fish";
import { completedCommands, type Shell, shells } from "../completion/words";
import { zshScript } from "../completion/zsh";
import { sentence } from "../../errors/fix";
import { UsageError } from "../exit-code";
import { printData } from "../output";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

export interface CompletionOptions {
  json?: boolean;
}

/** @throws UsageError naming the shells there are */
export function completion(root: Command, name: string, { json }: CompletionOptions): void {
  const shell = shells.find((one): one is Shell => one === name);
  if (shell === undefined) {
    const fixes = [sentence(`Shells: ${shells.join(", ")}.`)];
    throw new UsageError(`There is no completion for "${name}".`, ...fixes);
  }
  const script = scripts[shell](root.name(), completedCommands(root));
  printData(script.trimEnd(), json ? { shell, script } : undefined);
}
