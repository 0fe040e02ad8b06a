/** The engine and the command. After a signal the running program may finish, and no other starts. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { Failure, sentence } from "../../lib/errors/failure";
import type { Interruption } from "./interruption";

export interface Ran {
  code: number;
  stdout: string;
}

export interface Programs {
  cwd: string;
  environment: NodeJS.ProcessEnv;
  interruption: Interruption;
}

/** Its output goes to stderr immediately, because it often explains a check that fails afterwards. */
export async function pulumi(programs: Programs, ...argv: string[]): Promise<Ran> {
  return await started(programs, "pulumi", [...argv, ...plain], "show");
}

/** Its standard output is data, and is not printed. */
export async function pulumiData(programs: Programs, ...argv: string[]): Promise<Ran> {
  return await started(programs, "pulumi", [...argv, ...plain], "keep");
}

const install = sentence("Install Pulumi: https://www.pulumi.com/docs/install/");
const plain = ["--non-interactive", "--color", "never"];

/** The command of this build. */
export async function secureAppModel(programs: Programs, ...argv: string[]): Promise<Ran> {
  return await started(programs, process.execPath, [join(__dirname, "..", "..", "cli", "main.js"), ...argv], "keep");
}

async function started(
  { cwd, environment, interruption }: Programs,
  program: string,
  argv: readonly string[],
  output: "show" | "keep",
): Promise<Ran> {
  // Not in the terminal's process group: Ctrl-C reaches only this process, which signals the engine once.
  const child = spawn(program, argv, { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let stdout = "";
  const show = (chunk: Buffer) => process.stderr.write(chunk);
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    if (output === "show") show(chunk);
  });
  child.stderr.on("data", show);
  return await interruption.whileRunning(
    child,
    new Promise<Ran>((resolve, reject) => {
      child.once("error", () => {
        reject(new Failure("no-engine", `${program} cannot be started.`, install));
      });
      child.once("close", (code) => {
        resolve({ code: code ?? -1, stdout });
      });
    }),
  );
}
