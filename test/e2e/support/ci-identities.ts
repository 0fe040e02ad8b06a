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

type Role = readonly [name: string, scope: string];
export const readerRoles: readonly Role[] = [
  ["Reader", group],
  ["Key Vault Reader", vault],
];
/** All but the client secret, whose name changes with each rotation. */
export const renewerRoles = (tokenName: string): readonly Role[] => [
  ["Key Vault Reader", vault],
  ["Key Vault Secrets Officer", `${vault}/secrets/${tokenName}`],
];
export const secretRoles = (secretName: string): readonly Role[] => [
  ["Key Vault Secrets User", `${vault}/secrets/${secretName}`],
];

/**
 * What a calendar asks for: whoever renews reads client secrets of every name, and whoever rotates makes them; of certificates, which all have one
 * name, both sign with the key.
 * @param certificateName undefined: the credentials are client secrets
 */
export function calendarRoles(certificateName?: string): Record<"renew" | "rotate", readonly Role[]> {
  const key: Role = ["Key Vault Crypto User", `${vault}/keys/${certificateName}`];
  const rotate: Role[] = [
    ["Reader", group],
    ["Key Vault Contributor", vault],
    ["Key Vault Secrets Officer", vault],
  ];
  return certificateName === undefined
    ? { renew: [["Key Vault Secrets User", vault]], rotate }
    : { renew: [key], rotate: [...rotate, key, ["Key Vault Certificates Officer", vault]] };
}

export async function admit(project: Project, { principalId }: Identity, roles: readonly Role[]): Promise<void> {
  for (const [name, scope] of roles) await assignRole(project, name, principalId, scope);
}
