/** `rotate`: creates another credential, by the calendar or at once. */
import { labelsOf } from "../../lib/consent/credential-plan";
import { requireYes } from "../terminal/require-yes";
import { UsageError } from "../terminal/exit-code";
import { printData, printNote } from "../terminal/output";
import { type Emergency, type Plan, planEmergency, rotateNow } from "./emergency";
import { type Rotated, rotateByCalendar } from "./scheduled";

export interface RotateOptions extends Emergency {
  scheduled?: boolean;
  yes?: boolean;
  json?: boolean;
}

export async function rotate(options: RotateOptions): Promise<void> {
  if (options.scheduled && options.revokeNow)
    throw new UsageError("A scheduled rotation revokes nothing: choose --scheduled or --revoke-now.");
  if (options.scheduled) {
    tell(await rotateByCalendar(options), options);
    return;
  }
  const plan = await planEmergency(options);
  const { stack, label, replaced, isBegun } = plan;
  const old = labelsOf(replaced).join(", ");
  const begins = isBegun ? "Goes on with the rotation of" : "Rotates";
  const then = options.revokeNow ? `then ${old} goes at once` : `${old} stays valid until you take it out`;
  printNote(
    `${begins} stack ${stack.name} to ${label}: all tokens of its vault are published with that, and ${then}. Nobody signs in.`,
  );
  const losing = options.revokeNow ? [whoLoses(plan)] : [];
  losing.forEach(printNote);
  await requireYes(options.yes);
  tell(await rotateNow(plan, options), options, losing);
  if (!options.json) whatIsLeft(plan, options).forEach(printNote);
}

function tell(rotated: Rotated | undefined, { stack, json }: RotateOptions, loses: readonly string[] = []): void {
  const { made, gone } = rotated ?? { made: [], gone: [] };
  const published = made.length > 0 ? `: ${made.join(", ")} is published` : "";
  const text =
    rotated === undefined
      ? `No rotation of stack ${stack} is due.`
      : `Stack ${stack} is rotated${published}${gone.length > 0 ? `; gone: ${gone.join(", ")}` : ""}.`;
  printData(text, json ? { stack, rotated: rotated !== undefined, made, gone, loses } : undefined);
}

/** The readers of a vault that its owner manages are not known. */
function whoLoses({ stack: { settings }, replaced }: Plan): string {
  const old = labelsOf(replaced).join(", ");
  if (replaced.every(({ kind }) => kind === "certificate"))
    return `Nobody loses access: the key of ${old} never left the vault, and who signs with it signs with what takes its place.`;
  const readers = "readers" in settings.vault ? settings.vault.readers : [];
  const holders = readers.map(({ principalType, principalId }) => `${principalType} ${principalId}`);
  const listed =
    holders.length === 0 ? "" : `, the vault's readers among them (${holders.join(", ")}), until they read it again`;
  return (
    `Whoever holds ${old} loses access${listed}: ` +
    "scripts that keep a copy of the client secret, and a role on its vault secret alone, " +
    "such as the renewal's, which has to be given on the new one."
  );
}

function whatIsLeft({ stack, isByHand, replaced }: Plan, { revokeNow }: RotateOptions): string[] {
  const file = isByHand ? ["The stack's configuration has changed: commit it."] : [];
  if (revokeNow) return file;
  const once = "once nothing uses it";
  const goes =
    stack.references !== undefined
      ? `take it out of the program ${once}`
      : isByHand
        ? `take it out ${once} (credential.previous)`
        : `it goes with the next rotation; with --revoke-now at once`;
  return [...file, `${labelsOf(replaced).join(", ")} is still valid: ${goes}.`];
}
