import { ApiError, type AzureApi } from "../../../azure/api";
import { az, command, run } from "../../../errors/fix";
import type { Check } from "../check";
import type { Facts } from "../facts";
import { failed, type Finding, ok, warning } from "../finding";
import { allows, type HeldPermissions, heldAt, subscriptionsOf } from "../held-permissions";

const needed = {
  "create the resource group": "Microsoft.Resources/subscriptions/resourceGroups/write",
  "create the vault": "Microsoft.KeyVault/vaults/write",
  "find a soft-deleted vault": "Microsoft.KeyVault/locations/deletedVaults/read",
  "assign roles on it": "Microsoft.Authorization/roleAssignments/write",
};

export const azureRolesCheck: Check = {
  name: "azure-roles",
  title: "The deployer's roles in Azure",
  needs: ["tenant", "login"],
  look: async (facts) => {
    if ("uri" in (await facts.vaultSettings()))
      return ok("none needed: the vault already exists (vault.uri); its owner manages it");
    const { resourceManager: api } = await facts.access();
    const { oid = "<object id>" } = await (await facts.access()).login();
    const subscriptions = await subscriptionsOf(facts.environment, api);
    const places = await Promise.all(
      subscriptions.map(async (subscription) => ({
        subscription,
        held: await heldAtAll(api, await scopesOf(facts, api, subscription)),
      })),
    );
    return judgeAzureRoles(places, oid);
  },
};

/** A subscription and what the deployer may do in it, or in the stack's resource group. */
export interface Place {
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
  const fit = places.filter(({ held }) => missingOf(held).length === 0).map(({ subscription }) => subscription);
  const [firstFit] = fit;
  if (fit.length === places.length) return ok(`may create, and assign roles, in ${fit.join(", ")}`);
  if (firstFit !== undefined) {
    return warning(
      `may create, and assign roles, in ${fit.join(", ")}, but not in every subscription it sees`,
      run("Name the subscription to use", useSubscription(firstFit)),
    );
  }
  const scope = `/subscriptions/${first.subscription}`;
  return failed(
    `may not ${missingOf(first.held).join(", ")} in subscription ${first.subscription}`,
    run("Assign the role", az("role", "assignment", "create", "--role", "Owner", "--assignee", oid, "--scope", scope)),
  );
}

const useSubscription = (id: string) => command("export", `ARM_SUBSCRIPTION_ID=${id}`);

function missingOf(held: readonly HeldPermissions[]): string[] {
  return Object.entries(needed)
    .filter(([, action]) => !allows(held, action, "control"))
    .map(([what]) => what);
}

/** A role on the stack's own resource group is enough, once that is there. */
async function scopesOf(facts: Facts, api: AzureApi, subscription: string): Promise<string[]> {
  const scope = `/subscriptions/${subscription}`;
  const vault = await facts.vaultSettings();
  if (!("resourceGroupName" in vault)) return [scope];
  const group = `${scope}/resourceGroups/${vault.resourceGroupName}`;
  const found = await api.find(`${group}?api-version=2021-04-01`).catch(whenForbidden(undefined));
  return found === undefined ? [scope] : [group];
}

/** Whoever holds a role that can create may also ask what it can: a refusal here is no outage but the lack of such a role. */
async function heldAtAll(api: AzureApi, scopes: readonly string[]): Promise<HeldPermissions[]> {
  const held = await Promise.all(scopes.map((scope) => heldAt(api, scope).catch(whenForbidden([]))));
  return held.flat();
}

function whenForbidden<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return instead;
    throw error;
  };
}
