/** `pulumi up` for a rotation: what the engine says goes where progress goes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { again, Failure, ownCommand, run, sentence } from "../../errors/failure";
import { interruption } from "../../startup/waiting";
import { configurationFile, type StackOptions } from "../target-options";

/**
 * @param variables of the program, for this run alone
 * @throws Failure where the engine failed; what it said is on stderr
 */
export async function runUp(options: StackOptions, variables: Readonly<Record<string, string>>): Promise<void> {
  const { stack, cwd } = options;
  const file = configurationFile(options);
  const own = [`--stack=${stack}`, ...(file === undefined ? [] : [`--config-file=${file}`])];
  const child = spawn("pulumi", [...argv, ...own], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...variables },
    // Data is what this command prints itself.
    stdio: ["ignore", process.stderr, process.stderr],
  });
  // A runner that cancels a job ends this process; the engine gives up in order.
  const stop = () => child.kill("SIGINT");
  process.on("SIGTERM", stop);
  interruption().addEventListener("abort", stop);
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    if (exitCode === 0) return;
  } finally {
    process.off("SIGTERM", stop);
    interruption().removeEventListener("abort", stop);
  }
  throw new Failure("rotation-unfinished", {
    what: `pulumi up of stack ${stack} failed, as it says above. The rotation is not finished; what is published is valid, and so is what it replaces.`,
    fixes: [
      run("If a run before it was killed", ownCommand("doctor", "--stack", stack, "--fix"), again()),
      sentence("Once what it says is mended, run this again: it goes on where it ended."),
    ],
  });
}

const argv = ["up", "--refresh", "--yes", "--skip-preview", "--non-interactive", "--color=never"];
