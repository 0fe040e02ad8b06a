/** What the deployer may do: in the directory by its token's own word, in Azure as Resource Manager answers. */
import {
  applicationAdministrators,
  deployerPermissions,
  type PublishedPermission,
} from "../../../application/permissions";
import { ApiError, type AzureApi } from "../../../azure/api";
import { firstPartyApps } from "../../../config/clouds";
import { az, command, type Fix, run, sentence } from "../../../errors/failure";
import type { Claims } from "../../../oauth/claims";
import { check, failed, type Finding, ok, warning } from "../check";
import type { Facts } from "../facts";
import { adminConsent, assignRole } from "../fixes";
import { type HeldPermissions, heldAt, notAllowed, subscriptionsOf } from "../held-permissions";

export const graphRolesCheck = check("graph-roles", "The deployer's rights in the directory", ["tenant", "login"], {
  look: async (facts) => {
    const { configurePreconsent, adminConsent } = (await facts.stack())?.settings ?? {};
    const login = await (await facts.access()).graphLogin();
    return judgeGraphRoles(login, configurePreconsent, adminConsent !== undefined);
  },
});

/** @param preconsent whether the stack wants it; undefined: no stack was named @param grants whether it sets adminConsent */
export function judgeGraphRoles(claims: Claims, preconsent: boolean | undefined, grants = false): Finding {
  const administers = (claims.wids ?? []).map((id) => applicationAdministrators[id]).find((name) => name !== undefined);
  if (administers !== undefined) return ok(`${administers}: may create and change every application`);
  return claims.scp === undefined ? judgeApplication(claims, preconsent, grants) : judgePerson(claims);
}

function judgeApplication(
  { roles = [], appid = "<client id>" }: Claims,
  preconsent: boolean | undefined,
  grants: boolean,
): Finding {
  const lacks = (choices: readonly PublishedPermission[]): boolean =>
    !choices.some(({ value }) => roles.includes(value));
  const { applications, directory, members, grants: granting } = deployerPermissions;
  const wanted = [applications, directory, ...(preconsent === true ? [members] : []), ...(grants ? [granting] : [])];
  const missing = wanted.filter(lacks);
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

const needed = {
  "create the resource group": "Microsoft.Resources/subscriptions/resourceGroups/write",
  "create the vault": "Microsoft.KeyVault/vaults/write",
  "find a soft-deleted vault": "Microsoft.KeyVault/locations/deletedVaults/read",
  "assign roles on it": "Microsoft.Authorization/roleAssignments/write",
};

export const azureRolesCheck = check("azure-roles", "The deployer's roles in Azure", ["tenant", "login"], {
  look: async (facts) => {
    if ("uri" in (await facts.vaultSettings()))
      return ok("none needed: the vault already exists (vault.uri); its owner manages it");
    const { resourceManager: api, login } = await facts.access();
    const { oid = "<object id>" } = await login();
    const subscriptions = await subscriptionsOf(facts.environment, api);
    const places = subscriptions.map(async (subscription) => ({
      subscription,
      // Whoever holds a role that can create may also ask what it can: a refusal is no outage but the lack of such a role.
      held: await heldAt(api, await scopeOf(facts, api, subscription)).catch(whenForbidden([])),
    }));
    return judgeAzureRoles(await Promise.all(places), oid);
  },
});

/** A subscription and what the deployer may do in it, or in the stack's resource group. */
interface Place {
  subscription: string;
  held: HeldPermissions[];
}

export function judgeAzureRoles(places: readonly Place[], oid: string): Finding {
  const [first] = places;
  if (first === undefined) {
    return failed("no subscription is visible to this login", [
      run("See all that there are", az("account", "list", "--all")),
      run("Name one", useSubscription("<subscription id>")),
    ]);
  }
  const missingAt = ({ held }: Place) => notAllowed(held, needed, "control");
  const fit = places.filter((place) => missingAt(place).length === 0).map(({ subscription }) => subscription);
  const [firstFit] = fit;
  const may = `may create, and assign roles, in ${fit.join(", ")}`;
  if (fit.length === places.length) return ok(may);
  if (firstFit !== undefined) {
    const fix = run("Name the subscription to use", useSubscription(firstFit));
    return warning(`${may}, but not in every subscription it sees`, fix);
  }
  return failed(
    `may not ${missingAt(first).join(", ")} in subscription ${first.subscription}`,
    run("Assign the role", assignRole("Owner", oid, `/subscriptions/${first.subscription}`)),
  );
}

const useSubscription = (id: string) => command("export", `ARM_SUBSCRIPTION_ID=${id}`);

/** A role on the stack's own resource group is enough, once that is there. */
async function scopeOf(facts: Facts, api: AzureApi, subscription: string): Promise<string> {
  const scope = `/subscriptions/${subscription}`;
  const vault = await facts.vaultSettings();
  if (!("resourceGroupName" in vault)) return scope;
  const group = `${scope}/resourceGroups/${vault.resourceGroupName}`;
  const found = await api.find(`${group}?api-version=2021-04-01`).catch(whenForbidden(undefined));
  return found === undefined ? scope : group;
}

function whenForbidden<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return instead;
    throw error;
  };
}
