/** Converts the settings of the credential to the generations that a run declares. */
import type { Settings } from "../../lib/config/combinations";
import type { CredentialArgs } from "../../lib/config/model-args";
import { askedIn } from "../../lib/config/own-variables";
import { daysSince, dueSince, generationsIn, planGenerations } from "../../lib/credential/generations";
import { now } from "../../lib/startup/clock";
import type { Look } from "./look";

/** The generations, planned from those of the last complete deployment: a failed or partial run changes nothing. */
export async function resolveCredential(
  { state, log }: Pick<Look, "state" | "log">,
  { kind, vaultSecretName, rotateEvery, overdueDays, validityMonths }: Settings["credential"],
): Promise<CredentialArgs> {
  const applied = generationsIn(state.outputs.credential?.generations);
  const [current] = applied;
  const [asked, at] = [askedIn(process.env), now()];
  const due = current && dueSince(current, rotateEvery, at);
  if (due !== undefined) {
    const message = `Rotation is due since ${due}`;
    await (daysSince(due, at) > overdueDays ? log.warn(`${message}, which is overdue.`) : log.info(`${message}.`));
  }
  const made = vaultSecretName === undefined ? kind : undefined;
  return {
    generations: planGenerations({ applied, kind: made, rotateEvery, asked, at }),
    validityMonths,
    ...(vaultSecretName !== undefined && { vaultSecretName }),
  };
}
