import { Argument, type Command } from "commander";
import type { CompletionOptions } from "../commands/completion";
import { shells } from "../completion/words";
import { runtime } from "../lazy-runtime";
import { suggesting, withJson } from "./shared-options";

export function defineCompletion(root: Command): void {
  withJson(root.command("completion"))
    .addArgument(suggesting(new Argument("<shell>", "the shell to print it for"), shells))
    .description("print a script that makes a shell complete commands, options and their values")
    .addHelpText(
      "after",
      `
Install it, with the command on PATH (npm install --global, or an alias of npx secure-app-model):
  bash, in ~/.bashrc:  source <(secure-app-model completion bash)
  zsh, in ~/.zshrc:    source <(secure-app-model completion zsh)    # after compinit
  fish:                secure-app-model completion fish > ~/.config/fish/completions/secure-app-model.fish

Example:
  secure-app-model completion bash`,
    )
    .action((shell: string, options: CompletionOptions) => {
      runtime().completion(root, shell, options);
    });
}
