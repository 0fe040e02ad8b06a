/** The deployment, and the application in Entra and at sign-in. */
import { equal } from "../../azure/graph";
import { type Fields, fieldsOf, listOf, numbersIn, textOf } from "../answers";
import type { Check, Json } from "../check";
import type { Outputs } from "../deployment";
import { ask } from "../http";
import { answerInBrowser } from "../sign-in";
import { throwaway, type Values } from "../template";
import { graphList, type World } from "../world";

/** The first stack of a run. */
export const firstStack = "acceptance";

export function outputsIn({ deployment }: World): Outputs {
  if (deployment.outputs === undefined) throw new Error("Nothing is deployed.");
  return deployment.outputs;
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

/** The settings of the throwaway stack. */
export function settingsOf({ values, id }: World, changes: Values = {}): Values {
  return { ...throwaway(values, id), adminConsent: "account", ...changes };
}

const deploymentWithoutAGrant: Check = {
  id: "deployment-without-a-grant",
  promise:
    "An ordinary account may not consent to the model's permissions: pulumi up makes everything else, and then says who has to grant them, before any browser opens.",
  needs: [],
  effect: "changes",
  settles: [],
  expected: { up: "refused", applications: 1, grants: 0 },
  look: async (world) => {
    const { deployment, values, id } = world;
    await deployment.configure(firstStack, throwaway(values, id));
    const up = (await deployment.up(firstStack)) === 0 ? "went through" : "refused";
    const found = await graphList(world, `/v1.0/applications${equal("displayName", `Acceptance ${id}`)}`);
    const appId = textOf(found[0]?.["appId"]);
    deployment.application = appId === "" ? undefined : appId;
    const [principal] = await graphList(world, `/v1.0/servicePrincipals${equal("appId", appId)}`);
    const grants = await grantsTo(world, textOf(principal?.["id"]));
    return { up, applications: found.length, grants: grants.length };
  },
};

const needAdminApproval: Check = {
  id: "need-admin-approval",
  promise:
    'The sign-in of an ordinary account shows "Need admin approval"; left without a consent, it comes back with access_denied, the subcode cancel and no words.',
  needs: ["application"],
  effect: "reads",
  settles: ["docs/embedded-cloud.md"],
  expected: { error: "access_denied", error_subcode: "cancel", codes: [] },
  look: async (world) => {
    const { settings, deployment, interruption } = world;
    const answer = await answerInBrowser({
      interruption,
      task: 'Sign in with the service account. On the page "Need admin approval" choose "Return to the application without granting consent".',
      address: (redirect_uri, state) => {
        const [client_id, login_hint] = [deployment.application ?? "", settings.consent.account ?? ""];
        return authorizeUrl(world, { client_id, redirect_uri, state, login_hint });
      },
    });
    const part = (name: string) => answer.get(name) ?? "";
    const codes = numbersIn(part("error_description"));
    return { error: part("error"), error_subcode: part("error_subcode"), codes };
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
  expected: {
    signInAudience: "AzureADMultipleOrgs",
    redirectUris: ["http://localhost:8400/consent", "urn:ietf:wg:oauth:2.0:oob"],
    permissions: [3, 2, 1],
  },
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
