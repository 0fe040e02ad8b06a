/** The life of a deployed model: drift, rotation, renewal, adoption by another stack, and destruction. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { claimsIn, entraRefusal, fieldsOf, listOf, serviceRefusal, textOf } from "../answers";
import { namespace } from "../../../lib/errors/failure";
import { keyVaultVersion } from "../../../lib/azure/key-vault";
import { roleAssignmentVersion } from "../../../lib/azure/resource-manager";
import { roleIds } from "../../../lib/azure/roles";
import { type Check, sameAnswer } from "../check";
import { certificateIn } from "../proof";
import { objectOf, throwaway } from "../template";
import { graphList, type World } from "../world";
import { firstStack, grantsTo, outputsIn, redeployed, vaultOf } from "./application";
import { ciIdentities } from "./ci-identities";
import { customerChecks } from "./customers";
import { calendar, certificate, credentialsOf, newClientSecret } from "./credentials";
import { driftOf } from "./drift";
import { credentialIn, grantedIn, redeem, secretIn } from "./tokens";
import { vaultId } from "./vault";

/** A stack that adopts what the first one created; destroyed before it. */
const adopting = "adopting";

const applicationPath = (world: World): string => `/v1.0/applications/${outputsIn(world).applicationObjectId}`;

const noDrift: Check = {
  id: "no-drift",
  promise: "Right after a deployment nothing has drifted: no provider reads anything back otherwise than declared.",
  needs: ["deployment"],
  effect: "reads",
  settles: [],
  expected: { exitCode: 0, named: [] },
  look: async (world) => await driftOf(world, firstStack),
};

/** What the service account needs to see its granular relationships. */
const relationships = {
  resource: "Microsoft Graph",
  delegated: ["DelegatedAdminRelationship.Read.All", "User.Read"],
};

/** Two changes in one deployment: more permissions, a removed reply URL restored. */
async function changeAll(world: World) {
  const { cloud, asDeployer } = world;
  const path = applicationPath(world);
  const refreshToken = await secretIn(world, outputsIn(world).refreshTokenName);
  const late = entraRefusal(await redeem(world, cloud.resourceManager, { refreshToken }));
  const body = { web: { redirectUris: ["urn:ietf:wg:oauth:2.0:oob"] } };
  await asDeployer("microsoftGraph", { method: "PATCH", path, body });
  const drift = await driftOf(world, firstStack);
  const permissions = objectOf(throwaway(world)["permissions"]);
  const extra = [...((permissions["extra"] ?? []) as object[]), relationships];
  const changes = { azureManagement: true, permissions: { ...permissions, extra } };
  const up = await redeployed(world, changes);
  return { refreshToken, late, drift, up };
}

const changes = new WeakMap<World, ReturnType<typeof changeAll>>();

function changed(world: World): ReturnType<typeof changeAll> {
  const found = changes.get(world) ?? changeAll(world);
  changes.set(world, found);
  return found;
}

const driftAndRepair: Check = {
  id: "drift-and-repair",
  promise: "A reply URL that somebody takes out is named by drift, and pulumi up puts it back.",
  needs: ["deployment"],
  effect: "changes",
  settles: [],
  expected: { drift: { exitCode: 5, named: ["web.redirectUris"] }, up: 0, replyUrls: 2 },
  look: async (world) => {
    const { drift, up } = await changed(world);
    const { body } = await world.asDeployer("microsoftGraph", { path: applicationPath(world) });
    const { redirectUris } = fieldsOf(body?.["web"]);
    return { drift, up, replyUrls: Array.isArray(redirectUris) ? redirectUris.length : 0 };
  },
};

const lateGrant: Check = {
  id: "late-grant",
  promise:
    "The stored refresh token also has a permission that was declared and granted after the sign-in: nobody signs in again.",
  needs: ["deployment"],
  effect: "changes",
  settles: ["tools/embedded-cloud/README.md"],
  expected: {
    before: { status: 400, error: "invalid_grant", codes: [65001] },
    oldToken: 200,
    granted: ["user_impersonation"],
  },
  look: async (world) => {
    const { late, refreshToken } = await changed(world);
    const answer = await redeem(world, world.cloud.resourceManager, { refreshToken });
    return { before: late, oldToken: answer.status, granted: grantedIn(answer) };
  },
};

const rotation: Check = {
  id: "rotation",
  promise:
    "rotate makes another credential, and publishes it once Entra takes it; the stored refresh token is redeemed with it and with the one before, and nobody signs in again. With --finish the one before is gone.",
  needs: ["deployment"],
  effect: "changes",
  settles: [],
  expected: { rotate: 0, credential: "another", token: 0, before: 200, finish: 0, credentials: 1 },
  look: async (world) => {
    const { deployment, cloud } = world;
    const before = await credentialIn(world);
    const rotate = await deployment.onStack(firstStack, "rotate", "--yes");
    const isSame = (await credentialIn(world)) === before;
    const token = await deployment.command("token", "partner-center", ...vaultOf(world));
    const { status } = await redeem(world, cloud.partnerCenter, { credential: before });
    const finish = await deployment.onStack(firstStack, "rotate", "--yes", "--finish");
    return {
      ...{ rotate: rotate.code, credential: isSame ? "the same" : "another", token: token.code, before: status },
      ...{ finish: finish.code, credentials: await credentialsOf(world) },
    };
  },
};

const nothing = { delegated: 0, application: 0 };

const consentAsAdministrator: Check = {
  id: "consent-as-administrator",
  promise:
    "If nothing is granted to everybody, an administrator grants all that is declared in a browser, application permissions included; the answer comes to the loopback reply URL. Once removed, the grants are gone.",
  needs: ["deployment", "an administrator (--administrator)", "the right to grant application permissions"],
  effect: "changes",
  settles: ["tools/embedded-cloud/README.md"],
  expected: { before: nothing, exitCode: 0, granted: "everything", after: nothing },
  look: async (world) => {
    const { deployment, tenantId, administrator = "", settings } = world;
    const { cloud, vaultUri, applicationId, servicePrincipalObjectId: principal } = outputsIn(world);
    const about = ["--cloud", cloud, "--tenant", tenantId, "--client-id", applicationId, "--vault", vaultUri];
    const port = ["--port", String(settings.consent.port)];
    const before = await takenBack(world, principal);
    const { code } = await deployment.commandFor(administrator, "consent", "--as-administrator", ...about, ...port);
    const [granted, declared] = [countsOf(await forEverybody(world, principal)), await declaredIn(world)];
    const isAll = sameAnswer(granted, declared);
    return {
      before,
      exitCode: code,
      granted: isAll ? "everything" : granted,
      after: await takenBack(world, principal),
    };
  },
};

interface Consented {
  delegated: readonly string[];
  application: readonly string[];
}

/** Grants to everybody, by the paths that delete them: a resource's delegated permissions, and app roles. */
async function forEverybody(world: World, principal: string): Promise<Consented> {
  const grants = await grantsTo(world, principal);
  const roles = await graphList(world, `/v1.0/servicePrincipals/${principal}/appRoleAssignments`);
  const delegated = grants.filter(({ consentType }) => consentType === "AllPrincipals");
  return {
    delegated: delegated.map(({ id }) => `/v1.0/oauth2PermissionGrants/${textOf(id)}`),
    application: roles.map(
      ({ id, resourceId }) => `/v1.0/servicePrincipals/${textOf(resourceId)}/appRoleAssignedTo/${textOf(id)}`,
    ),
  };
}

/** Resources with a delegated permission, and application permissions, that the application declares. */
async function declaredIn(world: World) {
  const { body } = await world.asDeployer("microsoftGraph", { path: applicationPath(world) });
  const types = listOf(body?.["requiredResourceAccess"]).map(({ resourceAccess }) =>
    listOf(resourceAccess).map(({ type }) => type),
  );
  return {
    delegated: types.filter((all) => all.includes("Scope")).length,
    application: types.flat().filter((type) => type === "Role").length,
  };
}

const countsOf = ({ delegated, application }: Consented) => ({
  delegated: delegated.length,
  application: application.length,
});

/** Deletes an administrator's consent; a grant to the service account alone stays. @returns what is left */
async function takenBack(world: World, principal: string) {
  const { delegated, application } = await forEverybody(world, principal);
  for (const path of [...delegated, ...application])
    await world.asDeployer("microsoftGraph", { method: "DELETE", path });
  return countsOf(await forEverybody(world, principal));
}

const renewal: Check = {
  id: "renewal",
  promise: "The command renews the refresh token without a person.",
  needs: ["deployment"],
  effect: "changes",
  settles: [],
  expected: { exitCode: 0 },
  look: async (world) => {
    const { code } = await world.deployment.command("renew", ...vaultOf(world));
    return { exitCode: code };
  },
};

const stolenToken: Check = {
  id: "stolen-token",
  promise:
    "revoke makes a stolen refresh token useless with any credential (AADSTS50173), and one sign-in restores the stack.",
  needs: ["deployment", "another sign-in (--every-sign-in)", "the right to end sessions"],
  effect: "changes",
  settles: ["docs/stolen-token.md"],
  expected: { revoke: 0, up: 0, stolen: { status: 400, error: "invalid_grant", codes: [50173] } },
  look: async (world) => {
    const { deployment, cloud } = world;
    const refreshToken = await secretIn(world, outputsIn(world).refreshTokenName);
    const customers = join(deployment.folder, "customers.json");
    const revoke = await deployment.onStack(firstStack, "revoke", "--yes", "--customers", customers);
    const up = await deployment.up(firstStack);
    deployment.outputs = await deployment.outputsOf(firstStack);
    const stolen = entraRefusal(await redeem(world, cloud.partnerCenter, { refreshToken }));
    return { revoke: revoke.code, up, stolen };
  },
};

const adoption: Check = {
  id: "adoption",
  promise:
    "Another stack adopts the application, its vault and its client secret, or makes a certificate of its own there, without a sign-in, and takes nothing with it when it is destroyed.",
  needs: ["deployment"],
  effect: "changes",
  settles: [],
  expected: { up: 0, health: "ok", destroy: 0, application: "as before" },
  look: async (world) => {
    const { deployment, asDeployer } = world;
    const { applicationId, vaultUri } = outputsIn(world);
    const isCertificate = certificateIn(await credentialIn(world)) !== undefined;
    if (isCertificate) await letSign(world);
    const shown = async () => {
      const { body } = await asDeployer("microsoftGraph", { path: applicationPath(world) });
      return JSON.stringify([body?.["web"], body?.["requiredResourceAccess"], body?.["signInAudience"]]);
    };
    const before = await shown();
    const settings = throwaway(world);
    await deployment.configure(adopting, {
      ...settings,
      displayName: undefined,
      existingApplication: applicationId,
      vault: { uri: vaultUri },
      credential: isCertificate ? { kind: "certificate" } : { vaultSecretName: outputsIn(world).credential.name },
      // The token in that vault belongs to the first stack.
      consent: { ...fieldsOf(settings["consent"]), takeOverFrom: `${namespace}/${firstStack}` },
    });
    const up = await deployment.up(adopting);
    const health = up === 0 ? (await deployment.outputsOf(adopting)).consent.health : "none";
    const destroy = await deployment.destroy(adopting);
    return { up, health, destroy, application: (await shown()) === before ? "as before" : "changed" };
  },
};

/** As in docs/runbook.md: who deploys another stack's certificate into a vault has to sign with its key. */
async function letSign(world: World): Promise<void> {
  const { subscriptionId, asDeployer, graphToken } = world;
  const { oid, scp } = claimsIn(await graphToken());
  const { status } = await asDeployer("resourceManager", {
    method: "PUT",
    path: `${vaultId(world)}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=${roleAssignmentVersion}`,
    body: {
      properties: {
        roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.cryptoUser}`,
        principalId: textOf(oid),
        principalType: scp === undefined ? "ServicePrincipal" : "User",
      },
    },
  });
  if (status !== 201) throw new Error(`Resource Manager refuses the role to sign: ${status}.`);
}

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
    const { deployment, asDeployer, subscriptionId, id } = world;
    const path = applicationPath(world);
    const { applicationObjectId } = outputsIn(world);
    const destroy = await deployment.destroy(firstStack);
    const region = textOf(fieldsOf(throwaway(world)["vault"])["location"]);
    const subscription = `/subscriptions/${subscriptionId}`;
    const vaults = `${subscription}/providers/Microsoft.KeyVault/locations/${region}/deletedVaults`;
    const graph = async (at: string) => await asDeployer("microsoftGraph", { path: at });
    const manager = async (at: string, version = keyVaultVersion) =>
      await asDeployer("resourceManager", { path: `${at}?api-version=${version}` });
    return {
      destroy,
      application: serviceRefusal(await graph(path)),
      deletedApplication: (await graph(`/v1.0/directory/deletedItems/${applicationObjectId}`)).status,
      deletedVault: (await manager(`${vaults}/acceptance-${id}`)).status,
      resourceGroup: serviceRefusal(await manager(`${subscription}/resourceGroups/acceptance-${id}`, "2021-04-01")),
    };
  },
};

export const lifecycleChecks: readonly Check[] = [
  noDrift,
  driftAndRepair,
  lateGrant,
  rotation,
  renewal,
  stolenToken,
  consentAsAdministrator,
  ...customerChecks,
  ciIdentities,
  newClientSecret,
  calendar,
  certificate,
  adoption,
  destroy,
];
