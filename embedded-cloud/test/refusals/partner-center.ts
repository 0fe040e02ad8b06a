import type { Emulator } from "../../emulator/emulator";
import { partnerTenant } from "../../testing/applications";
import type { Caller } from "../../testing/callers";
import { type Refusal, refused } from "./refusal";
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
  ...refused("any", consentApi, [
    ["401 401", "no token for Partner Center", partnerCenter("GET /v1/customers", { caller: "nobody" })],
    [
      "403 403",
      "a caller who is not in AdminAgents",
      async (cloud: Emulator): Promise<Response> => {
        const caller = { ...agent(cloud), oid: cloud.seeds.users.otherAccount.id };
        return await send(cloud, "partnerCenter", "GET /v1/customers", { caller });
      },
    ],
  ]),
  ...refused(`POST ${consents}`, "unverified", [
    [
      "403 403",
      "an application's own token",
      async (cloud) => {
        const { groups, deployer } = cloud.seeds;
        partnerTenant(cloud).groups.get(groups.adminAgents.id)?.members.add(deployer.servicePrincipalId);
        const body = { applicationId: deployer.clientId, applicationGrants: [grant] };
        return await partnerCenter(`POST ${consents}`, { caller: {}, body })(cloud);
      },
      "App+User",
    ],
  ]),
  ...refused("any", mfa, [
    [
      "401 900421",
      "an account's token that shows no second factor",
      async (cloud: Emulator): Promise<Response> => {
        const caller: Caller = { oid: cloud.seeds.users.serviceAccount.id, idtyp: "user" };
        return await send(cloud, "partnerCenter", "GET /v1/customers", { caller });
      },
    ],
  ]),
  ...refused("any", "unverified", [
    [
      "429 429",
      "more than half a second's worth of requests at once",
      async (cloud: Emulator): Promise<Response> => {
        for (const { partnerCenterLimit } of cloud.clouds.values()) partnerCenterLimit.perSecond = 1;
        await partnerCenter("GET /v1/customers?size=1")(cloud);
        return await partnerCenter("GET /v1/customers?size=1")(cloud);
      },
    ],
  ]),
  ...refused("any", "emulator", [
    ["501 501", "a parameter that is not served", partnerCenter("GET /v1/customers?filter=x")],
  ]),
  ...refused("GET /v1/customers", customers, [
    ["400 400", "a size other than 1 to 500", partnerCenter("GET /v1/customers?size=501")],
  ]),
  ...refused("GET /v1/customers", "unverified", [
    [
      "400 400",
      "a next page without the last one's MS-ContinuationToken",
      partnerCenter("GET /v1/customers?seekOperation=Next"),
    ],
  ]),
  ...refused("GET /v1/customers/{id}", "unverified", [
    [
      "404 404",
      "somebody else's customer",
      async (cloud: Emulator): Promise<Response> =>
        await partnerCenter(`GET /v1/customers/${cloud.seeds.partner.id}`)(cloud),
    ],
  ]),
  ...refused("GET /v1/customers/{id}/applicationconsents", "emulator", [
    ["501 501", "reading consents, which is documented nowhere", partnerCenter(`GET ${consents}`)],
  ]),
  ...refused("POST /v1/customers/{id}/applicationconsents", consentApi, [
    [
      "403 403",
      "the consent of another application than the one that asks",
      consenting({ applicationId: "11111111-2222-4333-8444-555555555555" }),
    ],
    [
      "400 400",
      "an enterprise application that there is not",
      consenting({
        applicationGrants: [{ ...grant, enterpriseApplicationId: "11111111-2222-4333-8444-555555555555" }],
      }),
    ],
    [
      "400 400",
      "a scope that the enterprise application does not have",
      consenting({ applicationGrants: [{ ...grant, scope: "Flavour.Read" }] }),
    ],
    ["400 400", "no grant", consenting({ applicationGrants: [] })],
    [
      "415 415",
      "a body that is not sent as JSON",
      partnerCenter(`POST ${consents}`, { body: {}, headers: { "content-type": "text/plain" } }),
    ],
  ]),
  ...refused("POST /v1/customers/{id}/applicationconsents", "unverified", [
    ["400 400", "a property that there is not", consenting({ flavour: "mint" })],
    [
      "409 409",
      "a consent that is there",
      async (cloud: Emulator): Promise<Response> => {
        await consenting()(cloud);
        return await consenting()(cloud);
      },
      "Permission entry already exists",
    ],
  ]),
  ...refused("POST, DELETE /v1/customers/{id}/applicationconsents", gdapRoles, [
    [
      "403 403",
      "a granular relationship without a role that consenting takes",
      withoutRole(consenting()),
      "Cloud Application Administrator",
    ],
  ]),
  ...refused("DELETE /v1/customers/{id}/applicationconsents/{applicationId}", "unverified", [
    ["404 404", "a consent that is not there", partnerCenter(`DELETE ${consents}/{own}`)],
  ]),
  ...refused("every other request", "emulator", [["501 501", "any", partnerCenter("GET /v1/invoices")]]),
];
