/** Existing data of a tenant: an application with many properties of its own, and a vault. */
import {
  assign,
  createVault,
  resourceManagerOf,
  roleIds,
  vaultPath,
} from "../../../tools/embedded-cloud/testing/azure";
import type { Graph } from "./graph";
import type { Project } from "./project";
import { openVaultAt } from "./vault";

export const microsoftGraphId = "00000003-0000-0000-c000-000000000000";
/** Microsoft Graph: User.Read (delegated), Directory.Read.All (application), Group.Read.All (application). */
export const ownPermissions = [
  { id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d", type: "Scope" },
  { id: "7ab1d382-f21e-4acd-a863-ba3e13f7da61", type: "Role" },
  { id: "5b567255-7703-4780-807c-7be8301ae99b", type: "Role" },
];
export const ownReplyUrls = ["https://portal.partner.example/return", "https://portal.partner.example/another"];

export interface ExistingObjects {
  clientId: string;
  objectId: string;
  dump(): Promise<Record<string, unknown>>;
}

/** Registers an application with two reply URLs, permissions, a secret and a public client's reply URL of its own. */
export async function openExisting({ emulator }: Project, graph: Graph): Promise<ExistingObjects> {
  const { id, appId } = await graph<{ id: string; appId: string }>("POST", "/applications", {
    displayName: "Portal of 2019",
    signInAudience: "AzureADMultipleOrgs",
    web: { redirectUris: ownReplyUrls, homePageUrl: "https://portal.partner.example" },
    publicClient: { redirectUris: ["http://localhost/desktop"] },
    requiredResourceAccess: [{ resourceAppId: microsoftGraphId, resourceAccess: ownPermissions }],
    tags: ["HideApp"],
    notes: "Ask the portal team.",
  });
  await graph("POST", `/applications/${id}/addPassword`, { passwordCredential: { displayName: "portal" } });
  return {
    clientId: appId,
    objectId: id,
    dump: async () => ({
      application: await graph("GET", `/applications/${id}`),
      servicePrincipals: await valueOf(graph, `/servicePrincipals?$filter=appId eq '${appId}'`),
      adminAgents: await valueOf(graph, `/groups/${emulator.seeds.groups.adminAgents.id}/members`),
    }),
  };
}

/** A vault that the deployer may write to. @returns its URI, without a slash */
export async function makeVault({ emulator }: Project): Promise<string> {
  const ask = resourceManagerOf(emulator);
  const uri = await createVault(emulator, ask);
  await assign(emulator, ask, vaultPath(emulator), roleIds.secretsOfficer);
  return uri;
}

export async function putSecretInto(
  project: Project,
  graph: Graph,
  { objectId }: ExistingObjects,
  uri: string,
): Promise<void> {
  const { secretText } = await graph<{ secretText: string }>("POST", `/applications/${objectId}/addPassword`, {
    passwordCredential: { displayName: "for the vault" },
  });
  // The role takes effect.
  project.emulator.clock.advance(1000);
  await openVaultAt(project, uri).setSecret("portal-secret", secretText, {
    contentType: "application/x-oauth-client-secret",
  });
}

async function valueOf(graph: Graph, path: string): Promise<unknown> {
  return (await graph<{ value: unknown }>("GET", path)).value;
}
