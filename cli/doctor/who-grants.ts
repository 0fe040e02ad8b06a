/** Who can grant what is not granted yet, as fixes for several checks. */
import { grantingAll } from "../../lib/application/directory-roles";
import type { Asked } from "../../lib/application/grants";
import type { ConsentPrecheck } from "../../lib/application/who-may-consent";
import { firstPartyApps } from "../../lib/config/clouds";
import { grantedByAdministrators } from "../../lib/token/command";
import { byPerson, consentAnew, type Fix, ownCommand, pulumi, run } from "../../lib/errors/failure";
import { grantedByDeployment } from "../../lib/oauth/remedies";
import { haveGranted } from "../redemption/probe";
import type { Place } from "./facts";

export const administrators = `A ${Object.values(grantingAll).join(" or ")}`;

/** It needs no right on the vault, and works in every cloud. */
export const byAdministrator = (place: Place, who = administrators, alone?: ConsentPrecheck["alone"]): readonly Fix[] =>
  grantedByAdministrators(place, who, alone);

/** Without --force: a sign-in over a valid token does not request anything new. */
const byAccount = run("The account consents to it", ownCommand("consent"));

const byDeployment = run("Grant it", pulumi("up"));

export const isMissing = ({ grantedTo }: Asked): boolean => grantedTo === undefined;

export const namesOf = (asked: readonly Asked[]): string => asked.map(({ name }) => name).join(", ");

export const isPartnerCenters = ({ resourceAppId }: Asked): boolean => resourceAppId === firstPartyApps.partnerCenter;

/**
 * From the directory, for an account whose own roles were not read. A sign-in requests what is missing alone
 * only if nothing of Partner Center is granted; otherwise it requests everything declared again.
 * @param deploys whether a deployment grants it
 */
export function whoGrants(
  scopes: readonly Asked[],
  roles: readonly Asked[],
  place: Place,
  deploys: boolean,
): { outlook: string; fixes: readonly Fix[] } {
  const declared = [...scopes, ...roles];
  const asks = scopes.filter(isPartnerCenters).every(isMissing);
  const missing = declared.filter(isMissing);
  const byAdministrators = ({ administrator }: Asked) => administrator;
  if (!(asks ? missing : declared).some(byAdministrators)) {
    const outlook = "the account may grant it for itself, where the tenant lets accounts do so";
    return { outlook, fixes: [byAccount] };
  }
  // Granted permissions need no administrator.
  const beyond = missing.filter(byAdministrators);
  const outlook = `Entra refuses an ordinary account's consent (AADSTS90094): only an administrator may grant ${namesOf(beyond.length > 0 ? beyond : missing)}`;
  return { outlook, fixes: deploys ? [byDeployment] : [...byAdministrator(place), grantedByDeployment] };
}

/** @param outlook of a token's account; undefined: unknown @param deploys whether a deployment grants it */
export function waysToGrant(outlook: ConsentPrecheck | undefined, deploys: boolean, place: Place): readonly Fix[] {
  if (outlook?.missing.length === 0) {
    return [
      byPerson("It is granted; it takes a while to take effect. Check again", ownCommand("doctor", "--probe")),
      run("Sign in again", consentAnew),
    ];
  }
  if (deploys) return [byDeployment];
  if (outlook === undefined) return [haveGranted];
  return outlook.refused === undefined
    ? [byAccount]
    : [
        ...byAdministrator(place, `Somebody who is ${outlook.administrators.join(" or ")}`, outlook.alone),
        grantedByDeployment,
      ];
}
