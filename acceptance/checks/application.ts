/** The deployment, and the application as Entra shows it and lets it sign in. */
import { fieldsOf, listOf, numbersIn, textOf } from "../answers";
import type { Check, Json } from "../check";
import type { Outputs } from "../deployment";
import { ask } from "../http";
import { throwaway } from "../template";
import type { World } from "../world";

/** The first stack of a run. */
export const firstStack = "acceptance";

export function outputsIn({ deployment }: World): Outputs {
  if (deployment.outputs === undefined) throw new Error("Nothing is deployed.");
  return deployment.outputs;
}

/** What a sign-in at this reply URL meets: the numbers on the page, none where it is let through. */
async function pageFor(world: World, redirectUri: string): Promise<Json> {
  const { cloud, tenantId } = world;
  const query = new URLSearchParams({
    client_id: outputsIn(world).applicationId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: `${cloud.partnerCenter}/.default offline_access`,
    state: "acceptance",
  });
  const { text } = await ask({ url: `${cloud.authority}/${tenantId}/oauth2/v2.0/authorize?${query.toString()}` });
  return numbersIn(text);
}

const deployment: Check = {
  id: "deployment",
  promise: "pulumi up deploys everything, waits for one sign-in, and ends with a refresh token in the vault.",
  needs: [],
  effect: "changes",
  settles: ["docs/ci.md"],
  expected: { exitCode: 0, health: "ok" },
  look: async ({ deployment, values, id }) => {
    await deployment.configure(firstStack, throwaway(values, id));
    const exitCode = await deployment.up(firstStack);
    if (exitCode !== 0) return { exitCode };
    deployment.outputs = await deployment.outputsOf(firstStack);
    return { exitCode, health: deployment.outputs.consent.health };
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

export const applicationChecks: readonly Check[] = [deployment, applicationAsDeclared, loopbackPort];
