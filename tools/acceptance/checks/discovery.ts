/** Requests to Entra without a sign-in. */
import { randomUUID } from "node:crypto";
import { entraRefusal, textOf } from "../answers";
import type { Check } from "../check";
import { ask } from "../http";
import type { World } from "../world";
import { type Cloud, clouds } from "../../../lib/config/clouds";

const configuration = async ({ authority }: Cloud, tenant: string) =>
  await ask({ url: `${authority}/${tenant}/v2.0/.well-known/openid-configuration` });

const token = async ({ authority }: Cloud, tenant: string, form: Record<string, string>) =>
  entraRefusal(await ask({ method: "POST", url: `${authority}/${tenant}/oauth2/v2.0/token`, form }));

const clientCredentials = ({ cloud }: World) => ({
  grant_type: "client_credentials",
  client_id: randomUUID(),
  scope: `${cloud.microsoftGraph}/.default`,
});

/** Has the form of a client secret, but is not one. */
const noSecret = "acceptance-no-secret";

const discoveryOfTheTenant: Check = {
  id: "discovery-of-the-tenant",
  promise: "Discovery says which cloud a tenant lives in, and names that cloud's Microsoft Graph.",
  needs: [],
  effect: "reads",
  settles: ["docs/clouds.md"],
  expected: ({ cloud }) => ({
    status: 200,
    cloud_instance_name: cloud.instanceName,
    msgraph_host: new URL(clouds[cloud.name].microsoftGraph).host,
  }),
  look: async ({ cloud, tenantId }) => {
    const { status, body } = await configuration(cloud, tenantId);
    const [instance, graph] = [textOf(body?.["cloud_instance_name"]), textOf(body?.["msgraph_host"])];
    return { status, cloud_instance_name: instance, msgraph_host: graph };
  },
};

const discoveryOfAnUnknownTenant: Check = {
  id: "discovery-of-an-unknown-tenant",
  promise: "A tenant that nobody has is refused with AADSTS90002.",
  needs: [],
  effect: "reads",
  settles: [],
  expected: { status: 400, error: "invalid_tenant", codes: [90002] },
  look: async ({ cloud }) => entraRefusal(await configuration(cloud, randomUUID())),
};

const discoveryFromAnotherCloud: Check = {
  id: "discovery-from-another-cloud",
  promise: "Another cloud's authority knows the tenant too, and says that it lives elsewhere.",
  needs: ["another cloud (--other-cloud)"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md"],
  expected: ({ cloud }) => ({ status: 200, cloud_instance_name: cloud.instanceName }),
  look: async ({ cloud, other, tenantId }) => {
    const { status, body } = await configuration(other ?? cloud, tenantId);
    return { status, cloud_instance_name: textOf(body?.["cloud_instance_name"]) };
  },
};

const tokenFromAnotherCloud: Check = {
  id: "token-from-another-cloud",
  promise: "Another cloud's token endpoint refuses a client with a secret with AADSTS900382.",
  needs: ["another cloud (--other-cloud)"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md"],
  expected: { status: 400, error: "invalid_request", codes: [900382] },
  look: async (world) =>
    await token(world.other ?? world.cloud, world.tenantId, { ...clientCredentials(world), client_secret: noSecret }),
};

const tokenForAnUnknownApplication: Check = {
  id: "token-for-an-unknown-application",
  promise: "An application that the tenant does not have is refused with AADSTS700016.",
  needs: [],
  effect: "reads",
  settles: [],
  expected: { status: 400, error: "unauthorized_client", codes: [700016] },
  look: async (world) =>
    await token(world.cloud, world.tenantId, { ...clientCredentials(world), client_secret: noSecret }),
};

export const discoveryChecks: readonly Check[] = [
  discoveryOfTheTenant,
  discoveryOfAnUnknownTenant,
  discoveryFromAnotherCloud,
  tokenFromAnotherCloud,
  tokenForAnUnknownApplication,
];
