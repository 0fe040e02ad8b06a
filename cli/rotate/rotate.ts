/** `rotate`: creates another credential, by the calendar or at once, and removes older ones. */
import type { Generation } from "../../lib/config/limits";
import { asking, type Question, rotationVariable } from "../../lib/config/own-variables";
import { labelOf, planGenerations } from "../../lib/credential/generations";
import { Failure, ownCommand, run, sentence } from "../../lib/errors/failure";
import { commandLine } from "../../lib/errors/text";
import { now } from "../../lib/startup/clock";
import { requireOwnCode } from "../engine/run-on-stack";
import { deployIt, readStack, type Stack } from "../engine/stack";
import type { StackOptions } from "../options/target-options";
import { UsageError } from "../terminal/exit-code";
import { printData, printNote } from "../terminal/output";
import { requireYes } from "../terminal/require-yes";
import { appliedIn } from "./due";
import { type Rotated, rotateByCalendar, runUp } from "./scheduled";

export interface RotateOptions extends StackOptions {
  scheduled?: boolean;
  revokeNow?: boolean;
  finish?: boolean;
  yes?: boolean;
  json?: boolean;
}

export async function rotate(options: RotateOptions): Promise<void> {
  const { scheduled, revokeNow, finish, stack } = options;
  if (scheduled) {
    tell(await rotateByCalendar(options), options);
    return;
  }
  const asked = revokeNow ? "revoke" : finish ? "finish" : "next";
  const plan = await planFor(options, asked);
  if (plan === undefined) {
    printNote(`Stack ${stack} has no previous credential.`);
    tell(undefined, options);
    return;
  }
  const losing = revokeNow ? [whoLoses(plan)] : [];
  [sentenceOf(plan, options), ...losing].forEach(printNote);
  await requireYes(options.yes);
  const later = options.yes === true ? plan : await planFor(options, asked);
  if (later === undefined || labelsOf(later.planned) !== labelsOf(plan.planned))
    throw new UsageError(
      `Another run rotated stack ${stack} meanwhile. Nothing was done.`,
      sentence("Run it again, and read what it asks."),
    );
  await runUp(options, asking(asked));
  const rotated = await requireRotated(plan, options);
  tell(rotated, options, losing);
  if (asked === "next" && !options.json)
    printNote(
      `${labelsOf(plan.kept)} is still valid. Once nothing uses it, this removes it, and so does the next rotation: ${commandLine(ownCommand("rotate", "--finish", "--stack", stack))}`,
    );
}

interface Plan {
  stack: Stack;
  /** The generations that the run declares, the current one first. */
  planned: readonly Generation[];
  made: readonly Generation[];
  kept: readonly Generation[];
  gone: readonly Generation[];
}

/** @returns undefined if there is nothing to finish @throws UsageError if there is nothing to rotate; SettingsError */
async function planFor(options: RotateOptions, asked: Question): Promise<Plan | undefined> {
  await requireOwnCode(options);
  const stack = await readStack(options, process.env);
  const { name, settings, outputs } = stack;
  const { kind, vaultSecretName } = settings.credential;
  const applied = appliedIn(outputs);
  if (outputs.applicationId === undefined)
    throw new UsageError(`Stack ${name} was never deployed: it has nothing to rotate.`, deployIt(name));
  if (vaultSecretName !== undefined && asked !== "finish")
    throw new UsageError(
      `Stack ${name} makes no credential: whoever made the client secret in its vault rotates it.`,
      ...(applied.length === 0
        ? []
        : [run("Remove the last credential that it made", ownCommand("rotate", "--finish", "--stack", name))]),
    );
  if (stack.isOwnProgram && !stack.exportsCredential) throw notExported(name);
  const made = vaultSecretName === undefined ? kind : undefined;
  const planned = planGenerations({ applied, kind: made, asked, at: now() });
  const isIn = (all: readonly Generation[]) => (one: Generation) => all.some(({ number }) => number === one.number);
  const gone = applied.filter((one) => !isIn(planned)(one));
  if (asked === "finish" && gone.length === 0) return undefined;
  const isApplied = isIn(applied);
  return { stack, planned, made: planned.filter((one) => !isApplied(one)), kept: planned.filter(isApplied), gone };
}

const notExported = (name: string): UsageError =>
  new UsageError(
    {
      what: `The program of stack ${name} is your own, and does not export its credential.`,
      why: "The next run would not find its credential, and would make it once more.",
    },
    sentence(
      "Export the model's `credential` under that name, and declare what planGenerations() returns (docs/architecture.md).",
    ),
  );

/** @throws Failure if a program of one's own declared something else */
async function requireRotated({ planned, made, gone }: Plan, options: RotateOptions): Promise<Rotated> {
  const after = appliedIn((await readStack(options, process.env)).outputs);
  if (labelsOf(after) !== labelsOf(planned))
    throw new Failure(
      "rotation-unfinished",
      `The deployment of stack ${options.stack} ended with ${labelsOf(after) || "no credential"}, and not with ${labelsOf(planned)}: its program does not follow ${rotationVariable}.`,
      sentence("Declare what planGenerations() returns (docs/architecture.md)."),
    );
  return { made: made.map(labelOf), gone: gone.map(labelOf) };
}

const labelsOf = (some: readonly Generation[]): string => some.map(labelOf).join(", ");

function sentenceOf({ stack: { name }, made, kept, gone }: Plan, { finish }: RotateOptions): string {
  const alone = "It runs pulumi up, which also deploys other changes.";
  if (finish) return `Removes ${labelsOf(gone)} of stack ${name}: programs that still use it lose access. ${alone}`;
  const stays = kept.length === 0 ? "" : `${labelsOf(kept)} stays valid. `;
  const goes = gone.length === 0 ? "" : `${labelsOf(gone)} ${gone.length === 1 ? "is" : "are"} removed. `;
  const kinds = made.map(({ kind }) => (kind === "secret" ? "a client secret" : "a certificate"));
  return `Rotates the credential of stack ${name}: ${labelsOf(made)}, ${kinds.join("")}, is made, and published once Entra takes it. ${stays}${goes}${alone}`;
}

/** A sentence on who loses access; the readers of a vault that its owner manages are unknown, and not listed. */
function whoLoses({ stack: { settings }, gone }: Plan): string {
  const old = labelsOf(gone);
  if (gone.every(({ kind }) => kind === "certificate"))
    return `Nobody loses access: the key of ${old} never left the vault, and everyone who signs with it then signs with the new one.`;
  const readers = "readers" in settings.vault ? settings.vault.readers : [];
  const holders = readers.map(({ principalType, principalId }) => `${principalType} ${principalId}`);
  const listed = holders.length === 0 ? "" : ` (${holders.join(", ")})`;
  return `Whoever has a copy of ${old} loses access; who reads the vault${listed} has the new one from then on.`;
}

function tell(
  rotated: Rotated | undefined,
  { stack, finish, json }: RotateOptions,
  loses: readonly string[] = [],
): void {
  const { made, gone } = rotated ?? { made: [], gone: [] };
  const inUse = made.length > 0 ? ` New credential ${made.join(", ")} in use.` : "";
  const removed = gone.length > 0 ? ` Removed: ${gone.join(", ")}.` : "";
  const none = finish ? "Nothing is left to finish." : `No rotation of stack ${stack} is due.`;
  const done = finish
    ? `Removed from stack ${stack}: ${gone.join(", ")}.`
    : `Stack ${stack} is rotated.${inUse}${removed}`;
  const text = rotated === undefined ? none : done;
  printData(text, json ? { stack, rotated: rotated !== undefined, made, gone, loses } : undefined);
}
