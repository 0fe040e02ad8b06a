/** The deployer's rights in the directory, from the claims of its token. */
import { applicationAdministrators } from "../../../lib/application/directory-roles";
import { deployerPermissions, type PublishedPermission } from "../../../lib/application/permissions";
import { type CloudName, firstPartyApps } from "../../../lib/config/clouds";
import { sentence } from "../../../lib/errors/failure";
import type { Claims } from "../../../lib/oauth/claims";
import { check, failed, type Finding, ok, warning } from "../check";
import { addPermissions } from "../fixes";

export const graphRolesCheck = check("graph-roles", "The deployer's rights in the directory", ["tenant", "login"], {
  look: async (facts) => {
    const { configurePreconsent, adminConsent } = (await facts.stack())?.settings ?? {};
    const login = await (await facts.access()).graphLogin();
    return judgeGraphRoles(login, (await facts.cloud()).name, configurePreconsent, adminConsent !== undefined);
  },
});

/** @param preconsent whether the stack uses it; undefined: no stack was given @param grants whether it sets adminConsent */
export function judgeGraphRoles(
  claims: Claims,
  cloud: CloudName,
  preconsent: boolean | undefined,
  grants = false,
): Finding {
  const administers = (claims.wids ?? []).map((id) => applicationAdministrators[id]).find((name) => name !== undefined);
  if (administers !== undefined) return ok(`${administers}: may create and change every application`);
  return claims.scp === undefined ? judgeApplication(claims, cloud, preconsent, grants) : judgePerson(claims);
}

function judgeApplication(
  { roles = [], appid = "<client id>" }: Claims,
  cloud: CloudName,
  preconsent: boolean | undefined,
  grants: boolean,
): Finding {
  const lacks = (choices: readonly PublishedPermission[]): boolean =>
    !choices.some(({ value }) => roles.includes(value));
  const { applications, directory, members, grants: granting } = deployerPermissions;
  const wanted = [applications, directory, ...(preconsent === true ? [members] : []), ...(grants ? [granting] : [])];
  const missing = wanted.filter(lacks);
  const grant = (some: readonly (readonly PublishedPermission[])[]) => {
    const ids = some.flatMap(([first]) => (first === undefined ? [] : [`${first.id}=Role`]));
    return addPermissions(cloud, appid, "--api", firstPartyApps.microsoftGraph, "--api-permissions", ...ids);
  };
  const held = roles.length === 0 ? "none" : roles.join(", ");
  if (missing.length > 0) {
    const names = missing.map((choices) => choices.map(({ value }) => value).join(" or "));
    return failed(`lacks ${names.join(", ")} on Microsoft Graph; held: ${held}`, grant(missing));
  }
  if (preconsent === undefined && lacks(members)) {
    return warning(`${held}; enough as long as configurePreconsent is disabled`, grant([members]));
  }
  return ok(held);
}

/** A tenant may allow every account to register applications; the token does not show that. */
function judgePerson({ upn, unique_name, oid = "<object id>" }: Claims): Finding {
  return warning(
    `could not tell: ${upn ?? unique_name ?? oid} holds no directory role that allows it, and the tenant may let every account register applications`,
    sentence("Assign the directory role Application Administrator to the account, or deploy as an application"),
  );
}
