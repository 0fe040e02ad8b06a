/** `pulumi up` for a rotation: the engine's output goes to stderr, like progress. */
import { again, Failure, ownCommand, run, sentence } from "../../lib/errors/failure";
import { deploys, runOnStack } from "../engine/run-on-stack";
import type { StackOptions } from "../options/target-options";

/**
 * @param variables of the program, for this run only
 * @throws Failure if the engine failed; its output is on stderr
 */
export async function runUp(options: StackOptions, variables: Readonly<Record<string, string>>): Promise<void> {
  const { stack } = options;
  const exitCode = await runOnStack(options, deploys.argv, { variables, ending: deploys.ending });
  if (exitCode === 0) return;
  throw new Failure("rotation-unfinished", {
    what: `pulumi up of stack ${stack} failed: see its output above. The rotation is not finished; what is published is valid, and so is what it replaces.`,
    fixes: [
      run("If a run before it was killed", ownCommand("doctor", "--stack", stack, "--fix"), again()),
      sentence("Once that is fixed, run this again: it goes on where it ended."),
    ],
  });
}
