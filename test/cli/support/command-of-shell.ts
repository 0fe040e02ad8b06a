/**
 * The command `secure-app-model` of a shell, run in this process: a line is typed as a page or a fix prints it, and its command takes a third of the
 * processor time of a process.
 */
import vm from "node:vm";
import { soonerStarts } from "../../../tools/embedded-cloud/engine/engine-environment";
import { repository } from "../../e2e/support/dev-configuration";
import { isSoak } from "../../e2e/support/soak";
import { answerCalls, type Called, type Ended } from "../../support/stand-in/program";
import { commandHere } from "./command-here";

let port: Promise<number> | undefined;

/** Whether a command with these variables can run in this process: not in the soak, and not with other certificates or options of Node.js. */
export function runsHere({
  NODE_OPTIONS: options = "",
  NODE_EXTRA_CA_CERTS: certificates = "",
}: NodeJS.ProcessEnv): boolean {
  const same = ["", process.env["NODE_OPTIONS"], soonerStarts(repository, process.env)["NODE_OPTIONS"]];
  return !isSoak && certificates !== "" && same.includes(options);
}

/**
 * Variables by which the command on PATH (test/support/stand-in/command.bash) passes its calls on; none where it has to be a process.
 * @param environment of the shell
 */
export async function variablesOfShell(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (!runsHere(environment)) return {};
  port ??= answerCalls("secure-app-model", runInFolder).then((server) => server.port);
  const { NODE_OPTIONS = "", NODE_EXTRA_CA_CERTS = "" } = environment;
  return { COMMAND_PORT: String(await port), COMMAND_OF: `${NODE_OPTIONS}:${NODE_EXTRA_CA_CERTS}` };
}

/** Node's own, not that of jest's context. */
const worker = vm.runInThisContext("process") as NodeJS.Process;
let running = 0;

/** In the shell's folder, to which the names of files are relative. @throws Error if a command runs in another one */
export async function runInFolder({ argv, cwd, environment, isOneStream, input }: Called): Promise<Ended> {
  if (running > 0 && worker.cwd() !== cwd)
    throw new Error(`This command is for ${cwd}, and one runs in ${worker.cwd()}.`);
  const variables = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("COMMAND_")));
  running += 1;
  worker.chdir(cwd);
  try {
    return await commandHere(argv, input, variables, { isOneStream });
  } finally {
    running -= 1;
    if (running === 0) worker.chdir(repository);
  }
}
