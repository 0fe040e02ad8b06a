import type { Emulator } from "../../emulator/emulator";
import { partnerTenant } from "../../testing/applications";
import type { Caller } from "../../testing/callers";
import type { Refusal } from "./refusal";
import { send, type Sent } from "./send";

const consentApi = "https://learn.microsoft.com/partner-center/developer/control-panel-vendor-apis";
const mfa = "https://learn.microsoft.com/partner-center/security/partner-security-requirements-mandating-mfa";
const gdapRoles = "https://learn.microsoft.com/powershell/partnercenter/exchange-online-gdap-app";
const customers = "https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers";

const microsoftGraph = "00000003-0000-0000-c000-000000000000";

/** The service account, with a second factor, through the seeded application. */
const agent = (cloud: Emulator): Caller & { amr?: string[] } => ({
  oid: cloud.seeds.users.serviceAccount.id,
  idtyp: "user",
  amr: ["pwd", "mfa"],
});

const partnerCenter =
  (request: string, sent: Sent = {}) =>
  async (cloud: Emulator): Promise<Response> => {
    const [customer] = cloud.seeds.customers;
    const path = request.replace("{customer}", customer.id).replace("{own}", cloud.seeds.deployer.clientId);
    return await send(cloud, "partnerCenter", path, { caller: agent(cloud), ...sent });
  };

const consents = "/v1/customers/{customer}/applicationconsents";
const grant = { enterpriseApplicationId: microsoftGraph, scope: "User.Read" };

/** A consent whose body differs from a valid one. */
const consenting =
  (changes: object = {}) =>
  async (cloud: Emulator): Promise<Response> => {
    const body = { applicationId: cloud.seeds.deployer.clientId, applicationGrants: [grant], ...changes };
    return await partnerCenter(`POST ${consents}`, { body })(cloud);
  };

/** With a relationship that lacks the role. */
const withoutRole =
  (ask: (cloud: Emulator) => Promise<Response>) =>
  async (cloud: Emulator): Promise<Response> => {
    for (const customer of partnerTenant(cloud).customers) customer.relationships = [];
    return await ask(cloud);
  };

/** Partner Center's refusals, in the emulator as well. Its own numbers are not public: the body repeats the status. */
export const partnerCenterRefusals: Refusal[] = [
  {
    request: "any",
    refused: "no token for Partner Center",
    answer: "401 401",
    source: consentApi,
    send: partnerCenter("GET /v1/customers", { caller: "nobody" }),
  },
  {
    request: `POST ${consents}`,
    refused: "an application's own token",
    answer: "403 403",
    source: "unverified",
    message: "App+User",
    send: async (cloud) => {
      const { groups, deployer } = cloud.seeds;
      partnerTenant(cloud).groups.get(groups.adminAgents.id)?.members.add(deployer.servicePrincipalId);
      const body = { applicationId: deployer.clientId, applicationGrants: [grant] };
      return await partnerCenter(`POST ${consents}`, { caller: {}, body })(cloud);
    },
  },
  {
    request: "any",
    refused: "an account's token that shows no second factor",
    answer: "401 900421",
    source: mfa,
    send: async (cloud: Emulator): Promise<Response> => {
      const caller: Caller = { oid: cloud.seeds.users.serviceAccount.id, idtyp: "user" };
      return await send(cloud, "partnerCenter", "GET /v1/customers", { caller });
    },
  },
  {
    request: "any",
    refused: "a caller who is not in AdminAgents",
    answer: "403 403",
    source: consentApi,
    send: async (cloud: Emulator): Promise<Response> => {
      const caller = { ...agent(cloud), oid: cloud.seeds.users.otherAccount.id };
      return await send(cloud, "partnerCenter", "GET /v1/customers", { caller });
    },
  },
  {
    request: "any",
    refused: "more than half a second's worth of requests at once",
    answer: "429 429",
    source: "unverified",
    send: async (cloud: Emulator): Promise<Response> => {
      for (const { partnerCenterLimit } of cloud.clouds.values()) partnerCenterLimit.perSecond = 1;
      await partnerCenter("GET /v1/customers?size=1")(cloud);
      return await partnerCenter("GET /v1/customers?size=1")(cloud);
    },
  },
  {
    request: "any",
    refused: "a parameter that is not served",
    answer: "501 501",
    source: "emulator",
    send: partnerCenter("GET /v1/customers?filter=x"),
  },
  {
    request: "GET /v1/customers",
    refused: "a size other than 1 to 500",
    answer: "400 400",
    source: customers,
    send: partnerCenter("GET /v1/customers?size=501"),
  },
  {
    request: "GET /v1/customers",
    refused: "a next page without the last one's MS-ContinuationToken",
    answer: "400 400",
    source: "unverified",
    send: partnerCenter("GET /v1/customers?seekOperation=Next"),
  },
  {
    request: "GET /v1/customers/{id}",
    refused: "somebody else's customer",
    answer: "404 404",
    source: "unverified",
    send: async (cloud: Emulator): Promise<Response> =>
      await partnerCenter(`GET /v1/customers/${cloud.seeds.partner.id}`)(cloud),
  },
  {
    request: "GET /v1/customers/{id}/applicationconsents",
    refused: "reading consents, which is documented nowhere",
    answer: "501 501",
    source: "emulator",
    send: partnerCenter(`GET ${consents}`),
  },
  {
    request: "POST /v1/customers/{id}/applicationconsents",
    refused: "the consent of another application than the one that asks",
    answer: "403 403",
    source: consentApi,
    send: consenting({ applicationId: "11111111-2222-4333-8444-555555555555" }),
  },
  {
    request: "POST /v1/customers/{id}/applicationconsents",
    refused: "an enterprise application that there is not",
    answer: "400 400",
    source: consentApi,
    send: consenting({
      applicationGrants: [{ ...grant, enterpriseApplicationId: "11111111-2222-4333-8444-555555555555" }],
    }),
  },
  {
    request: "POST /v1/customers/{id}/applicationconsents",
    refused: "a scope that the enterprise application does not have",
    answer: "400 400",
    source: consentApi,
    send: consenting({ applicationGrants: [{ ...grant, scope: "Flavour.Read" }] }),
  },
  {
    request: "POST /v1/customers/{id}/applicationconsents",
    refused: "no grant",
    answer: "400 400",
    source: consentApi,
    send: consenting({ applicationGrants: [] }),
  },
  {
    request: "POST /v1/customers/{id}/applicationconsents",
    refused: "a property that there is not",
    answer: "400 400",
    source: "unverified",
    send: consenting({ flavour: "mint" }),
  },
  {
    request: "POST /v1/customers/{id}/applicationconsents",
    refused: "a body that is not sent as JSON",
    answer: "415 415",
    source: consentApi,
    send: partnerCenter(`POST ${consents}`, { body: {}, headers: { "content-type": "text/plain" } }),
  },
  {
    request: "POST /v1/customers/{id}/applicationconsents",
    refused: "a consent that is there",
    answer: "409 409",
    source: "unverified",
    message: "Permission entry already exists",
    send: async (cloud: Emulator): Promise<Response> => {
      await consenting()(cloud);
      return await consenting()(cloud);
    },
  },
  {
    request: "POST, DELETE /v1/customers/{id}/applicationconsents",
    refused: "a granular relationship without a role that consenting takes",
    answer: "403 403",
    source: gdapRoles,
    message: "Cloud Application Administrator",
    send: withoutRole(consenting()),
  },
  {
    request: "DELETE /v1/customers/{id}/applicationconsents/{applicationId}",
    refused: "a consent that is not there",
    answer: "404 404",
    source: "unverified",
    send: partnerCenter(`DELETE ${consents}/{own}`),
  },
  {
    request: "every other request",
    refused: "any",
    answer: "501 501",
    source: "emulator",
    send: partnerCenter("GET /v1/invoices"),
  },
];
