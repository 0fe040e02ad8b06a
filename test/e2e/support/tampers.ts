/** Five kinds of changes by hand to a stack's resources, and how their repair shows. */
import type { SecretClient } from "@azure/keyvault-secrets";
import { type Graph, openGraph } from "./graph";
import type { Project } from "./project";
import { openVault, versionsOf } from "./vault";

interface StackOutputs {
  applicationObjectId: string;
  servicePrincipalObjectId: string;
  refreshTokenName: string;
  clientSecretName: string;
  consent: { health: string };
}

/** A stack with its outputs, and an administrator's access to its cloud. */
export interface Hands {
  graph: Graph;
  vault: SecretClient;
  adminAgents: string;
  /** Somebody who is made an owner. */
  owner: Record<"id" | "displayName" | "userPrincipalName" | "reference", string>;
  outputs: StackOutputs;
}

export async function handsOn(project: Project): Promise<Hands> {
  const [graph, vault, outputs] = await Promise.all([openGraph(project), openVault(project), project.outputs()]);
  const adminAgents = project.seeds.groups.adminAgents.id;
  return { graph, vault, adminAgents, owner: ownerFor(project), outputs: outputs as unknown as StackOutputs };
}

function ownerFor(project: Project): Hands["owner"] {
  const { id, displayName, userPrincipalName } = project.seeds.users.serviceAccount;
  return {
    id,
    displayName,
    userPrincipalName,
    reference: `${project.cloud.origins.microsoftGraph}/v1.0/directoryObjects/${id}`,
  };
}

/** A line of the command `drift`; null is not declared, or does not exist. */
export interface Found {
  resource: string;
  property: string;
  declared: unknown;
  live: unknown;
}

export interface Tamper {
  name: string;
  /** Required in the preview. */
  named: RegExp[];
  /** Required in the command's result. */
  found: (hands: Hands) => Found[];
  tamper: (hands: Hands) => Promise<void>;
  /** @param hands opened after the repair */
  repaired: (hands: Hands) => Promise<void>;
}

/** A vault's response to a machine that its firewall excludes. */
export const closedByFirewall = {
  error: {
    code: "Forbidden",
    message: "Client address is not authorized",
    innererror: { code: "ForbiddenByFirewall" },
  },
};

/** Microsoft Graph, application permission Group.Read.All. */
const groupReadAll = "5b567255-7703-4780-807c-7be8301ae99b";
const microsoftGraph = "00000003-0000-0000-c000-000000000000";

const applicationOf = ({ outputs }: Hands) => `/applications/${outputs.applicationObjectId}`;

const removedReplyUrl: Tamper = {
  name: "a removed reply URL",
  named: [/azuread:index\/application:Application/u, /redirectUris/u],
  found: () => [
    {
      resource: "azuread.Application partner",
      property: "web.redirectUris",
      declared: "urn:ietf:wg:oauth:2.0:oob",
      live: null,
    },
  ],
  tamper: async (hands) => {
    const web = { redirectUris: ["http://localhost:8400/consent"] };
    await hands.graph("PATCH", applicationOf(hands), { web });
  },
  repaired: async (hands) => {
    const { web } = await hands.graph<{ web: { redirectUris: string[] } }>("GET", applicationOf(hands));
    expect(web.redirectUris.sort()).toEqual(["http://localhost:8400/consent", "urn:ietf:wg:oauth:2.0:oob"]);
  },
};

const addedPermission: Tamper = {
  name: "an added permission",
  named: [/azuread:index\/application:Application/u, /requiredResourceAccess/u, new RegExp(groupReadAll, "u")],
  found: () => [
    {
      resource: "azuread.Application partner",
      property: "requiredResourceAccesses",
      declared: null,
      live: "Microsoft Graph: Group.Read.All (Role)",
    },
  ],
  tamper: async (hands) => {
    const path = applicationOf(hands);
    const { requiredResourceAccess } = await hands.graph<{
      requiredResourceAccess: { resourceAppId: string; resourceAccess: object[] }[];
    }>("GET", path);
    const more = requiredResourceAccess.map((access) =>
      access.resourceAppId === microsoftGraph
        ? { ...access, resourceAccess: [...access.resourceAccess, { id: groupReadAll, type: "Role" }] }
        : access,
    );
    await hands.graph("PATCH", path, { requiredResourceAccess: more });
  },
  repaired: async (hands) => {
    expect(JSON.stringify(await hands.graph("GET", applicationOf(hands)))).not.toContain(groupReadAll);
  },
};

const removedMember: Tamper = {
  name: "a removed group member",
  named: [/azuread:index\/groupMember:GroupMember/u],
  found: ({ adminAgents: groupObjectId, outputs: { servicePrincipalObjectId: memberObjectId } }) => [
    {
      resource: "azuread.GroupMember partner-admin-agents",
      property: "",
      declared: { groupObjectId, memberObjectId },
      live: null,
    },
  ],
  tamper: async ({ graph, adminAgents, outputs }) => {
    await graph("DELETE", `/groups/${adminAgents}/members/${outputs.servicePrincipalObjectId}/$ref`);
  },
  repaired: async ({ graph, adminAgents, outputs }) => {
    const members = await graph("GET", `/groups/${adminAgents}/members`);
    expect(JSON.stringify(members)).toContain(outputs.servicePrincipalObjectId);
  },
};

const deletedSecret: Tamper = {
  name: "a deleted client secret",
  named: [/azuread:index\/applicationPassword:ApplicationPassword/u],
  found: ({ outputs: { applicationObjectId } }) => [
    {
      resource: "azuread.ApplicationPassword partner-initial",
      property: "",
      declared: { applicationId: `/applications/${applicationObjectId}`, displayName: "initial" },
      live: null,
    },
  ],
  tamper: async (hands) => {
    const path = applicationOf(hands);
    const { passwordCredentials } = await hands.graph<{ passwordCredentials: { keyId: string }[] }>("GET", path);
    await hands.graph("POST", `${path}/removePassword`, { keyId: passwordCredentials[0]?.keyId });
  },
  repaired: async ({ vault, outputs: { refreshTokenName, clientSecretName } }) => {
    // The new secret has a new name, and the token was rolled with it: its tag names the new one.
    const newest = (await versionsOf(vault, refreshTokenName)).filter(({ enabled }) => enabled);
    expect(newest.map(({ tags }) => tags["client-secret"])).toContain(clientSecretName);
  },
};

const disabledToken: Tamper = {
  name: "a disabled refresh token",
  named: [/pulumi-nodejs:dynamic\/partner:Consent/u, /health\s*: "ok" => "disabled"|"disabled" => "ok"/u],
  found: () => [{ resource: "partner.Consent partner", property: "health", declared: "ok", live: "disabled" }],
  tamper: async ({ vault, outputs: { refreshTokenName } }) => {
    for (const { version, enabled } of await versionsOf(vault, refreshTokenName)) {
      if (enabled) await vault.updateSecretProperties(refreshTokenName, version, { enabled: false });
    }
  },
  repaired: async ({ vault, outputs: { refreshTokenName, consent } }) => {
    const versions = await versionsOf(vault, refreshTokenName);
    expect({ health: consent.health, enabled: versions.filter(({ enabled }) => enabled).length }).toEqual({
      health: "ok",
      enabled: 1,
    });
  },
};

export const tampers: readonly Tamper[] = [
  removedReplyUrl,
  addedPermission,
  removedMember,
  deletedSecret,
  disabledToken,
];

/**
 * Changes that the inputs of azuread's plugin hide after a refresh: an entry added to a list, an undeclared property, a property with a
 * default.
 */
const addedReplyUrls: Tamper = {
  name: "three added reply URLs",
  named: [/https:\/\/a\.example\/cb/u, /https:\/\/b\.example\/cb/u, /https:\/\/c\.example\/cb/u],
  found: () =>
    foreignUrls.map((live) => ({
      ...{ resource: "azuread.Application partner", property: "web.redirectUris" },
      ...{ declared: null, live },
    })),
  tamper: async (hands) => {
    const { web } = await hands.graph<{ web: { redirectUris: string[] } }>("GET", applicationOf(hands));
    await hands.graph("PATCH", applicationOf(hands), { web: { redirectUris: [...web.redirectUris, ...foreignUrls] } });
  },
  repaired: (hands) => removedReplyUrl.repaired(hands),
};
const foreignUrls = ["a", "b", "c"].map((name) => `https://${name}.example/cb`);

const undeclaredPlatform: Tamper = {
  name: "a platform that nothing declares",
  named: [/singlePageApplication/u],
  found: () => [
    {
      ...{ resource: "azuread.Application partner", property: "singlePageApplication.redirectUris" },
      ...{ declared: null, live: "https://a.example/page" },
    },
  ],
  tamper: async (hands) => {
    await hands.graph("PATCH", applicationOf(hands), { spa: { redirectUris: ["https://a.example/page"] } });
  },
  repaired: async (hands) => {
    const { spa } = await hands.graph<{ spa: object }>("GET", applicationOf(hands));
    expect(spa).toEqual({ redirectUris: [] });
  },
};

/** All properties with a default that affect tokens: each is declared, because a refresh accepts some of them as the new default. */
const changedFlows: Tamper = {
  name: "flows that the model has no use for",
  named: [/idTokenIssuanceEnabled/u, /fallbackPublicClientEnabled/u, /requestedAccessTokenVersion/u],
  found: () =>
    [
      { property: "web.implicitGrant.accessTokenIssuanceEnabled", declared: false, live: true },
      { property: "web.implicitGrant.idTokenIssuanceEnabled", declared: false, live: true },
      { property: "fallbackPublicClientEnabled", declared: false, live: true },
      { property: "api.requestedAccessTokenVersion", declared: 2, live: 1 },
    ].map((found) => ({ resource: "azuread.Application partner", ...found })),
  tamper: async (hands) => {
    const { web } = await hands.graph<{ web: object }>("GET", applicationOf(hands));
    const implicitGrantSettings = { enableIdTokenIssuance: true, enableAccessTokenIssuance: true };
    await hands.graph("PATCH", applicationOf(hands), {
      web: { ...web, implicitGrantSettings },
      isFallbackPublicClient: true,
      api: { requestedAccessTokenVersion: 1 },
    });
  },
  repaired: async (hands) => {
    expect(await hands.graph("GET", applicationOf(hands))).toMatchObject({
      web: { implicitGrantSettings: { enableIdTokenIssuance: false, enableAccessTokenIssuance: false } },
      isFallbackPublicClient: false,
      api: { requestedAccessTokenVersion: 2 },
    });
  },
};

const disabledPrincipal: Tamper = {
  name: "a disabled service principal, that asks for an assignment",
  named: [/accountEnabled/u, /appRoleAssignmentRequired/u],
  found: () =>
    [
      { property: "accountEnabled", declared: true, live: false },
      { property: "appRoleAssignmentRequired", declared: false, live: true },
    ].map((found) => ({ resource: "azuread.ServicePrincipal partner", ...found })),
  tamper: async ({ graph, outputs }) => {
    const change = { accountEnabled: false, appRoleAssignmentRequired: true };
    await graph("PATCH", `/servicePrincipals/${outputs.servicePrincipalObjectId}`, change);
  },
  repaired: async ({ graph, outputs }) => {
    const path = `/servicePrincipals/${outputs.servicePrincipalObjectId}`;
    expect(await graph("GET", path)).toMatchObject({ accountEnabled: true, appRoleAssignmentRequired: false });
  },
};

export const hiddenTampers: readonly Tamper[] = [addedReplyUrls, undeclaredPlatform, changedFlows, disabledPrincipal];

const trusted = { name: "ci", issuer: "https://ci.example", subject: "repo:mallory/x:ref:refs/heads/main" };
const foreignSecret = {
  displayName: "backup",
  startDateTime: "2026-11-01T00:00:00Z",
  endDateTime: "2036-11-01T00:00:00Z",
};
let foreignKeyId = "";

/** Changes that give somebody access again. No provider reports them, and no preview shows them. */
export const intrusion: Pick<Tamper, "tamper" | "found"> = {
  tamper: async (hands) => {
    const { graph, owner } = hands;
    const path = applicationOf(hands);
    const passwordCredential = foreignSecret;
    ({ keyId: foreignKeyId } = await graph<{ keyId: string }>("POST", `${path}/addPassword`, { passwordCredential }));
    const audiences = ["api://AzureADTokenExchange"];
    await graph("POST", `${path}/federatedIdentityCredentials`, { ...trusted, audiences });
    await graph("POST", `${path}/owners/$ref`, { "@odata.id": owner.reference });
  },
  found: ({ owner: { id, displayName, userPrincipalName } }) =>
    [
      { property: "passwordCredentials", live: foreignKey() },
      { property: "federatedIdentityCredentials", live: trusted },
      { property: "owners", live: { displayName, userPrincipalName, id } },
    ].map((found) => ({
      resource: "azuread.Application partner",
      property: found.property,
      declared: null,
      live: found.live,
    })),
};

/** In the report's form and order. */
function foreignKey() {
  const { displayName, ...times } = foreignSecret;
  return { displayName, keyId: foreignKeyId, ...times };
}
