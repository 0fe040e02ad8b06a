/** The scheduled rotation: only if it is due, and only if nothing else would change. */
import { calendarOf, labelVariable, periodVariable, revokeVariable } from "../../lib/consent/periods";
import { again, byPerson, Failure, ownCommand, pulumi, run, sentence } from "../../lib/errors/failure";
import { onceFree } from "../engine/busy";
import { busyIn } from "../engine/engine";
import { preview } from "../engine/preview";
import { deploys, runOnStack } from "../engine/run-on-stack";
import { printNote } from "../terminal/output";
import type { StackOptions } from "../options/target-options";
import { classify } from "./classify";
import { credentialIn } from "./due";

export interface Rotated {
  /** Labels. */
  made: readonly string[];
  gone: readonly string[];
}

/** Overrides variables of other runs in the environment. */
const byCalendar = { [periodVariable]: "", [labelVariable]: "", [revokeVariable]: "" };

/** @returns undefined if none is due @throws Failure if more would change */
export const rotateByCalendar = async (options: StackOptions): Promise<Rotated | undefined> =>
  await onceFree(options.stack, async () => await rotateAlone(options));

async function rotateAlone(options: StackOptions): Promise<Rotated | undefined> {
  const { stack } = options;
  printNote(`Checking whether a rotation of stack ${stack} is due …`);
  const result = await preview(options, byCalendar);
  if (calendarOf(credentialIn(result.config)) === undefined) {
    printNote("It has no calendar (credential.rotateEvery): its credential is rotated by hand.");
    return undefined;
  }
  const { made, gone, publishes, others } = classify(result);
  if (others.length > 0) {
    const what = `The preview of stack ${stack} holds more than a rotation: ${others.join("; ")}. Nothing was changed.`;
    const why = "Nobody reviews a scheduled run.";
    const fix = byPerson("Look at it, and deploy it", pulumi("up", "--stack", stack));
    throw new Failure("rotation-not-alone", { what, why }, fix);
  }
  if (made.length === 0 && gone.length === 0 && !publishes) return undefined;
  await runUp(options, byCalendar);
  return { made, gone };
}

/** `pulumi up`, printed to stderr: stdout is for data. @throws Failure if it failed */
export async function runUp(options: StackOptions, variables: Readonly<Record<string, string>>): Promise<void> {
  const { stack } = options;
  const lines: string[] = [];
  const onLine = (line: string) => {
    lines.push(line);
    printNote(line);
  };
  const exitCode = await runOnStack(options, deploys.argv, { variables, ending: deploys.ending, onLine });
  if (exitCode === 0) return;
  const busy = busyIn(stack, lines.join("\n"));
  if (busy !== undefined) throw busy;
  throw new Failure(
    "rotation-unfinished",
    `pulumi up of stack ${stack} failed: see its output above. ` +
      "The rotation is not finished; the new and the old credential are both valid.",
    run("If a run before it was killed", ownCommand("doctor", "--stack", stack, "--fix"), again()),
    sentence("Fix that, then run this again to continue."),
  );
}
