/** The stack, folder and configuration file in the options of a run: what it prints has to name them too. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "./failure";

/** By their names as options: "--stack". */
export type ProjectPlace = Readonly<Partial<Record<"--stack" | "--cwd" | "--config-file", string>>>;

/** Commands of ours that take the same options. */
const ofProject = ["ci", "doctor", "drift", "preview", "revoke", "rotate", "up"];

/** What a command of the engine needs beside its own arguments to be about the same stack. */
export function projectOptions(args: readonly string[], place: ProjectPlace): Record<string, string | undefined> {
  const [name = "", which = ""] = args;
  const isOfStack = !["login", "plugin"].includes(name) && !(name === "stack" && ["ls", "init", "rm"].includes(which));
  const takesFile = isOfStack && name !== "cancel" && name !== "stack";
  return {
    "--stack": isOfStack ? place["--stack"] : undefined,
    "--cwd": place["--cwd"],
    "--config-file": takesFile ? place["--config-file"] : undefined,
  };
}

/** An option's value as the parser takes it: the last one counts. */
export function valueIn(argv: readonly string[], ...names: readonly string[]): string | undefined {
  const index = argv.findLastIndex((one) => names.some((name) => one === name || one.startsWith(`${name}=`)));
  const found = argv[index];
  if (found === undefined) return undefined;
  return names.includes(found) ? argv[index + 1] : found.slice(found.indexOf("=") + 1);
}

/** Those that the arguments do not have. */
export function missingIn(args: readonly string[], options: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined || valueIn(args, name) !== undefined ? [] : [name, value],
  );
}

/** Commands that the engine's run prints, with the options of the engine. */
export function placedIn(place: ProjectPlace): (command: Command) => Command {
  return ({ program, args, ...more }) => {
    const options =
      program === "pulumi"
        ? projectOptions(args, place)
        : program === "secure-app-model" && ofProject.includes(args[0] ?? "")
          ? place
          : {};
    return { program, args: [...args, ...missingIn(args, options)], ...more };
  };
}

/** @param argv the engine's command line */
export function placeIn(argv: readonly string[]): ProjectPlace {
  const place = {
    "--stack": valueIn(argv, "--stack", "-s"),
    "--cwd": valueIn(argv, "--cwd", "-C"),
    "--config-file": valueIn(argv, "--config-file"),
  };
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}

/** More than are ever between the engine and what it runs. */
const mostParents = 5;

/**
 * The options of the engine that runs this process. Where /proc does not show them, the program has its stack, and a dynamic provider nothing.
 * What is selected, or the shell's own folder, is nothing that a command would have to name.
 */
export function placeOfEngine(environment: NodeJS.ProcessEnv, parent: number): ProjectPlace {
  try {
    for (let [pid, step] = [parent, 0]; pid > 1 && step < mostParents; step++) {
      const [program = "", ...argv] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (basename(program) === "pulumi") return placeIn(argv);
      pid = Number(/^PPid:\s*(\d+)$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    }
  } catch {
    // There is no /proc, or the process is another's.
  }
  const stack = environment["PULUMI_NODEJS_STACK"];
  return stack === undefined ? {} : { "--stack": stack };
}
