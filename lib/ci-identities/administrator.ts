/** Whether a person may run a bootstrap stack: directory rights from the token, roles from Azure. */
import { applicationAdministrators, grantingAll, grantingMost } from "../application/directory-roles";
import type { AzureApi } from "../azure/api";
import { allows, heldAt } from "../azure/held-permissions";
import { assignRole } from "../azure/resource-manager";
import { byPerson, Failure, sentence } from "../errors/failure";
import type { Claims } from "../oauth/claims";

/** The rights that a bootstrap stack needs in Entra: an application's permission, or one of the directory roles. */
const needs = [
  { permission: "AppRoleAssignment.ReadWrite.All", roles: grantingAll, what: "grant these" },
  // The azuread provider removes its user from the owners before it adds the federated credential.
  { permission: "Application.ReadWrite.All", roles: applicationAdministrators, what: "add federated credentials" },
];

/** @param claims of a token for Microsoft Graph @returns undefined where Entra would allow this stack */
export function refusalOf(claims: Claims): Failure | undefined {
  const { wids = [], roles = [], scp, upn, unique_name, appid, oid = "" } = claims;
  const isPerson = scp !== undefined;
  const lacking = needs.filter(
    ({ permission, roles: may }) => !wids.some((id) => id in may) && (isPerson || !roles.includes(permission)),
  );
  if (lacking.length === 0) return undefined;
  const who = upn ?? unique_name ?? appid ?? oid;
  const held = isPerson
    ? `holds no directory role that may ${lacking.map(({ what }) => what).join(", nor ")}`
    : `lacks ${lacking.map(({ permission }) => permission).join(" and ")}`;
  const [all, granting] = Object.values(grantingAll);
  const registering = Object.values(grantingMost).join(" or ");
  return new Failure(
    "ci-administrator",
    {
      what: `This stack creates the identities of CI and gives them permissions of Microsoft Graph, but ${who} ${held}.`,
      why: "CI never runs it: this right amounts to full control of the tenant.",
    },
    sentence(`Somebody who is ${all}, or ${granting} and also ${registering}, signs in (az login) and runs it.`),
  );
}

export interface Needed {
  scope: string;
  action: string;
  /** "assign roles", "make the resource group partner-state" */
  what: string;
}

const write = "Microsoft.Authorization/roleAssignments/write";

export const assigning = (scope: string): Needed => ({ scope, action: write, what: "assign roles" });

export const makingGroup = (subscription: string, name: string): Needed => ({
  scope: subscription,
  action: "Microsoft.Resources/subscriptions/resourceGroups/write",
  what: `make the resource group ${name}`,
});

/** @param oid of the person who runs it @throws Failure with every scope where an action is not allowed */
export async function requireRights(api: AzureApi, needed: readonly Needed[], oid: string): Promise<void> {
  const scopes = [...new Set(needed.map(({ scope }) => scope))];
  const asked = scopes.map(async (scope) => [scope, await heldAt(api, scope)] as const);
  const held = new Map(await Promise.all(asked));
  const missing = needed.filter(({ scope, action }) => !allows(held.get(scope) ?? [], action, "control"));
  if (missing.length === 0) return;
  const said = missing.map(({ what, scope }) => `${what} at ${scope}`);
  const fixes = missing.map(({ scope }) =>
    byPerson("Somebody who may assign it does so, or runs this stack", assignRole("Owner", oid, scope)),
  );
  throw new Failure("ci-rights", `Your account may not ${said.join(", nor ")}.`, ...fixes);
}
