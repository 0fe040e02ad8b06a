/** The name, options and help of `completion`. */
import { Argument } from "commander";
import { shells } from "./words";
import { type Definition, suggesting } from "../options/define";
import { json } from "../options/shared-options";

export const completion: Definition = {
  name: "completion",
  argument: suggesting(new Argument("<shell>", "the shell to print it for"), shells),
  about: "print a script that lets a shell complete commands, options and their values",
  options: [json],
  help: `Install it, with the command on PATH (npm install --global, or an alias of npx --no secure-app-model):
  bash, in ~/.bashrc:  source <(secure-app-model completion bash)
  zsh, in ~/.zshrc:    source <(secure-app-model completion zsh)    # after compinit
  fish:                secure-app-model completion fish > ~/.config/fish/completions/secure-app-model.fish
  powershell, in $PROFILE:  secure-app-model completion powershell | Out-String | Invoke-Expression

Example:
  secure-app-model completion bash`,
  run: "completion",
  isHarmless: true,
};
