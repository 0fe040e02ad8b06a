/**
 * The command `secure-app-model` of a shell, run in this process: a line is typed as a page or a fix prints it, and its command takes a third of the
 * processor time of a process.
 */
import vm from "node:vm";
import { soonerStarts } from "../../../embedded-cloud/engine/engine-environment";
import { repository } from "../../e2e/support/dev-configuration";
import { isSoak } from "../../e2e/support/soak";
import { answerCalls, type Called, type Ended } from "../../support/stand-in/program";
import { commandHere } from "./command-here";

let port: Promise<number> | undefined;

/**
 * Variables by which the command on PATH (test/support/make-run-folder.cjs) passes its calls on. None in the soak, and none for other certificates or
 * options of Node.js than this process has: there the command is a process.
 * @param environment of the shell
 */
export async function variablesOfShell(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { NODE_OPTIONS: options = "", NODE_EXTRA_CA_CERTS: certificates = "" } = environment;
  const same = ["", process.env["NODE_OPTIONS"], soonerStarts(repository, process.env)["NODE_OPTIONS"]];
  if (isSoak || certificates === "" || !same.includes(options)) return {};
  port ??= answerCalls("secure-app-model", runHere).then((server) => server.port);
  return { COMMAND_PORT: String(await port), COMMAND_OF: `${options}:${certificates}` };
}

/** Node's own, not that of jest's context. */
const worker = vm.runInThisContext("process") as NodeJS.Process;
const home = worker.cwd();
let running = 0;

/** In the shell's folder, to which the names of files are relative. @throws Error if a command runs in another one */
async function runHere({ argv, cwd, environment, isOneStream, input }: Called): Promise<Ended> {
  if (running > 0 && worker.cwd() !== cwd)
    throw new Error(`This command is for ${cwd}, and one runs in ${worker.cwd()}.`);
  const { COMMAND_PORT, COMMAND_OF, ...variables } = environment;
  running += 1;
  worker.chdir(cwd);
  try {
    return await commandHere(argv, input, variables, { isOneStream });
  } finally {
    running -= 1;
    if (running === 0) worker.chdir(home);
  }
}
