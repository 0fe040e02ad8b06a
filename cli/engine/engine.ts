/** The Pulumi engine, run as on a command line, without questions and colours. */
import { statSync } from "node:fs";
import { renewTokenFile } from "../../lib/azure/oidc-token";
import {
  again,
  byPerson,
  command,
  type Fix,
  ownCommand,
  partsOf,
  pulumi,
  restoreBackup,
  run,
  sentence,
} from "../../lib/errors/failure";
import { placeIn } from "../../lib/startup/invocation";
import { fullStop } from "../../lib/errors/text";
import { shortName } from "../options/target-options";
import { UsageError } from "../terminal/exit-code";
import { StackBusy } from "./busy";
import { installPackages } from "./project";
import { outputOf } from "../terminal/program-output";
import { withTextFile } from "../terminal/whole-file";

/** Milliseconds for a command that only reads. */
const forAnswer = 60_000;
/** Milliseconds for a command that changes something: a plugin may have to be downloaded, or wait for Azure. */
const forChange = 600_000;

export interface Engine {
  cwd: string;
  environment: NodeJS.ProcessEnv;
}

/** The engine's output for a command that changes nothing. @throws UsageError with the engine's message */
export const askEngine = async (engine: Engine, ...argv: readonly string[]): Promise<string> =>
  await outputOfEngine(engine, argv, forAnswer);

export const haveEngine = async (engine: Engine, ...argv: readonly string[]): Promise<string> =>
  await outputOfEngine(engine, argv, forChange);

const nameFolder = run("Name the folder of Pulumi.yaml", again("--cwd", "<folder of Pulumi.yaml>"));

/** There is no engine, or no folder to run it in: the system reports both with the same error. */
export const noEngine = (cwd: string | undefined): UsageError =>
  cwd === undefined || statSync(cwd, { throwIfNoEntry: false })?.isDirectory() === true
    ? new UsageError("There is no `pulumi` on PATH, and this command runs it.", install)
    : new UsageError(`There is no folder ${cwd}.`, nameFolder);

const install = sentence("Install it: https://www.pulumi.com/docs/install/");

const setPassphrase = sentence(
  "Set the passphrase the stack was made with: PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE.",
);

/** Checks the passphrase of the secrets. @param configuration text of the stack's file @throws UsageError */
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
    // Encryption, the only command that checks the salt and reads no secret.
    const encrypt = ["config", "set", "--secret", "probe", "probe", "--stack", stack, "--config-file"];
    await withTextFile("salt.yaml", `${salt}\n`, async (file) => await askEngine(engine, ...encrypt, file));
  } catch (error) {
    // Another problem shows in the engine's next command as well.
    if (partsOf(error).fixes?.includes(setPassphrase) !== true) return;
    throw new UsageError("The passphrase that is set is not that of the stack's secrets.", setPassphrase);
  }
}

export const otherBackend = byPerson(
  "Log in to the backend that holds it, or set PULUMI_BACKEND_URL",
  pulumi("login", "<address>"),
);

/** A share that is not mounted may come back. */
export const unreachableState = /unable to open (?:state directory|bucket)/u;

const locked = /currently locked by|another update is currently in progress/iu;

const stateFile = (stack: string, ending = ""): string =>
  `<folder>/.pulumi/stacks/<project>/${shortName(stack)}.json${ending}`;

const restoreFile = byPerson(
  "Pulumi.yaml, or the stack's own file, is incomplete or mistyped: restore it from git, or from a backup",
  command("git", "checkout", "--", "<file>"),
);

/** Problems of the stack itself, by the engine's output: a retry does not help before the fix. */
const rules: readonly [said: RegExp, ...fixes: ((stack: string) => Fix)[]][] = [
  [
    /no stack named .* found/u,
    () => byPerson("See the stacks of this backend", pulumi("stack", "ls")),
    // Before `stack init`, because the stack may exist in another backend.
    () => otherBackend,
    (stack) => run("If there is none anywhere, create it", pulumi("stack", "init", stack)),
  ],
  [
    locked,
    (stack) =>
      byPerson("Wait for the other run; if it was killed, unlock the stack", pulumi("cancel", "--stack", stack)),
  ],
  [
    /^(?:error: )?(?:a stack name|project names) (?:may|cannot) |organization name must be /mu,
    () => run("Name one of this backend's stacks", pulumi("stack", "ls"), again("--stack", "<stack>")),
  ],
  [/PULUMI_ACCESS_TOKEN must be set|not logged in(?!, run .azd)/u, () => otherBackend],
  [unreachableState, () => otherBackend],
  [
    /^(?:error: )?failed to create '/mu,
    () => sentence("Set PULUMI_HOME to a folder that you may write to; its default is ~/.pulumi."),
  ],
  [/incorrect passphrase|passphrase must be set/u, () => setPassphrase],
  [/no Pulumi\.yaml project file found/u, () => nameFolder],
  [/Pulumi SDK has not been installed/u, () => installPackages],
  [
    /get stack secrets manager: malformed|message authentication failed/u,
    () => sentence("If the stack's key is in Key Vault, sign in as an identity that may use it."),
    () => restoreFile,
  ],
  [
    /unsupported checkpoint version|deployment needs support for /u,
    () =>
      sentence(
        "The state is of a newer engine. Install that one, or a later one: https://www.pulumi.com/docs/install/",
      ),
  ],
  // A kill or a full disk cut off a file of the state. The engine does not name the file, and each of its commands fails.
  [
    /failed to load checkpoint/u,
    (stack) =>
      byPerson(
        "Free space, then remove the checksum of the state, which is written last (`pulumi whoami --verbose` shows the folder)",
        command("rm", "-f", stateFile(stack, ".attrs")),
      ),
    (stack) =>
      byPerson(
        "If the state itself is cut off, restore the copy of one step before, and find what that step made",
        command("cp", stateFile(stack, ".bak"), stateFile(stack)),
        ownCommand("doctor", "--stack", stack, "--fix"),
      ),
    () => byPerson("If that is cut off too, restore a backup", restoreBackup),
  ],
  [/invalid YAML file|could not (?:unmarshal|validate) (?!provider)/u, () => restoreFile],
  // Messages of the program end with the fixing command, so nothing may follow.
  [/pulumi config (?:set|get|rm)|npm run build|secure-app-model doctor/u],
];

/**
 * @param stack undefined for a command about no stack
 * @param output of engine, program and providers
 * @returns undefined if no rule matches
 */
export function problemOfStack(stack: string | undefined, output: string): UsageError | undefined {
  const [rule, ...helps] = rules.find(([said]) => said.test(output)) ?? [];
  if (rule === undefined) return undefined;
  const said = shortened(output);
  return new (rule === locked ? StackBusy : UsageError)(
    `${stack === undefined ? "" : `Stack ${stack}: `}${helps.length > 0 ? fullStop(said) : said}`,
    ...helps.map((fix) => fix(stack ?? "<stack>")),
  );
}

/** @returns the problem, if it is another run */
export function busyIn(stack: string, output: string): UsageError | undefined {
  const problem = problemOfStack(stack, output);
  return problem instanceof StackBusy ? problem : undefined;
}

const keptLines = 25;

/** Lines with the facts of one among several problems: others may repeat them. */
const factOfProblem = /^\s+(?:found|allowed|fix|or): /u;

/** Removes repeated lines: several providers print the same. */
export function shortened(output: string): string {
  const lines = output
    .replace(/^error: /gmu, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line, index, all) => line !== "" && (all.indexOf(line) === index || factOfProblem.test(line)));
  return lines.slice(0, keptLines).join("\n");
}

async function outputOfEngine({ cwd, environment }: Engine, argv: readonly string[], timeout: number): Promise<string> {
  const all = [...argv, "--non-interactive", "--color", "never"];
  await renewTokenFile(environment);
  const ended = await outputOf({ program: "pulumi", args: all }, { cwd, env: environment, timeout });
  if (ended.code === 0) return ended.out;
  if (ended.code === undefined) throw noEngine(cwd);
  const said = ended.said.trim() || errorsIn(ended.out) || `exit code ${ended.code}`;
  const { "--stack": stack } = placeIn(argv);
  throw problemOfStack(stack, said) ?? new UsageError(`pulumi ${argv.join(" ")} failed: ${said}`);
}

/** Errors in standard output, where a run with progress prints them. */
function errorsIn(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return [...new Set(lines.filter((line) => line.startsWith("error: ")))].join("\n");
}
