/** The identities of docs/ci.md, section 2, apart from `up`, which is the deployer: each with exactly the rights of its row there. */
import { type Application, type ServicePrincipal } from "../../../embedded-cloud/testing/directory";
import { assignRole, permit } from "./deployer";
import type { Graph } from "./graph";
import type { Project } from "./project";

export type LimitedIdentity = "preview" | "read" | "renew" | "rotate";

export interface Identity {
  clientId: string;
  objectId: string;
  principalId: string;
}

const graphPermissions = {
  preview: ["Application.Read.All", "Directory.Read.All"],
  read: ["Application.Read.All", "Directory.Read.All"],
  renew: [],
  rotate: ["Application.ReadWrite.All", "Directory.Read.All"],
} as const satisfies Record<LimitedIdentity, readonly string[]>;

export const registerIdentity = (project: Project, graph: Graph, name: LimitedIdentity): Promise<Identity> =>
  register(project, graph, `partner-${name}`, graphPermissions[name]);

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

const group = "/resourceGroups/partner-tokens";
const vault = `${group}/providers/Microsoft.KeyVault/vaults/partner-tokens`;

export async function admitReader(project: Project, { principalId }: Identity): Promise<void> {
  await assignRole(project, "Reader", principalId, group);
  await assignRole(project, "Key Vault Reader", principalId, vault);
}

/** All but the client secret, whose name changes with each rotation. */
export async function admitRenewer(project: Project, { principalId }: Identity, tokenName: string): Promise<void> {
  await assignRole(project, "Key Vault Reader", principalId, vault);
  await assignRole(project, "Key Vault Secrets Officer", principalId, `${vault}/secrets/${tokenName}`);
}

export async function admitToClientSecret(project: Project, identity: Identity, secretName: string): Promise<void> {
  await assignRole(project, "Key Vault Secrets User", identity.principalId, `${vault}/secrets/${secretName}`);
}

/**
 * What a calendar asks for: whoever renews reads client secrets of every name, and whoever rotates makes them; of certificates, which all have one
 * name, both sign with the key.
 * @param certificateName undefined: the credentials are client secrets
 */
export async function admitForCalendar(
  project: Project,
  { renew, rotate }: Record<"renew" | "rotate", Identity>,
  certificateName?: string,
): Promise<void> {
  if (certificateName === undefined) await assignRole(project, "Key Vault Secrets User", renew.principalId, vault);
  else {
    const key = `${vault}/keys/${certificateName}`;
    for (const { principalId } of [renew, rotate]) await assignRole(project, "Key Vault Crypto User", principalId, key);
    await assignRole(project, "Key Vault Certificates Officer", rotate.principalId, vault);
  }
  await assignRole(project, "Reader", rotate.principalId, group);
  await assignRole(project, "Key Vault Contributor", rotate.principalId, vault);
  await assignRole(project, "Key Vault Secrets Officer", rotate.principalId, vault);
}
