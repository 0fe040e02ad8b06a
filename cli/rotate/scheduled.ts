/** The scheduled rotation: only if one is due, and only if nothing else would change. */
import { consentType, recordType } from "../../lib/application/recorded";
import type { CredentialKind } from "../../lib/config/limits";
import { askedIn, asking } from "../../lib/config/own-variables";
import { labelOf } from "../../lib/credential/generations";
import { again, byPerson, Failure, type Fix, ownCommand, pulumi, run, sentence } from "../../lib/errors/failure";
import { dynamicType } from "../../lib/startup/provider-code";
import { differencesOf } from "../drift/step-differences";
import { onceFree } from "../engine/busy";
import { nameIn, resourceName } from "../engine/deployment";
import { busyIn, problemOfStack } from "../engine/engine";
import { deploy } from "../engine/deploy";
import { preview, type PreviewResult, type Step } from "../engine/preview";
import { printing } from "../engine/run-on-stack";
import { printNote } from "../terminal/output";
import type { StackOptions } from "../options/target-options";
import { appliedIn, credentialIn } from "./due";

export interface Rotated {
  /** Labels of generations, such as c7. */
  made: readonly string[];
  gone: readonly string[];
}

/** Types of a generation's resource on the application. */
export const credentialTypes: ReadonlyMap<string, CredentialKind> = new Map([
  ["azuread:index/applicationPassword:ApplicationPassword", "secret"],
  [dynamicType("ApplicationCertificate"), "certificate"],
]);
const ofRotation = new Set([...credentialTypes.keys(), dynamicType("ClientCertificate"), recordType]);
const withoutSignIn: readonly unknown[] = ["unfinished", "expiring"];

/** @returns undefined if no rotation is due @throws Failure if more would change */
export const rotateByCalendar = async (options: StackOptions): Promise<Rotated | undefined> =>
  await onceFree(options.stack, async () => await rotateAlone(options));

async function rotateAlone(options: StackOptions): Promise<Rotated | undefined> {
  const { stack } = options;
  printNote(`Checking whether a rotation of stack ${stack} is due …`);
  const seen = await preview(options, asking());
  const { config, steps } = seen;
  if (credentialIn(config).rotateEvery === undefined) {
    printNote("It has no calendar (credential.rotateEvery).");
    return undefined;
  }
  const changes = steps.filter((step) => step.op !== "same" && !isConsentRepair(step));
  const others = changes.filter((step) => !ofRotation.has(step.type) || isOtherThanRotation(step));
  if (others.length > 0) {
    const what = `The preview of stack ${stack} holds more than a rotation: ${others.map(told).join("; ")}. Nothing was changed.`;
    const why = "Nobody reviews a scheduled run.";
    const unfinished = (seen.before?.pending ?? []).length > 0 ? [finishKilled(stack)] : [];
    const deployment = byPerson("Look at it, and deploy it", pulumi("up", "--stack", stack));
    throw new Failure("rotation-not-alone", { what, why }, ...unfinished, deployment);
  }
  const [applied, declared] = [seen.outputs.applied, seen.outputs.declared].map((one) => appliedIn(one).map(labelOf));
  // A killed run may have made a credential, and ended before the stack's output had it.
  const unrecorded = declared?.filter((label) => applied?.includes(label) !== true) ?? [];
  if (changes.length === 0 && unrecorded.length === 0) return undefined;
  await runUp(options, asking(), seen);
  const named = (op: string) =>
    changes.filter((step) => step.op === op && credentialTypes.has(step.type)).map(({ urn }) => labelIn(urn));
  return { made: [...new Set([...named("create"), ...unrecorded])], gone: named("delete") };
}

const finishKilled = (stack: string): Fix =>
  run("If a run before it was killed", ownCommand("doctor", "--stack", stack, "--fix"), again());

/** Whether the record changes for another reason: somebody changed it, or the kind changes. */
function isOtherThanRotation({ type, op, diffs, old, new: next }: Step): boolean {
  if (type !== recordType || op !== "update") return false;
  const [before, after] = [old, next].map((one) => (one?.inputs["current"] ?? {}) as { kind?: unknown });
  return before?.kind !== after?.kind || diffs?.some((name) => name !== "current" && name !== "previous") === true;
}

/** "…::partner-c7" → "c7" */
const labelIn = (urn: string): string => nameIn(urn).split("-").at(-1) ?? "";

/** Whether the step repairs an unfinished or expiring consent, which needs no sign-in. */
const isConsentRepair = ({ type, op, diffs, old }: Step): boolean =>
  type === consentType &&
  op === "update" &&
  diffs?.every((name) => name === "health") === true &&
  withoutSignIn.includes(old?.inputs["health"]);

function told(step: Step): string {
  const properties = step.op === "update" ? differencesOf(step).map(({ property }) => property) : [];
  const what = properties.length === 0 ? step.op : `${step.op} ${[...new Set(properties)].join(", ")}`;
  return `${resourceName(step)} (${what})`;
}

/** Runs `pulumi up`, with its output on stderr: stdout is for data. @throws Failure if it failed */
export async function runUp(
  options: StackOptions,
  variables: Readonly<Record<string, string>>,
  seen?: PreviewResult,
): Promise<void> {
  const { stack } = options;
  const { succeeded, lines } = await printing(
    async (onLine) => await deploy(options, { variables, onLine }, seen),
    printNote,
  );
  if (succeeded) return;
  // Lines of errors that end the engine before the program starts.
  const errors = lines.filter((line) => line.startsWith("error: ")).join("\n");
  const problem = busyIn(stack, lines.join("\n")) ?? problemOfStack(stack, errors);
  if (problem !== undefined) throw problem;
  throw new Failure(
    "rotation-unfinished",
    `pulumi up of stack ${stack} failed: see its output above. ` +
      "The rotation is not finished; the credential that was in use is still valid." +
      (askedIn(variables) === "revoke" ? " A plain pulumi up would publish it again." : ""),
    finishKilled(stack),
    sentence("Fix that, then run this again to continue."),
  );
}
