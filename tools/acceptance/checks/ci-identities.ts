/** The identities that CI signs in as, from a bootstrap stack: what they trust, and what they may do. */
import { equal } from "../../../lib/azure/graph";
import { roleAssignmentVersion } from "../../../lib/azure/resource-manager";
import { roleIds } from "../../../lib/azure/roles";
import { fieldsOf, textOf } from "../answers";
import type { Check, Json } from "../check";
import { hasCalendar, hasCertificate, throwaway } from "../template";
import { graphList, listAt, type World } from "../world";
import { firstStack } from "./application";

/** Removed before the stack that it is for. */
const bootstrap = "bootstrap";

interface Environment {
  name: string;
  identity: string;
  variables: { AZURE_CLIENT_ID: string };
}

/** Application permissions of Microsoft Graph, and roles with their kind of scope, as in docs/ci.md. */
function rightsIn(world: World): Record<string, { graph: number; roles: string[] }> {
  const [certificate, calendar] = [hasCertificate(world), hasCalendar(world)];
  const makers = certificate ? ["certificatesOfficer vaults", "cryptoUser keys"] : [];
  const redeemers = ["secretsUser secrets", ...(certificate ? ["cryptoUser keys"] : [])];
  const reading = { graph: 2, roles: ["reader resourceGroups", "vaultReader vaults"] };
  const rotate = ["reader resourceGroups", "vaultContributor vaults", "secretsOfficer vaults", ...makers];
  return {
    preview: reading,
    read: reading,
    up: { graph: 3, roles: ["owner subscriptions", "secretsOfficer vaults", ...makers].sort() },
    renew: { graph: 0, roles: ["vaultReader vaults", "secretsOfficer secrets", ...redeemers].sort() },
    ...(calendar ? { rotate: { graph: 2, roles: rotate.sort() } } : {}),
  };
}

const repository = ({ id }: World): string => `acceptance-${id}/partner`;

/** Each identity, without anything of it that differs from run to run. */
async function identitiesOf(world: World): Promise<Json> {
  const { environments } = await world.deployment.outputsOf<{ environments: Environment[] }>(bootstrap);
  const found = environments.map(async ({ name, identity, variables: { AZURE_CLIENT_ID: clientId } }) => {
    const [application] = await graphList(world, `/v1.0/applications${equal("appId", clientId)}`);
    const [principal] = await graphList(world, `/v1.0/servicePrincipals${equal("appId", clientId)}`);
    const [id, principalId] = [textOf(application?.["id"]), textOf(principal?.["id"])];
    const trusted = await graphList(world, `/v1.0/applications/${id}/federatedIdentityCredentials`);
    const granted = await graphList(world, `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`);
    const trusts = trusted.map(({ issuer, subject, audiences }) => ({ issuer, subject, audiences }) as Json);
    return [identity, { environment: name, trusts, graph: granted.length, roles: await rolesOf(world, principalId) }];
  });
  return Object.fromEntries(await Promise.all(found)) as Json;
}

async function rolesOf(world: World, principalId: string): Promise<string[]> {
  const filter = encodeURIComponent(`principalId eq '${principalId}'`);
  const path = `/subscriptions/${world.subscriptionId}/providers/Microsoft.Authorization/roleAssignments?api-version=${roleAssignmentVersion}&$filter=${filter}`;
  const names = Object.fromEntries(Object.entries(roleIds).map(([name, id]) => [id as string, name]));
  const assigned = await listAt(world, "resourceManager", path);
  return assigned
    .map(({ properties }) => {
      const { roleDefinitionId, scope } = fieldsOf(properties);
      const role = textOf(roleDefinitionId).split("/").at(-1) ?? "";
      return `${names[role] ?? role} ${textOf(scope).split("/").at(-2) ?? ""}`;
    })
    .sort();
}

export const ciIdentities: Check = {
  id: "ci-identities",
  promise:
    "A bootstrap stack makes an identity for each kind of job: each trusts one environment of the repository, with the cloud's audience, and has the permissions and roles of docs/ci.md and no others; destroyed, it leaves no role of theirs.",
  needs: ["deployment", "the right to grant application permissions"],
  effect: "changes",
  settles: ["docs/decisions/0019-identities-of-ci.md"],
  expected: (world) => {
    const { cloud } = world;
    const identities = Object.entries(rightsIn(world)).map(([identity, rights]) => {
      const environment = identity === "up" ? firstStack : `${firstStack}-${identity}`;
      const subject = `repo:${repository(world)}:environment:${environment}`;
      const issuer = "https://token.actions.githubusercontent.com";
      return [
        identity,
        { environment, trusts: [{ issuer, subject, audiences: [cloud.tokenExchangeAudience] }], ...rights },
      ];
    });
    return { up: 0, identities: Object.fromEntries(identities) as Json, destroy: 0 };
  },
  look: async (world) => {
    const { deployment } = world;
    const { cloud, endpoints, tenantId, subscriptionId } = throwaway(world);
    const ci = { stacks: [deployment.file(firstStack)], github: { repository: repository(world) } };
    await deployment.configure(bootstrap, { cloud, endpoints, tenantId, subscriptionId, protect: false, ci });
    const up = await deployment.up(bootstrap);
    const identities = up === 0 ? await identitiesOf(world) : "none";
    return { up, identities, destroy: await deployment.destroy(bootstrap) };
  },
};
