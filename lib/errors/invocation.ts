/** How this process was started, and the shell for which it must write commands. */
import { existsSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import type { Fix } from "./failure";
import { aboutOf, placeOfEngine, type Run, runOf } from "./run-options";

/** PowerShell on Windows, and on another system. */
type PowerShell = "powershell" | "pwsh";
export type Shell = "posix" | "cmd" | PowerShell;

export const isPowerShell = (shell: Shell): shell is PowerShell => shell === "powershell" || shell === "pwsh";

export interface Invocation {
  own: "secure-app-model" | "npx --no secure-app-model";
  /** Whether the engine runs this process: as a program, or as a dynamic provider. */
  byEngine: boolean;
  shell: Shell;
  /** What is being run; undefined: fixes for both situations are printed. */
  about?: Fix["helps"];
  /** Whose options are added to commands; undefined: none are. */
  run?: Run | undefined;
}

const name = "secure-app-model";

export function invocationOf({ env, argv, platform }: Pick<NodeJS.Process, "env" | "argv" | "platform">): Invocation {
  const byEngine = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]/u.test(argv[1] ?? "");
  return {
    own: byEngine || !isOnPath(env, platform) ? `npx --no ${name}` : name,
    byEngine,
    shell: shellOf(env, platform),
    ...(byEngine ? { about: "stack" } : {}),
  };
}

/** Directories that npm and npx put before PATH are no longer there after the process ends. */
function isOnPath(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  const byNpm = environment["npm_execpath"] !== undefined || environment["npm_command"] !== undefined;
  const folders = (environment["PATH"] ?? environment["Path"] ?? "").split(delimiter);
  const lasting = byNpm ? folders.filter((folder) => !folder.endsWith(`${sep}node_modules${sep}.bin`)) : folders;
  const file = platform === "win32" ? `${name}.cmd` : name;
  return lasting.some((folder) => folder !== "" && existsSync(join(folder, file)));
}

/**
 * PowerShell 7 alone sets a channel, and cmd.exe PROMPT. But npm's shim runs in cmd.exe, whatever called it: Windows
 * PowerShell shows by the user's own folder of modules, which it adds. Not verified on Windows.
 */
function shellOf(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): Shell {
  const { SHELL: shell, POWERSHELL_DISTRIBUTION_CHANNEL: channel } = environment;
  if (shell !== undefined) return "posix";
  if (platform !== "win32") return channel === undefined ? "posix" : "pwsh";
  const modules = (environment["PSModulePath"] ?? "").toLowerCase().split(";");
  const home = environment["USERPROFILE"]?.toLowerCase() ?? "";
  const isBelowPowerShell = channel !== undefined || (home !== "" && modules.some((folder) => folder.startsWith(home)));
  return environment["PROMPT"] === undefined || isBelowPowerShell ? "powershell" : "cmd";
}

let known: Invocation | undefined;

export function invocation(): Invocation {
  known ??= invocationOf(process);
  if (known.byEngine) known.run ??= { given: placeOfEngine(process.env, process.ppid) };
  return known;
}

/** The same for what is kept, or is about something else: it must not depend on the options of this run. */
export const withoutRunOptions = (): Invocation => ({ ...invocation(), run: undefined });

/** After this call, the fixes of this process are completed for the command in `argv`. */
export function fixesAreFor(argv: readonly string[]): void {
  const run = { ...runOf(argv), found: invocation().run?.found };
  known = { ...invocation(), run, about: aboutOf(run) };
}

/** And from here on for what is looked at: no other command would find it. */
export function aimAt(more: Partial<Record<"cloud" | "vault" | "endpoints" | "tenant", string | undefined>>): void {
  const { run } = invocation();
  const given = Object.entries(more).filter(([, value]) => value !== undefined);
  if (run !== undefined)
    run.found = { ...run.found, ...Object.fromEntries(given.map(([name, value]) => [`--${name}`, value])) };
}
