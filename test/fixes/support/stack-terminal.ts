/** The shell of a person who works with a stack: `pulumi` needs no options for its place there, and asks no questions. */
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Project, repository } from "../../e2e/support/project";
import type { Terminal } from "./printed";
import { ownMain } from "./robot";

/** @param changes of the environment */
export async function terminalOf(project: Project, changes: NodeJS.ProcessEnv = {}): Promise<Terminal> {
  const { environment, folder, configFile, stack, signInPort } = project;
  const commands = join(folder, "commands");
  await mkdir(commands, { recursive: true });
  const script = (name: string, ...lines: string[]) =>
    writeFile(join(commands, name), `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });
  await script(
    "pulumi",
    `export PATH='${environment["PATH"] ?? ""}'`,
    // What was printed for the stack names it; its file is elsewhere only here.
    `case "$*" in *--stack*) ;; config*|up*) set -- "$@" --stack ${stack} ;; esac`,
    `case "$*" in *--config-file*) ;; config*|up*) set -- "$@" --config-file '${configFile}' ;; esac`,
    `[ "$1" = up ] && set -- "$@" --skip-preview`,
    `exec pulumi "$@"`,
  );
  await script(
    "secure-app-model",
    // Tests share a machine.
    `[ "$1" = consent ] && case "$*" in *--port*) ;; *) set -- "$@" --port ${signInPort} ;; esac`,
    `exec ${ownMain} "$@"`,
  );
  const PATH = [commands, environment["PATH"]].join(delimiter);
  return { env: { ...environment, PATH, PULUMI_SKIP_CONFIRMATIONS: "true", ...changes }, cwd: repository };
}
