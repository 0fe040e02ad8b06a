import type { Emulator } from "../../emulator/emulator";
import { seeds } from "../../emulator/seeds";
import { partnerTenant } from "../../testing/applications";
import { type Caller, tokenFor } from "../../testing/callers";
import { refusalsOf, type Send } from "./refusal";
import { send, type Sent } from "./send";

const { clientId, servicePrincipalId } = seeds.deployer;

/** The service account, with a second factor, through the seeded application. */
const agent: Caller & { amr: string[] } = { oid: seeds.users.serviceAccount.id, idtyp: "user", amr: ["pwd", "mfa"] };
const ask =
  (request: string, sent: Sent = {}): Send =>
  (cloud) =>
    send(cloud, "partnerCenter", request, { caller: agent, ...sent });

const consents = `/v1/customers/${seeds.customers[0].id}/applicationconsents`;
const grant = { enterpriseApplicationId: "00000003-0000-0000-c000-000000000000", scope: "User.Read" };
const consent = { applicationId: clientId, applicationGrants: [grant] };

/** A consent with properties that differ. */
const consenting = (changes: object = {}, sent: Sent = {}): Send =>
  ask(`POST ${consents}`, { body: { ...consent, ...changes }, ...sent });

const preparations: Readonly<Record<string, (cloud: Emulator) => unknown>> = {
  joinAdminAgents: (cloud) =>
    partnerTenant(cloud).groups.get(seeds.groups.adminAgents.id)?.members.add(servicePrincipalId),
  resell: (cloud) => {
    partnerTenant(cloud).isIndirectReseller = true;
  },
  withoutRoles: (cloud) => {
    for (const customer of partnerTenant(cloud).customers) customer.relationships = [];
  },
  limit: async (cloud) => {
    for (const { partnerCenterLimit } of cloud.clouds.values()) partnerCenterLimit.perSecond = 1;
    await ask("GET /v1/customers?size=1")(cloud);
  },
};

/** Partner Center's refusals, in the emulator as well. Its own numbers are not public: the body repeats the status. */
export const partnerCenterRefusals = refusalsOf(
  "partner-center",
  {
    ask: (_, request: string, sent?: Sent) => ask(request, sent),
    unserved: (request) => ask(request, request.startsWith("POST") ? { body: {} } : {}),
    consenting: (_, changes?: object, sent?: Sent) => consenting(changes, sent),
    consentingTwice: () => async (cloud) => {
      await consenting()(cloud);
      return await consenting()(cloud);
    },
    granting: (_, changes: object) => consenting({ applicationGrants: [grant, { ...grant, ...changes }] }),
    revoking: (_, applicationId: string, sent?: Sent) => ask(`DELETE ${consents}/${applicationId}`, sent),
    raw: (_, body: string) => ask(`POST ${consents}`, { body }),
    otherAudience: () => async (cloud) => {
      const authorization = `Bearer ${await tokenFor(cloud, cloud.origins.microsoftGraph)}`;
      return await fetch(`${cloud.origins.partnerCenter}/v1/customers`, { headers: { authorization } });
    },
  },
  {},
  (name, asked) => async (cloud) => {
    await preparations[name]?.(cloud);
    return await asked(cloud);
  },
);
