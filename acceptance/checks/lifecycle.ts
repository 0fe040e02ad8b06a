/** What happens to a deployed model: drift, rotation, renewal, adoption by another stack, and its end. */
import { fieldsOf, serviceRefusal, textOf } from "../answers";
import type { Check } from "../check";
import { throwaway } from "../template";
import type { World } from "../world";
import { firstStack, outputsIn } from "./application";

/** A stack that adopts what the first one made; destroyed before it. */
const adopting = "adopting";

const applicationPath = (world: World): string => `/v1.0/applications/${outputsIn(world).applicationObjectId}`;

async function driftOf(world: World, stack: string): Promise<{ exitCode: number; named: string[] }> {
  const { code, stdout } = await world.deployment.onStack(stack, "drift", "--json");
  const { findings } = (stdout === "" ? {} : JSON.parse(stdout)) as { findings?: { property: string }[] };
  return { exitCode: code, named: (findings ?? []).map(({ property }) => property) };
}

const noDrift: Check = {
  id: "no-drift",
  promise: "Right after a deployment nothing has drifted: no provider reads anything back otherwise than declared.",
  needs: ["deployment"],
  effect: "reads",
  settles: [],
  expected: { exitCode: 0, named: [] },
  look: async (world) => await driftOf(world, firstStack),
};

const driftAndRotation: Check = {
  id: "drift-and-rotation",
  promise:
    "A reply URL that somebody takes out is named by drift; pulumi up --refresh puts it back, and with a new label makes another client secret without a sign-in.",
  needs: ["deployment"],
  effect: "changes",
  settles: [],
  expected: {
    drift: { exitCode: 5, named: ["web.redirectUris"] },
    repaired: 0,
    replyUrls: 2,
    secret: "another",
    token: 0,
  },
  look: async (world) => {
    const { deployment, values, id, asDeployer } = world;
    const before = outputsIn(world);
    const path = applicationPath(world);
    await asDeployer("microsoftGraph", {
      method: "PATCH",
      path,
      body: { web: { redirectUris: ["urn:ietf:wg:oauth:2.0:oob"] } },
    });
    const drift = await driftOf(world, firstStack);
    await deployment.configure(firstStack, { ...throwaway(values, id), clientSecret: { label: "rotated" } });
    const repaired = await deployment.up(firstStack, "--refresh");
    if (repaired !== 0) return { drift, repaired };
    const after = await deployment.outputsOf(firstStack);
    deployment.outputs = after;
    const { body } = await asDeployer("microsoftGraph", { path });
    const { redirectUris } = fieldsOf(body?.["web"]);
    const { code } = await deployment.command(
      "token",
      "partner-center",
      "--cloud",
      after.cloud,
      "--vault",
      after.vaultUri,
    );
    return {
      drift,
      repaired,
      replyUrls: Array.isArray(redirectUris) ? redirectUris.length : 0,
      secret: after.clientSecretName === before.clientSecretName ? "the same" : "another",
      token: code,
    };
  },
};

const renewal: Check = {
  id: "renewal",
  promise: "The command renews the refresh token without a person.",
  needs: ["deployment"],
  effect: "changes",
  settles: [],
  expected: { exitCode: 0 },
  look: async (world) => {
    const { cloud, vaultUri } = outputsIn(world);
    const { code } = await world.deployment.command("renew", "--cloud", cloud, "--vault", vaultUri);
    return { exitCode: code };
  },
};

const adoption: Check = {
  id: "adoption",
  promise:
    "Another stack adopts the application, its vault and its client secret without a sign-in, and takes nothing with it when it is destroyed.",
  needs: ["deployment"],
  effect: "changes",
  settles: [],
  expected: { up: 0, health: "ok", destroy: 0, application: "as before" },
  look: async (world) => {
    const { deployment, values, id, asDeployer } = world;
    const { applicationId, vaultUri, clientSecretName } = outputsIn(world);
    const shown = async () => {
      const { body } = await asDeployer("microsoftGraph", { path: applicationPath(world) });
      return JSON.stringify([body?.["web"], body?.["requiredResourceAccess"], body?.["signInAudience"]]);
    };
    const before = await shown();
    await deployment.configure(adopting, {
      ...throwaway(values, id),
      displayName: undefined,
      existingApplication: applicationId,
      vault: { uri: vaultUri },
      clientSecret: { vaultSecretName: clientSecretName },
    });
    const up = await deployment.up(adopting);
    const health = up === 0 ? (await deployment.outputsOf(adopting)).consent.health : "none";
    const destroy = await deployment.destroy(adopting);
    return { up, health, destroy, application: (await shown()) === before ? "as before" : "changed" };
  },
};

const destroy: Check = {
  id: "destroy",
  promise:
    "pulumi destroy removes everything; application and vault stay recoverable for as long as the services keep them.",
  needs: ["deployment"],
  effect: "changes",
  settles: [],
  expected: {
    destroy: 0,
    application: { status: 404, code: "Request_ResourceNotFound" },
    deletedApplication: 200,
    deletedVault: 200,
    resourceGroup: { status: 404, code: "ResourceGroupNotFound" },
  },
  look: async (world) => {
    const { deployment, asDeployer, subscriptionId, id, values } = world;
    const path = applicationPath(world);
    const { applicationObjectId } = outputsIn(world);
    const destroy = await deployment.destroy(firstStack);
    const region = textOf(fieldsOf(throwaway(values, id)["vault"])["location"]);
    const subscription = `/subscriptions/${subscriptionId}`;
    const vaults = `${subscription}/providers/Microsoft.KeyVault/locations/${region}/deletedVaults`;
    const graph = async (at: string) => await asDeployer("microsoftGraph", { path: at });
    const manager = async (at: string) => await asDeployer("resourceManager", { path: `${at}?api-version=2024-11-01` });
    return {
      destroy,
      application: serviceRefusal(await graph(path)),
      deletedApplication: (await graph(`/v1.0/directory/deletedItems/${applicationObjectId}`)).status,
      deletedVault: (await manager(`${vaults}/acceptance-${id}`)).status,
      resourceGroup: serviceRefusal(await manager(`${subscription}/resourceGroups/acceptance-${id}`)),
    };
  },
};

export const lifecycleChecks: readonly Check[] = [noDrift, driftAndRotation, renewal, adoption, destroy];
