/** `rotate`: creates another credential, by the calendar or at once. */
import type { Credential } from "../../lib/config/limits";
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
  const begins = isBegun ? "Continues the rotation of" : "Rotates";
  const then = options.revokeNow ? `then ${removalOf(replaced)}` : `${old} stays valid until you remove it`;
  printNote(
    `${begins} stack ${stack.name} to ${label}: all tokens of its vault are switched to that, and ${then}. Nobody signs in while the stored token works.`,
  );
  const losing = options.revokeNow ? [whoLoses(plan)] : [];
  losing.forEach(printNote);
  await requireYes(options.yes);
  tell(await rotateNow(plan, options), options, losing);
  if (!options.json) whatIsLeft(plan, options).forEach(printNote);
}

function tell(rotated: Rotated | undefined, { stack, json }: RotateOptions, loses: readonly string[] = []): void {
  const { made, gone } = rotated ?? { made: [], gone: [] };
  const inUse = made.length > 0 ? ` New credential ${made.join(", ")} in use.` : "";
  const text =
    rotated === undefined
      ? `No rotation of stack ${stack} is due.`
      : `Stack ${stack} is rotated.${inUse}${gone.length > 0 ? ` Removed: ${gone.join(", ")}.` : ""}`;
  printData(text, json ? { stack, rotated: rotated !== undefined, made, gone, loses } : undefined);
}

/** azuread removes a client secret, looks for 20 seconds whether it is gone, and only then begins with the next. */
export function removalOf(replaced: readonly Credential[]): string {
  const isOne = replaced.filter(({ kind }) => kind === "secret").length < 2;
  const how = isOne ? "is removed at once" : "are removed, each client secret 20 seconds after the one before";
  return `${labelsOf(replaced).join(", ")} ${how}`;
}

/** The readers of a vault that its owner manages are not known. */
function whoLoses({ stack: { settings }, replaced }: Plan): string {
  const old = labelsOf(replaced).join(", ");
  if (replaced.every(({ kind }) => kind === "certificate"))
    return `Nobody loses access: the key of ${old} never left the vault, and everyone who signs with it then signs with the new one.`;
  const readers = "readers" in settings.vault ? settings.vault.readers : [];
  const holders = readers.map(({ principalType, principalId }) => `${principalType} ${principalId}`);
  const listed =
    holders.length === 0 ? "" : `, also the vault's readers (${holders.join(", ")}) until they read it again`;
  return (
    `Everyone who uses ${old} loses access${listed}: ` +
    "scripts with a copy of the client secret, and identities with a role on its vault secret alone, " +
    "such as renew's: assign it on the new one."
  );
}

function whatIsLeft({ stack, isByHand, replaced }: Plan, { revokeNow }: RotateOptions): string[] {
  const file = isByHand ? ["The stack's configuration has changed: commit it."] : [];
  if (revokeNow) return file;
  const once = "once nothing uses it";
  const goes =
    stack.references !== undefined
      ? `remove it from the program ${once}`
      : isByHand
        ? `remove it ${once} (credential.previous)`
        : "the next rotation removes it; --revoke-now does at once";
  return [...file, `${labelsOf(replaced).join(", ")} is still valid: ${goes}.`];
}
