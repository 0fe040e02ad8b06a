/** The identities of docs/ci.md, section 2, apart from `up`, which is the deployer: each with the rights of lib/ci-identities/rights.ts, and no others. */
import { type Application, type ServicePrincipal } from "../../../tools/embedded-cloud/testing/directory";
import { roleIds } from "../../../lib/azure/roles";
import { heldBy, type IdentityName, type ModelNeeds, type Places } from "../../../lib/ci-identities/rights";
import { assignRole, permit } from "./deployer";
import type { Graph } from "./graph";
import type { Project } from "./project";

export type LimitedIdentity = Exclude<IdentityName, "up">;

export interface Identity {
  clientId: string;
  objectId: string;
  principalId: string;
}

/** Created as by az ad app create and az ad sp create, with permissions of Microsoft Graph and an administrator's consent. */
export async function register(
  project: Project,
  graph: Graph,
  displayName: string,
  permissions: readonly string[],
): Promise<Identity> {
  const { id: objectId, appId: clientId } = await graph<Application>("POST", "/applications", { displayName });
  const { id: principalId } = await graph<ServicePrincipal>("POST", "/servicePrincipals", { appId: clientId });
  permit(project, principalId, permissions);
  return { clientId, objectId, principalId };
}

interface Rights {
  permissions: readonly string[];
  /** Roles by their ids, and scopes below the subscription. */
  roles: { role: string; scope: string }[];
}

/** What the stack in its own vault, as it is now, makes necessary. Its state is in a folder, where nobody needs a role. */
export async function rightsNow(project: Project, name: LimitedIdentity): Promise<Rights> {
  const { refreshTokenName, credential } = await project.outputs();
  const certificate = credential.generations.some(({ kind }) => kind === "certificate");
  const needs = { makesGroup: false, preconsent: false, adminConsent: false, calendar: true };
  const group = "/resourceGroups/partner-tokens";
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/partner-tokens`;
  const places: Partial<Places> = {
    ...{ group, vault, token: `${vault}/secrets/${refreshTokenName}`, record: `${vault}/secrets/${credential.name}` },
    signer: `${vault}/keys/${credential.name.replace("client-credential-", "client-certificate-")}`,
  };
  const { permissions, rights } = heldBy({ ...needs, makesVault: true, certificate } satisfies ModelNeeds)[name];
  const roles = rights.flatMap(({ role, at }) => {
    const scope = places[at];
    return scope === undefined ? [] : [{ role: roleIds[role], scope }];
  });
  return { permissions, roles };
}

/** Assigns those roles of it that it has not yet. */
export async function admit(project: Project, name: LimitedIdentity, { principalId }: Identity): Promise<void> {
  const held = [...project.subscription.roleAssignments.values()].filter((one) => one.principalId === principalId);
  const { roles } = await rightsNow(project, name);
  for (const { role, scope } of roles) {
    const isHeld = held.some((one) => one.roleDefinitionId.endsWith(role) && one.scope.endsWith(scope));
    if (!isHeld) await assignRole(project, role, principalId, scope);
  }
}
