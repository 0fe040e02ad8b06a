/** The identities of docs/ci.md, section 2, apart from `up`, which is the deployer: each with exactly the rights of its row there. */
import { type Application, type ServicePrincipal } from "../../../tools/embedded-cloud/testing/directory";
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

type Role = readonly [name: string, scope: string];
export const readerRoles: readonly Role[] = [
  ["Reader", group],
  ["Key Vault Reader", vault],
];
const signer = (certificateName: string): Role => ["Key Vault Crypto User", `${vault}/keys/${certificateName}`];

/** @param certificateName undefined: the credential is a client secret */
export const renewerRoles = (
  tokenName: string,
  recordName: string,
  certificateName: string | undefined,
): readonly Role[] => [
  ["Key Vault Reader", vault],
  ["Key Vault Secrets Officer", `${vault}/secrets/${tokenName}`],
  ["Key Vault Secrets User", `${vault}/secrets/${recordName}`],
  ...(certificateName === undefined ? [] : [signer(certificateName)]),
];

/** What a calendar asks for. @param certificateName undefined: the credential is a client secret */
export const rotatorRoles = (certificateName: string | undefined): readonly Role[] => [
  ["Reader", group],
  ["Key Vault Contributor", vault],
  ["Key Vault Secrets Officer", vault],
  ...(certificateName === undefined
    ? []
    : [signer(certificateName), ["Key Vault Certificates Officer", vault] as const]),
];

export async function admit(project: Project, { principalId }: Identity, roles: readonly Role[]): Promise<void> {
  for (const [name, scope] of roles) await assignRole(project, name, principalId, scope);
}
