/** How the user of this process calls a command. Entry points set it, as a failure does not look at the process. */
import type { Command, Fix } from "./failure";

/** PowerShell on Windows, and on another system. */
type PowerShell = "powershell" | "pwsh";
export type Shell = "posix" | "fish" | "cmd" | PowerShell;

export const isPowerShell = (shell: Shell): shell is PowerShell => shell === "powershell" || shell === "pwsh";

export type Options = Readonly<Record<string, string | undefined>>;

export interface Invocation {
  own: "secure-app-model" | "npx --no secure-app-model";
  shell: Shell;
  /** Whether a stack or a command is run; undefined: fixes for both are printed. */
  about?: Fix["helps"];
  /** Adds the options that a command would not find by itself; undefined: none are added. */
  complete?: ((command: Command, found: Options) => Command) | undefined;
  /** Values of the stack and the login that are looked at: no other command would find them. */
  found?: Options;
}

let known: Invocation = { own: "secure-app-model", shell: "posix" };

export const invocation = (): Invocation => known;

export function printFor(how: Invocation): void {
  known = how;
}
