/** The deployer's rights in the directory, from the claims of its token. */
import { applicationAdministrators } from "../../../lib/application/directory-roles";
import { deployerPermissions, type PublishedPermission } from "../../../lib/application/permissions";
import { type CloudName, firstPartyApps } from "../../../lib/config/clouds";
import { az, byPerson, type Fix, run, sentence } from "../../../lib/errors/failure";
import { check, failed, ok, warning } from "../check";

export const graphRolesCheck = check("graph-roles", "The deployer's rights in the directory", ["tenant", "login"], {
  look: async (facts) => {
    const { configurePreconsent, adminConsent } = (await facts.stack())?.settings ?? {};
    const { wids = [], scp, roles = [], appid = "<client id>", upn, ...claims } = await facts.graphLogin();
    const administers = wids.map((id) => applicationAdministrators[id]).find((name) => name !== undefined);
    if (administers !== undefined) return ok(`${administers}: may create and change every application`);
    if (scp !== undefined) {
      // A tenant may allow every account to register applications; the token does not show that.
      const who = upn ?? claims.unique_name ?? claims.oid ?? "<object id>";
      return warning(
        `could not tell: ${who} has no directory role for it, but the tenant may let every account register applications`,
        sentence("Assign the directory role Application Administrator to the account, or deploy as an application"),
      );
    }
    const { name } = await facts.cloud();
    const { applications, directory, members, grants } = deployerPermissions;
    const lacks = (choices: Choices): boolean => !choices.some(({ value }) => roles.includes(value));
    const missing = [
      ...[applications, directory],
      ...(configurePreconsent === true ? [members] : []),
      ...(adminConsent === undefined ? [] : [grants]),
    ].filter(lacks);
    const held = roles.length === 0 ? "none" : roles.join(", ");
    if (missing.length > 0) {
      const names = missing.map((choices) => choices.map(({ value }) => value).join(" or "));
      const found = `lacks ${names.join(", ")} on Microsoft Graph; held: ${held}`;
      return failed(found, addPermissions(name, appid, missing));
    }
    if (configurePreconsent === undefined && lacks(members)) {
      const found = `${held}; enough while configurePreconsent is disabled`;
      return warning(found, addPermissions(name, appid, [members]));
    }
    return ok(held);
  },
});

/** One of them is enough. */
type Choices = readonly PublishedPermission[];

/** An administrator's consent as well, which az supports in AzureCloud alone. */
function addPermissions(cloud: CloudName, clientId: string, missing: readonly Choices[]): Fix {
  const ids = missing.flatMap(([first]) => (first === undefined ? [] : [`${first.id}=Role`]));
  const add = ["--api", firstPartyApps.microsoftGraph, "--api-permissions", ...ids];
  const adds = az("ad", "app", "permission", "add", "--id", clientId, ...add);
  if (cloud === "AzureCloud") {
    const consent = az("ad", "app", "permission", "admin-consent", "--id", clientId);
    return run("Add the missing ones, and have an administrator consent to them", adds, consent);
  }
  const portal = "App registrations, the application, API permissions, Grant admin consent";
  return byPerson(
    `Add the missing ones, and have an administrator consent to them in the cloud's portal (${portal})`,
    adds,
  );
}
