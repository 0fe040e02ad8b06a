/** The deployment, and the application in Entra and at sign-in. */
import { equal } from "../../../lib/azure/graph";
import { keyVaultVersion } from "../../../lib/azure/key-vault";
import { type Fields, fieldsOf, listOf, numbersIn, textOf } from "../answers";
import type { Check, Json } from "../check";
import { type Outputs, upOf } from "../deployment";
import { ask } from "../http";
import { answerInBrowser } from "../sign-in";
import { throwaway, type Values } from "../template";
import { graphList, listAt, type World } from "../world";

const vaultsIn = ({ subscriptionId, id }: World): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/acceptance-${id}/providers/Microsoft.KeyVault/vaults?api-version=${keyVaultVersion}`;

/** The first stack of a run. */
export const firstStack = "acceptance";

export function outputsIn({ deployment }: World): Outputs {
  if (deployment.outputs === undefined) throw new Error("Nothing is deployed.");
  return deployment.outputs;
}

/** The options of a command that name the vault. */
export function vaultOf(world: World): string[] {
  const { cloud, vaultUri } = outputsIn(world);
  return ["--cloud", cloud, "--vault", vaultUri];
}

/** Delegated permissions that are granted to a client. @param principal object id of its service principal */
export async function grantsTo(world: World, principal: string): Promise<readonly Fields[]> {
  return await graphList(world, `/v1.0/oauth2PermissionGrants${equal("clientId", principal)}`);
}

/** The address at which a sign-in for Partner Center begins. */
function authorizeUrl({ cloud, tenantId }: World, parameters: Readonly<Record<string, string>>): string {
  const scope = `${cloud.partnerCenter}/.default offline_access`;
  const query = new URLSearchParams({ response_type: "code", scope, ...parameters });
  return `${cloud.authority}/${tenantId}/oauth2/v2.0/authorize?${query.toString()}`;
}

/** The AADSTS numbers on the page for a sign-in with this reply URL; none if the sign-in can continue. */
async function pageFor(world: World, redirectUri: string): Promise<Json> {
  const client = { client_id: outputsIn(world).applicationId, redirect_uri: redirectUri, state: "acceptance" };
  const { text } = await ask({ url: authorizeUrl(world, client) });
  return numbersIn(text);
}

const current = new WeakMap<World, Values>();

/** The settings of the first stack: those that it has, with changes that stay. */
export function settingsOf(world: World, changes: Values = {}): Values {
  const before = current.get(world) ?? { ...throwaway(world), adminConsent: "account" };
  const settings = { ...before, ...changes };
  current.set(world, settings);
  return settings;
}

/** Deploys the first stack with changed settings. @returns the exit code */
export async function redeployed(world: World, changes: Values): Promise<number> {
  const { deployment } = world;
  await deployment.configure(firstStack, settingsOf(world, changes));
  const up = await deployment.up(firstStack);
  deployment.outputs = await deployment.outputsOf(firstStack);
  return up;
}

/** The program's own words for what Entra would refuse. */
const refusedInAdvance = /\(AADSTS90094\): an administrator must grant ([^\n]*?)\.(?:\s|$)/u;

const deploymentWithoutAGrant: Check = {
  id: "deployment-without-a-grant",
  promise:
    "An ordinary account may not consent to the model's permissions: pulumi up creates everything else, then names who must grant them, before any browser opens.",
  needs: ["an ordinary account"],
  effect: "changes",
  settles: [],
  expected: ({ hasAzureAdGraph }) => ({
    up: "refused",
    hasToGrant: hasAzureAdGraph
      ? [
          "Azure AD Graph Directory.AccessAsUser.All",
          "Azure AD Graph Directory.Read.All",
          "Microsoft Graph Directory.Read.All",
          "Microsoft Graph SecurityEvents.Read.All",
        ]
      : ["Microsoft Graph Directory.Read.All"],
    applications: 1,
    vaults: 1,
    grants: 0,
  }),
  look: async (world) => {
    const { deployment, id } = world;
    await deployment.configure(firstStack, throwaway(world));
    const { code, stdout } = await deployment.ran(firstStack, ...upOf());
    const [, named = ""] = refusedInAdvance.exec(stdout) ?? [];
    const found = await graphList(world, `/v1.0/applications${equal("displayName", `Acceptance ${id}`)}`);
    const appId = textOf(found[0]?.["appId"]);
    deployment.application = appId === "" ? undefined : appId;
    const [principal] = await graphList(world, `/v1.0/servicePrincipals${equal("appId", appId)}`);
    const grants = await grantsTo(world, textOf(principal?.["id"]));
    return {
      up: code === 0 ? "went through" : "refused",
      hasToGrant: [...new Set(named.split(", "))].filter((name) => name !== "").sort(),
      applications: found.length,
      vaults: (await listAt(world, "resourceManager", vaultsIn(world))).length,
      grants: grants.length,
    };
  },
};

const needAdminApproval: Check = {
  id: "need-admin-approval",
  promise:
    'The sign-in of an ordinary account shows "Need admin approval", or "Approval required" with the admin consent workflow; left without a consent and without a request, it comes back with access_denied and the subcode cancel.',
  needs: ["application", "another sign-in (--every-sign-in)", "an ordinary account"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md"],
  expected: { error: "access_denied", error_subcode: "cancel" },
  look: async (world) => {
    const { settings, deployment, interruption } = world;
    const answer = await answerInBrowser({
      interruption,
      task: 'Sign in with the service account. On the page "Need admin approval", or "Approval required", go back to the application: without a consent, and without a request to an administrator.',
      address: (redirect_uri, state) => {
        const [client_id, login_hint] = [deployment.application ?? "", settings.consent.account ?? ""];
        return authorizeUrl(world, { client_id, redirect_uri, state, login_hint });
      },
    });
    const part = (name: string) => answer.get(name) ?? "";
    return { error: part("error"), error_subcode: part("error_subcode") };
  },
};

const deployment: Check = {
  id: "deployment",
  promise:
    "With adminConsent, pulumi up makes the grants, waits for one sign-in that asks for nothing, and ends with a refresh token in the vault.",
  needs: [],
  effect: "changes",
  settles: ["docs/ci.md"],
  expected: { exitCode: 0, health: "ok" },
  look: async (world) => {
    await world.deployment.configure(firstStack, settingsOf(world));
    const exitCode = await world.deployment.up(firstStack);
    if (exitCode !== 0) return { exitCode };
    const outputs = await world.deployment.outputsOf(firstStack);
    world.deployment.outputs = outputs;
    world.deployment.application = outputs.applicationId;
    return { exitCode, health: outputs.consent.health };
  },
};

const applicationAsDeclared: Check = {
  id: "application-as-declared",
  promise: "The application has the model's audience, its two reply URLs under web, and its exact permissions.",
  needs: ["deployment"],
  effect: "reads",
  settles: [],
  expected: ({ hasAzureAdGraph }) => ({
    signInAudience: "AzureADMultipleOrgs",
    redirectUris: ["http://localhost:8400/consent", "urn:ietf:wg:oauth:2.0:oob"],
    permissions: hasAzureAdGraph ? [3, 2, 1] : [2, 1],
  }),
  look: async (world) => {
    const path = `/v1.0/applications/${outputsIn(world).applicationObjectId}`;
    const { body } = await world.asDeployer("microsoftGraph", { path });
    const { redirectUris } = fieldsOf(body?.["web"]) as { redirectUris?: string[] };
    const lengths = listOf(body?.["requiredResourceAccess"]).map(({ resourceAccess }) => listOf(resourceAccess).length);
    return {
      signInAudience: textOf(body?.["signInAudience"]),
      redirectUris: (redirectUris ?? []).toSorted(),
      permissions: lengths.sort((a, b) => b - a),
    };
  },
};

const loopbackPort: Check = {
  id: "loopback-port",
  promise: "Entra ignores the port of a localhost reply URL, and not its path: another path is AADSTS50011.",
  needs: ["deployment"],
  effect: "reads",
  settles: ["docs/runbook.md"],
  expected: { "another port": [], "another path": [50011] },
  look: async (world) => ({
    "another port": await pageFor(world, "http://localhost:8399/consent"),
    "another path": await pageFor(world, "http://localhost:8400/elsewhere"),
  }),
};

export const applicationChecks: readonly Check[] = [
  deploymentWithoutAGrant,
  needAdminApproval,
  deployment,
  applicationAsDeclared,
  loopbackPort,
];
