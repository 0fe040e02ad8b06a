/** What the stored token really includes: this reads secrets' values, and so runs only with the option for it. */
import { consentPrecheck } from "../../../lib/application/who-may-consent";
import { isNotGranted, namesOf, type Scopes } from "../../../lib/consent/prove-grants";
import { byPerson, Failure, type Fix, ownCommand, partsOf } from "../../../lib/errors/failure";
import { isUnprobed, type Probe, unknownMfa, withoutMfa } from "../../redemption/probe";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ok, saidOf, warning } from "../check";
import { type Facts, found } from "../facts";
import { waysToGrant } from "../who-grants";

export const probeCheck = check("probe", "What the token brings", ["refresh-token"], {
  only: "probe",
  look: (facts) => probeIn(facts),
});

/** The result of redeeming the token; redeemed once. */
export async function probeIn(facts: Facts): Promise<Finding> {
  const probe = await facts.probe();
  const isLacking = isUnprobed(probe) ? isNotGranted(probe.error) : (probe.permissions?.missing ?? []).length > 0;
  return judgeProbe(probe, isLacking ? await waysIn(facts) : []);
}

async function waysIn(facts: Facts): Promise<readonly Fix[]> {
  const place = await facts.place();
  const { account } = await found(facts.tokenTags, "tag of the token");
  const outlook = consentPrecheck(await facts.directory(), place.clientId, account).catch((error: unknown) => {
    // Without the right to look it up, the fix is the command that finds out.
    if (error instanceof Failure) return undefined;
    throw error;
  });
  return waysToGrant(await outlook, (await facts.stack())?.settings.adminConsent !== undefined, place);
}

const lookAgain = byPerson("Look again", ownCommand("doctor", "--probe"));

/** @param ways the fixes if the token lacks something */
export function judgeProbe(probe: Probe, ways: readonly Fix[]): Finding {
  if (isUnprobed(probe)) {
    const { fixes = [], ...said } = partsOf(probe.error);
    const own = isNotGranted(probe.error) ? ways : fixes;
    return failed(saidOf(said), own.length === 0 ? lookAgain : own, probe.exitCode);
  }
  const { isMfaCompliant, permissions, notes, exitCode } = probe;
  const listed = (what: string, some: readonly Scopes[] = []): string[] =>
    some.length === 0 ? [] : [`${what} ${namesOf(some)}.`];
  const withMfa = "Partner Center confirms multi-factor authentication.";
  const found = [
    ...listed("It does not bring", permissions?.missing),
    ...listed("It brings", permissions?.brought),
    isMfaCompliant === undefined ? unknownMfa.what : isMfaCompliant ? withMfa : withoutMfa.what,
    ...notes,
  ].join(" ");
  if (exitCode !== exitCodes.fine) {
    return failed(found, [...ways, ...(isMfaCompliant === false ? withoutMfa.fixes : [])], exitCode);
  }
  return isMfaCompliant === undefined || permissions === undefined ? warning(found, lookAgain) : ok(found);
}
