/** How this process was started, and for which shell it has to write commands. */
import { existsSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import type { Command, Fix } from "./failure";
import { placedIn, placeOfEngine } from "./project-place";

export type Shell = "posix" | "powershell" | "cmd";

export interface Invocation {
  /** What calls the command again. */
  own: "secure-app-model" | "npx secure-app-model";
  /** Whether the engine runs this process: as a program, or as a dynamic provider. */
  byEngine: boolean;
  shell: Shell;
  /** What is being run; undefined: fixes are told for both. */
  about?: Fix["helps"];
  /** A command as it has to be called from here: with the place that what runs was told, where the next command would not find it by itself. */
  placed?: (command: Command) => Command;
}

const name = "secure-app-model";

export function invocationOf({ env, argv, platform }: Pick<NodeJS.Process, "env" | "argv" | "platform">): Invocation {
  const byEngine = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]/u.test(argv[1] ?? "");
  return {
    own: byEngine || !isOnPath(env, platform) ? `npx ${name}` : name,
    byEngine,
    shell: shellOf(env, platform),
    ...(byEngine ? { about: "stack" } : {}),
  };
}

/** What npm and npx put before PATH is gone when the process ends. */
function isOnPath(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  const byNpm = environment["npm_execpath"] !== undefined || environment["npm_command"] !== undefined;
  const folders = (environment["PATH"] ?? environment["Path"] ?? "").split(delimiter);
  const lasting = byNpm ? folders.filter((folder) => !folder.endsWith(`${sep}node_modules${sep}.bin`)) : folders;
  const file = platform === "win32" ? `${name}.cmd` : name;
  return lasting.some((folder) => folder !== "" && existsSync(join(folder, file)));
}

/** cmd.exe alone sets PROMPT, PowerShell on other systems alone its channel. Not verified on Windows. */
function shellOf(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): Shell {
  if (environment["POWERSHELL_DISTRIBUTION_CHANNEL"] !== undefined && environment["SHELL"] === undefined)
    return "powershell";
  if (platform !== "win32" || environment["SHELL"] !== undefined) return "posix";
  return environment["PROMPT"] === undefined ? "powershell" : "cmd";
}

let known: Invocation | undefined;

/** This process's. */
export function invocation(): Invocation {
  known ??= invocationOf(process);
  if (known.byEngine && known.placed === undefined) {
    known = { ...known, placed: placedIn(placeOfEngine(process.env, process.ppid)) };
  }
  return known;
}

/** The same for what is kept: it must not depend on the place that one run was told. */
export function placeless(): Invocation {
  const { own, byEngine, shell } = invocation();
  return { own, byEngine, shell };
}

/** What this process was told to run, once that is known. */
export function runs(what: Required<Pick<Invocation, "placed">> & Pick<Invocation, "about">): void {
  known = { ...invocation(), ...what };
}
