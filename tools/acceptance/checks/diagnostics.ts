/** Azure Monitor's diagnostic settings, on a vault of its own: the check deletes and recovers it. */
import { auditGroup, diagnosticsOf, diagnosticsVersion, destinationKind } from "../../../lib/azure/diagnostics";
import { keyVaultVersion } from "../../../lib/azure/key-vault";
import { fieldsOf, listOf, serviceRefusal, textOf } from "../answers";
import type { Check, Json } from "../check";
import { type Answer, until } from "../http";
import { throwaway } from "../template";
import type { World } from "../world";

const ownVersion = "2021-04-01";
const logs = [{ categoryGroup: auditGroup, enabled: true }];

/** Requests of Resource Manager below the run's resource group. */
function placesOf(world: World) {
  const { asDeployer, subscriptionId, id } = world;
  const subscription = `/subscriptions/${subscriptionId}`;
  const group = `${subscription}/resourceGroups/acceptance-${id}`;
  const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/acceptance-${id}`;
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/log-${id}`;
  const location = textOf(fieldsOf(throwaway(world)["vault"])["location"]);
  const send = async (method: "GET" | "PUT" | "POST" | "DELETE", path: string, version: string, body?: object) =>
    await asDeployer("resourceManager", {
      ...{ method, path: `${path}?api-version=${version}` },
      ...(body === undefined ? {} : { body }),
    });
  const deleted = `${subscription}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/log-${id}`;
  return { subscription, workspace, vault, deleted, location, send };
}

type Places = ReturnType<typeof placesOf>;

async function register(world: World, { subscription, send }: Places, namespace: string): Promise<void> {
  const provider = `${subscription}/providers/${namespace}`;
  await send("POST", `${provider}/register`, ownVersion);
  await until(
    world,
    ({ body }) => body?.["registrationState"] === "Registered",
    () => send("GET", provider, ownVersion),
  );
}

async function makeBoth(world: World, { workspace, vault, location, send }: Places): Promise<void> {
  const { version } = destinationKind(workspace);
  await send("PUT", workspace, version, { location, properties: { sku: { name: "PerGB2018" } } });
  await until(
    world,
    ({ body }) => fieldsOf(body?.["properties"])["provisioningState"] === "Succeeded",
    () => send("GET", workspace, version),
  );
  await send("PUT", vault, keyVaultVersion, vaultBody(world, location, "default"));
}

const vaultBody = ({ tenantId }: World, location: string, createMode: "default" | "recover"): object => ({
  location,
  properties: {
    ...{ tenantId, createMode, sku: { family: "A", name: "standard" } },
    ...{ enableRbacAuthorization: true, softDeleteRetentionInDays: 7 },
  },
});

const outcome = ({ status, body }: Answer): Json => ({
  status,
  logs: listOf(fieldsOf(body?.["properties"])["logs"]).map(({ categoryGroup, enabled }) => [
    textOf(categoryGroup),
    enabled === true,
  ]),
});

async function lookAt(world: World, places: Places): Promise<Json> {
  const { vault, workspace, deleted, location, send } = places;
  const setting = async (method: "GET" | "PUT", name: string, properties?: object) =>
    await send(
      method,
      `${diagnosticsOf(vault)}/${name}`,
      diagnosticsVersion,
      properties === undefined ? undefined : { properties },
    );
  const nowhere = serviceRefusal(await setting("PUT", "acceptance", { logs }));
  const missing = serviceRefusal(await setting("GET", "nobodys"));
  await setting("PUT", "acceptance", { workspaceId: workspace, logs });
  const made = outcome(await setting("GET", "acceptance"));
  const second = serviceRefusal(await setting("PUT", "second", { workspaceId: workspace, logs }));
  await send("DELETE", vault, keyVaultVersion);
  await until(
    world,
    ({ status }) => status === 200,
    () => send("GET", deleted, keyVaultVersion),
  );
  await send("PUT", vault, keyVaultVersion, vaultBody(world, location, "recover"));
  const returned = outcome(await setting("GET", "acceptance"));
  return { nowhere, missing, made, second, returned };
}

/** The setting first: it would outlast the vault. */
async function takeAway({ vault, workspace, deleted, send }: Places): Promise<void> {
  await send("DELETE", `${diagnosticsOf(vault)}/acceptance`, diagnosticsVersion);
  await send("DELETE", vault, keyVaultVersion);
  await send("POST", `${deleted}/purge`, keyVaultVersion);
  await send("DELETE", workspace, destinationKind(workspace).version);
}

const vaultDiagnostics: Check = {
  id: "vault-diagnostics",
  promise:
    "A vault's diagnostic setting sends the group audit; it is refused without a destination (400), and beside another one with the same (409); it comes back with a vault that is deleted and recovered.",
  needs: ["deployment"],
  effect: "changes",
  settles: ["tools/embedded-cloud/README.md"],
  expected: {
    nowhere: { status: 400, code: "BadRequest" },
    missing: { status: 404, code: "ResourceNotFound" },
    made: { status: 200, logs: [["audit", true]] },
    second: { status: 409, code: "Conflict" },
    returned: { status: 200, logs: [["audit", true]] },
  },
  look: async (world) => {
    const places = placesOf(world);
    await register(world, places, "Microsoft.OperationalInsights");
    await register(world, places, "Microsoft.Insights");
    try {
      await makeBoth(world, places);
      return await lookAt(world, places);
    } finally {
      await takeAway(places);
    }
  },
};

export const diagnosticsChecks: readonly Check[] = [vaultDiagnostics];
