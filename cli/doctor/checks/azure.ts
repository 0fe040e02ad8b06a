/** Preconditions of creating a vault: roles at the right scope, and a registered subscription. */
import * as v from "valibot";
import { type AzureApi, onStatus } from "../../../lib/azure/api";
import { mayReadDeleted } from "../../../lib/azure/deleted-vaults";
import { destinationKind } from "../../../lib/azure/diagnostics";
import { allows, type HeldPermissions, heldAt, notAllowed } from "../../../lib/azure/held-permissions";
import { assignRole, findGroup, useSubscription } from "../../../lib/azure/resource-manager";
import type { MadeVault } from "../../../lib/config/combinations";
import { az, byPerson, run, sentence } from "../../../lib/errors/failure";
import { check, failed, type Finding, ok, skipped, warning } from "../check";

const onScope = {
  "create the vault": "Microsoft.KeyVault/vaults/write",
  "assign roles on it": "Microsoft.Authorization/roleAssignments/write",
};
const makingGroup = { "create the resource group": "Microsoft.Resources/subscriptions/resourceGroups/write" };
/** They belong to the subscription: a role on a resource group does not list them. */
const onSubscription = { "find a soft-deleted vault": "Microsoft.KeyVault/locations/deletedVaults/read" };

const ofAnother = "none needed: the vault already exists (vault.uri); its owner manages it";

export const azureRolesCheck = check("azure-roles", "The deployer's roles in Azure", ["tenant", "login"], {
  look: async (facts) => {
    const given = (await facts.stack())?.settings.vault;
    if (given !== undefined && "uri" in given) return ok(ofAnother);
    const [api, { oid = "<object id>" }] = [await facts.resourceManager(), await facts.login()];
    const places = await Promise.all((await facts.subscriptions()).map((one) => placeIn(api, one, given)));
    const judged = judgeAzureRoles(places, oid);
    const diagnostics = given?.diagnostics;
    if (diagnostics === undefined || judged.state === "failed") return judged;
    // Resource Manager shows no rights on what does not exist, which the look-ups of a preview name.
    if ((await facts.lookedUp())?.refusal !== undefined) return judged;
    return judgeDestination(await heldAt(api, diagnostics).catch(whenForbidden([])), diagnostics) ?? judged;
  },
});

type Place = Awaited<ReturnType<typeof placeIn>>;

/** Whoever may create resources may also read permissions: a refusal means that such a role is missing. */
async function placeIn(api: AzureApi, subscription: string, vault: Partial<MadeVault> = {}) {
  const { resourceGroupName = "", createResourceGroup: makesGroup = true } = vault;
  const above = `/subscriptions/${subscription}`;
  const id = `${above}/resourceGroups/${resourceGroupName}`;
  const heldAbove = await heldAt(api, above).catch(whenForbidden([]));
  const group = resourceGroupName === "" ? undefined : await findGroup(api, id).catch(whenForbidden(undefined));
  const held = group === undefined ? heldAbove : await heldAt(api, id).catch(whenForbidden([]));
  const isOfGroup = group !== undefined && !makesGroup;
  return {
    subscription,
    // The place that a role is missing on.
    scope: isOfGroup ? id : above,
    name: isOfGroup ? `resourceGroups/${resourceGroupName}` : `subscription ${subscription}`,
    missing: notAllowed(held, makesGroup ? { ...makingGroup, ...onScope } : onScope, "control"),
    isBlind: notAllowed(heldAbove, onSubscription, "control").length > 0,
  };
}

function judgeAzureRoles(places: readonly Place[], oid: string): Finding {
  const [first] = places;
  if (first === undefined) {
    return failed("this login sees no subscription", [
      byPerson("List all subscriptions", az("account", "list", "--all")),
      run("Assign the role", assignRole("Owner", oid, "/subscriptions/<subscription id>")),
    ]);
  }
  const fit = places.filter(({ missing }) => missing.length === 0);
  const [firstFit] = fit;
  if (firstFit === undefined) {
    const found = `may not ${first.missing.join(", ")} in ${first.name}`;
    return failed(found, run("Assign the role", assignRole("Owner", oid, first.scope)));
  }
  const may = `may create the vault and assign roles in ${fit.map(({ name }) => name).join(", ")}`;
  const blind = fit.find(({ isBlind }) => isBlind);
  if (blind !== undefined) {
    const found = `${may}, but may not look for soft-deleted vaults: if one has the name, Azure refuses it (ConflictError)`;
    return warning(found, mayReadDeleted(blind.subscription, oid));
  }
  if (fit.length === places.length) return ok(may);
  const fix = run("Name the subscription to use", useSubscription(firstFit.subscription));
  return warning(`${may}, but not in every subscription it can access`, fix);
}

/**
 * Who may not use the place that logs go to may not send them there (LinkedAuthorizationFailed).
 * @param held at the place @returns undefined if nothing is missing
 */
function judgeDestination(held: readonly HeldPermissions[], id: string): Finding | undefined {
  const { action } = destinationKind(id);
  if (allows(held, action, "control")) return undefined;
  return failed(
    `may not use ${id}, which vault.diagnostics names`,
    sentence(`Let its owner give this login the right ${action} on it (docs/runbook.md, roles).`),
  );
}

const whenForbidden = <T>(instead: T) => onStatus(instead, 403, 404);

const registration = v.looseObject({ registrationState: v.nullish(v.string()) });

export const vaultProviderCheck = check("vault-provider", "Key Vault in the subscription", ["tenant", "login"], {
  look: async (facts) => {
    const settings = await facts.vaultSettings();
    if ("uri" in settings) return ok(ofAnother);
    const [api, subscriptions] = [await facts.resourceManager(), await facts.subscriptions()];
    const judged = async (namespace: string) => {
      const states = subscriptions.map(async (subscription) => {
        const path = `/subscriptions/${subscription}/providers/${namespace}?api-version=2021-04-01`;
        const provider = await api.find(path, registration).catch(whenForbidden(undefined));
        return { subscription, state: provider?.registrationState ?? undefined };
      });
      return judgeRegistration(await Promise.all(states), namespace);
    };
    const vaults = await judged("Microsoft.KeyVault");
    if (vaults.state !== "ok" || !("diagnostics" in settings)) return vaults;
    // azure-native registers Azure Monitor itself, if the deployer may do so in the subscription.
    const logs = await judged("Microsoft.Insights");
    return logs.state === "failed" ? warning(logs.what, logs.fixes ?? []) : vaults;
  },
});

/** @param states of the resource provider; undefined if this login may not read it */
function judgeRegistration(
  states: readonly { subscription: string; state: string | undefined }[],
  namespace = "Microsoft.KeyVault",
): Finding {
  const seen = states.filter(({ state }) => state !== undefined);
  const unregistered = seen.filter(({ state }) => state !== "Registered");
  const [first] = unregistered;
  if (first !== undefined) {
    const register = ["--namespace", namespace, "--subscription", first.subscription, "--wait"];
    const found = `${namespace} is ${first.state ?? ""} in subscription ${first.subscription}`;
    const fix = run("Register it, once for the subscription", az("provider", "register", ...register));
    return unregistered.length === states.length ? failed(found, fix) : warning(found, fix);
  }
  if (seen.length === 0) return skipped("this login has no access to a subscription itself");
  return ok(`${namespace} is registered in ${seen.map(({ subscription }) => subscription).join(", ")}`);
}
