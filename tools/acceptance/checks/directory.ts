/** The tenant's directory, before anything is created in it. */
import { firstPartyApps } from "../../../lib/config/clouds";
import { equal } from "../../../lib/azure/graph";
import { type Fields, listOf, serviceRefusal, textOf } from "../answers";
import type { Check, Json } from "../check";
import { throwaway } from "../template";
import { graphList, type World } from "../world";

async function principalOf(world: World, appId: string, select: string): Promise<Fields> {
  const [found = {}] = await graphList(world, `/v1.0/servicePrincipals${equal("appId", appId)}&$select=${select}`);
  return found;
}

/** Of the named delegated permissions, whether an ordinary account may grant them: User or Admin. */
async function typesOf(world: World, appId: string, names: readonly string[]): Promise<Json> {
  const scopes = listOf((await principalOf(world, appId, "appId,oauth2PermissionScopes"))["oauth2PermissionScopes"]);
  const found = names.map((name) => {
    const scope = scopes.find(({ value }) => value === name);
    return [name, scope === undefined ? "not there" : `${textOf(scope["id"])} ${textOf(scope["type"])}`];
  });
  return Object.fromEntries(found) as Json;
}

const azureAdGraphPermissionTypes: Check = {
  id: "azure-ad-graph-permission-types",
  promise:
    "Of the model's delegated permissions for Azure AD Graph, Directory.AccessAsUser.All is one that an administrator has to grant, and User.Read is not.",
  needs: ["Azure AD Graph"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md"],
  expected: {
    "Directory.AccessAsUser.All": "a42657d6-7f20-40e3-b6f0-cee03008a62a Admin",
    "User.Read": "311a71cc-e848-46a1-bdf8-97ff7156d8e6 User",
  },
  look: async (world) => await typesOf(world, firstPartyApps.azureAdGraph, ["Directory.AccessAsUser.All", "User.Read"]),
};

const partnerCenterPrincipal: Check = {
  id: "partner-center-principal",
  promise:
    "Partner Center has a service principal in the tenant, and an ordinary account may grant its user_impersonation.",
  needs: [],
  effect: "reads",
  settles: ["docs/clouds.md"],
  expected: { user_impersonation: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a User" },
  look: async (world) => await typesOf(world, firstPartyApps.partnerCenter, ["user_impersonation"]),
};

const graphUnknownObject: Check = {
  id: "graph-unknown-object",
  promise: "Microsoft Graph says of an application that is not there: 404, Request_ResourceNotFound.",
  needs: [],
  effect: "reads",
  settles: [],
  expected: { status: 404, code: "Request_ResourceNotFound" },
  look: async ({ asDeployer }) =>
    serviceRefusal(
      await asDeployer("microsoftGraph", { path: "/v1.0/applications/00000000-0000-4000-8000-000000000000" }),
    ),
};

const resourceManagerUnknownGroup: Check = {
  id: "resource-manager-unknown-group",
  promise: "Resource Manager says of a resource group that is not there: 404, ResourceGroupNotFound.",
  needs: [],
  effect: "reads",
  settles: [],
  expected: { status: 404, code: "ResourceGroupNotFound" },
  look: async ({ asDeployer, subscriptionId }) => {
    const path = `/subscriptions/${subscriptionId}/resourceGroups/acceptance-nobodys?api-version=2024-11-01`;
    return serviceRefusal(await asDeployer("resourceManager", { path }));
  },
};

const azureAdGraphInTheTenant: Check = {
  id: "azure-ad-graph-in-the-tenant",
  promise:
    "Azure AD Graph's service principal is still in the tenant, so that its permissions can be declared; where it is not, the first preview refuses them, and names permissions.legacy.",
  needs: [],
  effect: "reads",
  settles: [],
  expected: ({ hasAzureAdGraph }) => (hasAzureAdGraph ? "there" : "refused"),
  look: async (world) => {
    const { appId } = await principalOf(world, firstPartyApps.azureAdGraph, "appId");
    if (appId !== undefined) return "there";
    const { deployment } = world;
    await deployment.configure(declaring, throwaway({ ...world, hasAzureAdGraph: true }));
    const { code, stdout } = await deployment.ran(declaring, "preview");
    return code !== 0 && /no service principal of Azure AD Graph[^]*permissions\.legacy false/u.test(stdout)
      ? "refused"
      : "not refused";
  },
};

/** A stack that is never deployed. */
const declaring = "declaring";

export const directoryChecks: readonly Check[] = [
  azureAdGraphPermissionTypes,
  partnerCenterPrincipal,
  graphUnknownObject,
  resourceManagerUnknownGroup,
  azureAdGraphInTheTenant,
];
