/** Who grants what nobody has granted yet, as the fixes of several checks. */
import { grantingAll } from "../../application/directory-roles";
import type { Asked } from "../../application/grants";
import type { ConsentOutlook } from "../../application/who-may-consent";
import { firstPartyApps } from "../../config/clouds";
import { byPerson, consentAnew, type Fix, ownCommand, pulumi, run } from "../../errors/failure";
import { grantedByAdministrator, grantedByDeployment } from "../../oauth/remedies";
import { haveGranted } from "../probe";
import { asAdministrator, type Place } from "./fixes";

export const administrators = `A ${Object.values(grantingAll).join(" or ")}`;

export const byAdministrator = (place: Place, who = administrators): Fix =>
  grantedByAdministrator(who, asAdministrator(place));

/** Without --force: a sign-in over a valid token asks for nothing that is new. */
const byAccount = run("The account consents to it", ownCommand("consent"));

export const isMissing = ({ grantedTo }: Asked): boolean => grantedTo === undefined;

export const namesOf = (asked: readonly Asked[]): string => asked.map(({ name }) => name).join(", ");

export const isPartnerCenters = ({ resourceAppId }: Asked): boolean => resourceAppId === firstPartyApps.partnerCenter;

/**
 * As the directory shows it, of an account whose own roles nobody has looked at.
 * A sign-in asks for what is not granted only where nothing of Partner Center is; else everything that is declared is asked for again.
 * @param scopes all delegated permissions that are asked for @param roles all application permissions
 */
export function whoGrants(
  scopes: readonly Asked[],
  roles: readonly Asked[],
  place: Place,
): { outlook: string; fixes: readonly Fix[] } {
  const declared = [...scopes, ...roles];
  const asks = scopes.filter(isPartnerCenters).every(isMissing);
  const beyond = (asks ? declared.filter(isMissing) : declared).filter(({ administrator }) => administrator);
  if (beyond.length === 0) {
    const outlook = "the account may grant it for itself, where the tenant lets accounts do so";
    return { outlook, fixes: [byAccount] };
  }
  const outlook = `Entra refuses an ordinary account's consent (AADSTS90094): only an administrator may grant ${namesOf(beyond)}`;
  return { outlook, fixes: [byAdministrator(place), grantedByDeployment] };
}

/**
 * What helps a token that does not bring what is declared.
 * @param outlook of its account; undefined where it could not be looked up @param deploys whether the deployment grants what is declared
 */
export function waysToGrant(outlook: ConsentOutlook | undefined, deploys: boolean, place: Place): readonly Fix[] {
  if (outlook?.missing.length === 0) {
    return [
      byPerson("It is granted, which takes a while to take effect. Look again", ownCommand("doctor", "--probe")),
      run("Sign in again", consentAnew),
    ];
  }
  if (deploys) return [run("Grant it", pulumi("up", "--refresh"))];
  if (outlook === undefined) return [haveGranted];
  return outlook.refused === undefined
    ? [byAccount]
    : [byAdministrator(place, `Somebody who is ${outlook.administrators.join(" or ")}`), grantedByDeployment];
}
