/** What the deployer may do in the directory, by its token's own word. */
import {
  applicationAdministrators,
  deployerPermissions,
  type PublishedPermission,
} from "../../../application/permissions";
import { firstPartyApps } from "../../../config/clouds";
import { az, type Fix, run, sentence } from "../../../errors/failure";
import type { Claims } from "../../../oauth/claims";
import { check, failed, type Finding, ok, warning } from "../check";
import { adminConsent } from "../fixes";

export const graphRolesCheck = check("graph-roles", "The deployer's rights in the directory", ["tenant", "login"], {
  look: async (facts) => {
    const preconsent = (await facts.stack())?.settings.configurePreconsent;
    return judgeGraphRoles(await (await facts.access()).graphLogin(), preconsent);
  },
});

/** @param preconsent whether the stack wants it; undefined: no stack was named */
export function judgeGraphRoles(claims: Claims, preconsent: boolean | undefined): Finding {
  const administers = (claims.wids ?? []).map((id) => applicationAdministrators[id]).find((name) => name !== undefined);
  if (administers !== undefined) return ok(`${administers}: may create and change every application`);
  return claims.scp === undefined ? judgeApplication(claims, preconsent) : judgePerson(claims);
}

function judgeApplication({ roles = [], appid = "<client id>" }: Claims, preconsent: boolean | undefined): Finding {
  const lacks = (choices: readonly PublishedPermission[]): boolean =>
    !choices.some(({ value }) => roles.includes(value));
  const { applications, directory, members } = deployerPermissions;
  const missing = [applications, directory, ...(preconsent === true ? [members] : [])].filter(lacks);
  const held = roles.length === 0 ? "none" : roles.join(", ");
  if (missing.length > 0) {
    const names = missing.map((choices) => choices.map(({ value }) => value).join(" or "));
    return failed(`lacks ${names.join(", ")} on Microsoft Graph; held: ${held}`, grant(appid, missing));
  }
  if (preconsent === undefined && lacks(members)) {
    return warning(`${held}; enough as long as configurePreconsent is disabled`, grant(appid, [members]));
  }
  return ok(held);
}

function grant(appid: string, missing: readonly (readonly PublishedPermission[])[]): Fix {
  const roles = missing.flatMap(([first]) => (first === undefined ? [] : [`${first.id}=Role`]));
  const added = ["--id", appid, "--api", firstPartyApps.microsoftGraph, "--api-permissions", ...roles];
  return run(
    "Add what is missing, and let an administrator consent to it",
    az("ad", "app", "permission", "add", ...added),
    adminConsent(appid),
  );
}

/** A tenant may let every account register applications; nothing in the token says so. */
function judgePerson({ upn, unique_name, oid = "<object id>" }: Claims): Finding {
  return warning(
    `could not tell: ${upn ?? unique_name ?? oid} holds no directory role that allows it, and the tenant may let every account register applications`,
    sentence("Assign the directory role Application Administrator to the account, or deploy as an application"),
  );
}
