/** The Pulumi engine, run as a person would run it, without questions and colours. */
import { existsSync } from "node:fs";
import { renewTokenFile } from "../../lib/azure/oidc-token";
import {
  again,
  byPerson,
  command,
  type Fix,
  ownCommand,
  partsOf,
  pulumi,
  run,
  sentence,
} from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { outputOf } from "../terminal/program-output";
import { withTextFile } from "../terminal/whole-file";

/** Milliseconds. */
const forAnswer = 60_000;
/** It may have to download a plugin first, and a plugin may wait for Azure. */
const forChange = 600_000;

export interface Engine {
  cwd: string;
  environment: NodeJS.ProcessEnv;
}

/** The engine's output for a command that changes nothing. @throws UsageError with the engine's message */
export const askEngine = async (engine: Engine, ...argv: readonly string[]): Promise<string> =>
  await outputOfEngine(engine, argv, forAnswer, nameAnother);

export const haveEngine = async (engine: Engine, ...argv: readonly string[]): Promise<string> =>
  await outputOfEngine(engine, argv, forChange);

const nameAnother = run("List the stacks, and name one", pulumi("stack", "ls"), again("--stack", "<stack>"));
const nameFolder = run("Name the folder of Pulumi.yaml", again("--cwd", "<folder of Pulumi.yaml>"));

/** There is no engine, or no folder to run it in: the system reports both with the same error. */
export const noEngine = (cwd: string | undefined): UsageError =>
  cwd === undefined || existsSync(cwd)
    ? new UsageError("There is no `pulumi` on PATH, and this command runs it.", install)
    : new UsageError(`There is no folder ${cwd}.`, nameFolder);

const install = sentence("Install it: https://www.pulumi.com/docs/install/");

const setPassphrase = sentence(
  "Set the passphrase the stack was made with: PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE.",
);

/** What ends each preview. @param configuration text of the stack's file @throws UsageError */
export async function requirePassphrase(engine: Engine, stack: string, configuration: string): Promise<void> {
  const names = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
  const [salt] = /^encryptionsalt:.*$/mu.exec(configuration) ?? [];
  if (salt === undefined) return;
  if (names.every((name) => engine.environment[name] === undefined))
    throw new UsageError(
      `The stack's secrets need a passphrase: neither ${names.join(" nor ")} is set.`,
      setPassphrase,
    );
  try {
    // Of what reads no secret, only this looks at the salt.
    const encrypt = ["config", "set", "--secret", "probe", "probe", "--stack", stack, "--config-file"];
    await withTextFile("salt.yaml", `${salt}\n`, async (file) => await askEngine(engine, ...encrypt, file));
  } catch (error) {
    // Every other problem meets the next question as well.
    if (partsOf(error).fixes?.includes(setPassphrase) !== true) return;
    throw new UsageError("The stack's secrets need another passphrase than the one that is set.", setPassphrase);
  }
}

/** What the engine prints where a project's file is missing, or was cut off by a kill or a full disk. */
export const ofFiles: readonly [said: RegExp, fix: (stack: string) => Fix][] = [
  [/incorrect passphrase|passphrase must be set/u, () => setPassphrase],
  [/no Pulumi\.yaml project file found/u, () => nameFolder],
  [
    /failed to load checkpoint/u,
    (stack) => run("Restore the previous state", ownCommand("doctor", "--stack", stack, "--fix")),
  ],
  [
    /invalid YAML file|could not (?:unmarshal|validate) /u,
    () =>
      byPerson(
        "Pulumi.yaml, or the stack's own file, is incomplete or mistyped: restore it from git, or from a backup",
        command("git", "checkout", "--", "<file>"),
      ),
  ],
];

async function outputOfEngine(
  { cwd, environment }: Engine,
  argv: readonly string[],
  timeout: number,
  ...fixes: readonly Fix[]
): Promise<string> {
  const all = [...argv, "--non-interactive", "--color", "never"];
  await renewTokenFile(environment);
  const ended = await outputOf({ program: "pulumi", args: all }, { cwd, env: environment, timeout });
  if (ended.code === 0) return ended.out;
  if (ended.code === undefined) throw noEngine(cwd);
  const said = ended.said.trim() || errorsIn(ended.out) || `exit code ${ended.code}`;
  const [, fix] = ofFiles.find(([pattern]) => pattern.test(said)) ?? [];
  const help = fix === undefined ? fixes : [fix(argv[argv.indexOf("--stack") + 1] ?? "<stack>")];
  throw new UsageError(`pulumi ${argv.join(" ")} failed: ${said}`, ...help);
}

/** A run with progress prints its errors among the rest, on standard output. */
function errorsIn(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter((line) => line.startsWith("error: ")))].join("\n");
}
