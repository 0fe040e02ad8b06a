/** How this process was started, and the shell for which it must write commands. */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import { configurationBytes } from "../config/limits";
import { type Command, namespace, pulumi } from "../errors/failure";
import type { Invocation, Options, Shell } from "../errors/invocation";
import { textIn } from "./bounded-file";
import { engineAbove } from "./engine-watch";

const name = "secure-app-model";

type Process = Pick<NodeJS.Process, "env" | "argv" | "platform">;

/** The invocation of a program or a dynamic provider, which the engine runs. */
export function invocationOf({ env, argv, platform }: Process, isSet: () => boolean = hasSettings): Invocation {
  const byEngine = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]/u.test(argv[1] ?? "");
  return {
    own: byEngine || !isOnPath(env, platform) ? `npx --no ${name}` : name,
    shell: shellOf(env, platform),
    ...(byEngine && { about: "stack", complete: (command) => inEngine(command, placeOfEngine(env), isSet) }),
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
 * SHELL is that of the login. PowerShell 7 alone sets a channel, and cmd.exe PROMPT. But npm's shim runs in cmd.exe,
 * whatever called it: Windows PowerShell shows by the user's own folder of modules, which it adds. Not verified on Windows.
 */
function shellOf(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): Shell {
  const { SHELL: shell, POWERSHELL_DISTRIBUTION_CHANNEL: channel } = environment;
  if (shell !== undefined) return /\bfish$/u.test(shell) ? "fish" : "posix";
  if (platform !== "win32") return channel === undefined ? "posix" : "pwsh";
  const modules = (environment["PSModulePath"] ?? "").toLowerCase().split(";");
  const home = environment["USERPROFILE"]?.toLowerCase() ?? "";
  const isBelowPowerShell = channel !== undefined || (home !== "" && modules.some((folder) => folder.startsWith(home)));
  return environment["PROMPT"] === undefined || isBelowPowerShell ? "powershell" : "cmd";
}

/** The engine's options. Without /proc a program has only its stack, and a dynamic provider nothing. */
export function placeOfEngine(environment: NodeJS.ProcessEnv, commandLine = engineAbove()): Options {
  return commandLine.length > 0 ? placeIn(commandLine) : { "--stack": environment["PULUMI_NODEJS_STACK"] };
}

/** The folder of Pulumi.yaml: the program's folder, or one above it. Older engines do not pass it to the SDK. */
export function projectFolder(folder: string): string {
  const above = dirname(folder);
  return existsSync(join(folder, "Pulumi.yaml")) || above === folder ? folder : projectFolder(above);
}

/** Settings, mistyped ones too, or a place elsewhere that may have some. */
const anySettings = /^(?:environment|stackConfigDir):|secure-app[\w-]*:/mu;

/** Whether a project has settings: a program of one's own has arguments, and its providers' process learns neither. */
export function hasSettings(given?: string): boolean {
  try {
    const folder = given ?? projectFolder(process.cwd());
    const files = readdirSync(folder).filter((name) => /^Pulumi\.(?:.+\.)?ya?ml$/u.test(name));
    return files.length === 0 || files.some((name) => anySettings.test(textIn(join(folder, name), configurationBytes)));
  } catch {
    return true;
  }
}

/** A change of settings as one of arguments: consent.account = x. Undefined for any other command. */
function ofArguments({ program, args: [first, how = "", ...words] }: Command): Command | undefined {
  const [key = "", value = "undefined"] = words.filter((word) => !["--path", "--plaintext"].includes(word));
  if (program !== "pulumi" || first !== "config" || !key.startsWith(`${namespace}:`)) return undefined;
  const all = how === "set-all" ? words.filter((word) => word.startsWith(`${namespace}:`)) : [`${key}=${value}`];
  const given = all.flatMap((one) => {
    const [, name = "", is = ""] = /^[^:]*:([^=]*)=(.*)$/su.exec(one) ?? [];
    return ["and", name, "=", is];
  });
  return ["set", "set-all", "rm"].includes(how) ? { program: given[1] ?? "", args: given.slice(2) } : undefined;
}

/**
 * @returns the command as a user of the engine calls it
 * @param place of the engine's run
 * @param isSet whether the project has settings; a named configuration file is taken to have them
 */
export function inEngine(command: Command, place: Options, isSet: () => boolean): Command {
  const argument = ofArguments(command);
  if (argument !== undefined && place["--config-file"] === undefined && !isSet()) return argument;
  const { program, args: words } = consents(command) ? pulumi("up") : command;
  const args = withKnown(words, { "--stack <stack>": place["--stack"] });
  if (program === "pulumi") return pulumi(...args, ...placeFor(args, place));
  // Without a stack `doctor` would check nothing of this deployment; other commands name their stack.
  const isOfStack = program === name && (args.includes("--stack") || args[0] === "doctor");
  return { program, args: isOfStack ? [...args, ...missingIn(args, place)] : args };
}

/** Whether `up` replaces a consent command: it consents by itself; the command would need names not known yet. */
const consents = ({ program, args: [first, ...options] }: Command): boolean =>
  program === name && first === "consent" && options.every((one) => one === "--force");

/** Replaces a fix's placeholders by known values. @param known values by "--stack <stack>" */
export const withKnown = (args: readonly string[], known: Options): string[] =>
  args.map((one, index) => known[`${args[index - 1]} ${one}`] ?? one);

/** The options of the run's place that a command of the engine accepts. */
export function placeFor(args: readonly string[], place: Options): string[] {
  const [first = "", which = ""] = args;
  const { "--stack": stack, "--cwd": cwd, "--config-file": file } = place;
  const isOfStack =
    !["login", "plugin"].includes(first) && !(first === "stack" && ["ls", "init", "rm"].includes(which));
  const takesFile = isOfStack && !["cancel", "stack", "state"].includes(first);
  return missingIn(args, {
    "--stack": isOfStack ? stack : undefined,
    "--cwd": cwd,
    "--config-file": takesFile ? file : undefined,
  });
}

export const placeIn = (argv: readonly string[]): Options => ({
  "--stack": valueIn(argv, "--stack", "-s"),
  "--cwd": valueIn(argv, "--cwd", "-C"),
  "--config-file": valueIn(argv, "--config-file"),
});

/** An option's value as the parser takes it: the last one counts. */
export function valueIn(argv: readonly string[], ...names: readonly string[]): string | undefined {
  const index = argv.findLastIndex((one) => names.some((known) => one === known || one.startsWith(`${known}=`)));
  const word = argv[index];
  if (word === undefined) return undefined;
  return names.includes(word) ? argv[index + 1] : word.slice(word.indexOf("=") + 1);
}

export const missingIn = (args: readonly string[], options: Options): string[] =>
  Object.entries(options).flatMap(([option, value]) =>
    value === undefined || valueIn(args, option) !== undefined ? [] : [option, value],
  );
