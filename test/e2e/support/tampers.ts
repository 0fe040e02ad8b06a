/** Changes by hand to a stack's resources, how each is found, and how its repair shows. */
import type { SecretClient } from "@azure/keyvault-secrets";
import { type Graph, openGraph } from "./graph";
import type { Project, StackOutputs } from "./project";
import { disableTokens, newestOf, openVault, type Version, tokenVersions, versionsOf } from "./vault";

interface Application {
  web: { redirectUris: string[] };
  requiredResourceAccess: { resourceAppId: string; resourceAccess: object[] }[];
  passwordCredentials: { keyId: string; displayName: string }[];
}

export interface Hands {
  project: Project;
  graph: Graph;
  vault: SecretClient;
  outputs: StackOutputs;
  application: () => Promise<Application>;
  change: (application: object) => Promise<unknown>;
  enabled: () => Promise<Version[]>;
}

export async function handsOn(project: Project): Promise<Hands> {
  const [graph, vault, outputs] = await Promise.all([openGraph(project), openVault(project), project.outputs()]);
  return {
    ...{ project, graph, vault, outputs },
    application: () => graph("GET", applicationIn(outputs)),
    change: (application) => graph("PATCH", applicationIn(outputs), application),
    enabled: async () => (await tokenVersions(project)).filter(({ enabled }) => enabled),
  };
}

const applicationIn = ({ applicationObjectId }: StackOutputs): string => `/applications/${applicationObjectId}`;
const principalIn = ({ servicePrincipalObjectId }: StackOutputs): string =>
  `/servicePrincipals/${servicePrincipalObjectId}`;
const membersIn = ({ seeds }: Project): string => `/groups/${seeds.groups.adminAgents.id}/members`;

/** A line of the command `drift`; null is not declared, or does not exist. */
export interface Found {
  resource: string;
  property: string;
  declared: unknown;
  live: unknown;
}

const found = (resource: string, property: string, declared: unknown, live: unknown): Found => ({
  ...{ resource, property, declared, live },
});
const ofApplication = (property: string, declared: unknown, live: unknown): Found =>
  found("azuread.Application partner", property, declared, live);

export interface Tamper {
  /** Required in the command's result. */
  found: (hands: Hands) => Found[];
  tamper: (hands: Hands) => Promise<unknown>;
  /** @param hands opened after the repair */
  repaired: (hands: Hands) => Promise<void>;
}

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

const removedReplyUrl: Tamper = {
  found: () => [ofApplication("web.redirectUris", "urn:ietf:wg:oauth:2.0:oob", null)],
  tamper: ({ change }) => change({ web: { redirectUris: ["http://localhost:8400/consent"] } }),
  repaired: async ({ application }) => {
    const { web } = await application();
    expect(web.redirectUris.sort()).toEqual(["http://localhost:8400/consent", "urn:ietf:wg:oauth:2.0:oob"]);
  },
};

const addedPermission: Tamper = {
  found: () => [ofApplication("requiredResourceAccesses", null, "Microsoft Graph: Group.Read.All (Role)")],
  tamper: async ({ application, change }) => {
    const { requiredResourceAccess } = await application();
    const own = requiredResourceAccess.find(({ resourceAppId }) => resourceAppId === microsoftGraph);
    own?.resourceAccess.push({ id: groupReadAll, type: "Role" });
    await change({ requiredResourceAccess });
  },
  repaired: async ({ application }) => {
    expect(JSON.stringify(await application())).not.toContain(groupReadAll);
  },
};

const removedMember: Tamper = {
  found: ({ project, outputs: { servicePrincipalObjectId: memberObjectId } }) => {
    const declared = { groupObjectId: project.seeds.groups.adminAgents.id, memberObjectId };
    return [found("azuread.GroupMember partner-admin-agents", "", declared, null)];
  },
  tamper: ({ graph, project, outputs }) =>
    graph("DELETE", `${membersIn(project)}/${outputs.servicePrincipalObjectId}/$ref`),
  repaired: async ({ graph, project, outputs }) => {
    const members = await graph("GET", membersIn(project));
    expect(JSON.stringify(members)).toContain(outputs.servicePrincipalObjectId);
  },
};

const deletedSecret: Tamper = {
  found: ({ outputs }) => {
    const [year = "", rest = ""] = (outputs.credential.generations[0]?.day ?? "").split(/(?<=^\d{4})/u);
    const endDate = `${Number(year) + 1}${rest}T00:00:00Z`;
    const declared = { applicationId: applicationIn(outputs), displayName: "partner-c1", endDate };
    return [found("azuread.ApplicationPassword partner-c1", "", declared, null)];
  },
  tamper: async ({ graph, application, outputs }) => {
    const { passwordCredentials } = await application();
    await graph("POST", `${applicationIn(outputs)}/removePassword`, { keyId: passwordCredentials[0]?.keyId });
  },
  repaired: async ({ application, vault, enabled, outputs: { credential } }) => {
    const own = (await application()).passwordCredentials.find(({ displayName }) => displayName === "partner-c1");
    const newest = newestOf(await versionsOf(vault, credential.name));
    expect(newest).toMatchObject({ enabled: true, tags: { "key-id": own?.keyId } });
    expect(newestOf(await enabled()).tags["credential"]).toBe(credential.name);
  },
};

const disabledToken: Tamper = {
  found: () => [found("partner.Consent partner", "health", "ok", "disabled")],
  tamper: ({ project }) => disableTokens(project),
  repaired: async ({ enabled, outputs: { consent } }) => {
    expect([consent.health, (await enabled()).length]).toEqual(["ok", 1]);
  },
};

export const tampers: readonly Tamper[] = [
  ...[removedReplyUrl, addedPermission, removedMember],
  ...[deletedSecret, disabledToken],
];

const foreignUrls = ["a", "b", "c"].map((name) => `https://${name}.example/cb`);

/**
 * Changes that the inputs of azuread's plugin hide after a refresh: an entry added to a list, an undeclared property, a property with a
 * default.
 */
const addedReplyUrls: Tamper = {
  found: () => foreignUrls.map((live) => ofApplication("web.redirectUris", null, live)),
  tamper: async ({ application, change }) => {
    const { web } = await application();
    await change({ web: { redirectUris: [...web.redirectUris, ...foreignUrls] } });
  },
  repaired: (hands) => removedReplyUrl.repaired(hands),
};

const undeclaredPlatform: Tamper = {
  found: () => [ofApplication("singlePageApplication.redirectUris", null, "https://a.example/page")],
  tamper: ({ change }) => change({ spa: { redirectUris: ["https://a.example/page"] } }),
  repaired: async ({ application }) => {
    expect(await application()).toMatchObject({ spa: { redirectUris: [] } });
  },
};

/** All properties with a default that affect tokens: each is declared, because a refresh accepts some of them as the new default. */
const changedFlows: Tamper = {
  found: () => [
    ofApplication("web.implicitGrant.accessTokenIssuanceEnabled", false, true),
    ofApplication("web.implicitGrant.idTokenIssuanceEnabled", false, true),
    ofApplication("fallbackPublicClientEnabled", false, true),
    ofApplication("api.requestedAccessTokenVersion", 2, 1),
  ],
  tamper: async ({ application, change }) => {
    const { web } = await application();
    const implicitGrantSettings = { enableIdTokenIssuance: true, enableAccessTokenIssuance: true };
    await change({
      web: { ...web, implicitGrantSettings },
      isFallbackPublicClient: true,
      api: { requestedAccessTokenVersion: 1 },
    });
  },
  repaired: async ({ application }) => {
    expect(await application()).toMatchObject({
      web: { implicitGrantSettings: { enableIdTokenIssuance: false, enableAccessTokenIssuance: false } },
      isFallbackPublicClient: false,
      api: { requestedAccessTokenVersion: 2 },
    });
  },
};

const disabledPrincipal: Tamper = {
  found: () => [
    found("azuread.ServicePrincipal partner", "accountEnabled", true, false),
    found("azuread.ServicePrincipal partner", "appRoleAssignmentRequired", false, true),
  ],
  tamper: ({ graph, outputs }) =>
    graph("PATCH", principalIn(outputs), { accountEnabled: false, appRoleAssignmentRequired: true }),
  repaired: async ({ graph, outputs }) => {
    const repaired = { accountEnabled: true, appRoleAssignmentRequired: false };
    expect(await graph("GET", principalIn(outputs))).toMatchObject(repaired);
  },
};

export const hiddenTampers: readonly Tamper[] = [addedReplyUrls, undeclaredPlatform, changedFlows, disabledPrincipal];

const trusted = { name: "ci", issuer: "https://ci.example", subject: "repo:mallory/x:ref:refs/heads/main" };
const times = { startDateTime: "2026-11-01T00:00:00Z", endDateTime: "2036-11-01T00:00:00Z" };
const foreignSecret = { displayName: "backup", keyId: "", ...times };

/** Changes that give somebody access again. No provider reports them, and no preview shows them. */
export const intrusion: Pick<Tamper, "tamper" | "found"> = {
  tamper: async ({ graph, project, outputs }) => {
    const path = applicationIn(outputs);
    const passwordCredential = { displayName: foreignSecret.displayName, ...times };
    const { keyId } = await graph<{ keyId: string }>("POST", `${path}/addPassword`, { passwordCredential });
    foreignSecret.keyId = keyId;
    const audiences = ["api://AzureADTokenExchange"];
    await graph("POST", `${path}/federatedIdentityCredentials`, { ...trusted, audiences });
    const { id } = project.seeds.users.serviceAccount;
    const owner = `${project.cloud.origins.microsoftGraph}/v1.0/directoryObjects/${id}`;
    await graph("POST", `${path}/owners/$ref`, { "@odata.id": owner });
  },
  found: ({ project }) => {
    const { id, displayName, userPrincipalName } = project.seeds.users.serviceAccount;
    return [
      ofApplication("passwordCredentials", null, foreignSecret),
      ofApplication("federatedIdentityCredentials", null, trusted),
      ofApplication("owners", null, { displayName, userPrincipalName, id }),
    ];
  },
};
