/** The name, options and help of `env`. */
import { type Definition, option, suggesting } from "../options/define";
import { json, project, stack } from "../options/shared-options";
import { shells } from "./shells";

export const env: Definition = {
  name: "env",
  about: "print the variables of a deployed stack for a shell, so that other commands need no --cloud and --vault",
  options: [
    stack,
    ...project,
    suggesting(
      option("--shell <name>", `${Object.keys(shells).join(", ")}; default: this shell, as far as it can be told`),
      Object.keys(shells),
    ),
    json,
  ],
  help: `It reads the stack's configuration and outputs, and prints no secret.

Set them:
  bash, zsh:   eval "$(secure-app-model env --stack global)"
  fish:        secure-app-model env --stack global | source
  PowerShell:  secure-app-model env --stack global | Invoke-Expression
  cmd:         for /f "delims=" %i in ('secure-app-model env --stack global') do @%i

Example:
  secure-app-model env --stack global`,
  run: "env",
};
