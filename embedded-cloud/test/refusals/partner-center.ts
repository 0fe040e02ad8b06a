import type { Emulator } from "../../emulator/emulator";
import { seeds } from "../../emulator/seeds";
import { partnerTenant } from "../../testing/applications";
import { type Caller, tokenFor } from "../../testing/callers";
import { type Refusal, refused, type Send } from "./refusal";
import { send, type Sent } from "./send";

const consentApi = "https://learn.microsoft.com/partner-center/developer/control-panel-vendor-apis";
const mfa = "https://learn.microsoft.com/partner-center/security/partner-security-requirements-mandating-mfa";
const gdapRoles = "https://learn.microsoft.com/powershell/partnercenter/exchange-online-gdap-app";
const customers = "https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers";

const { serviceAccount, otherAccount } = seeds.users;
const { clientId, servicePrincipalId } = seeds.deployer;
const nobody = "11111111-2222-4333-8444-555555555555";

/** The service account, with a second factor, through the seeded application. */
const agent: Caller & { amr: string[] } = { oid: serviceAccount.id, idtyp: "user", amr: ["pwd", "mfa"] };
const ask = (request: string, sent: Sent = {}): Send => {
  const path = request.replaceAll("{customer}", seeds.customers[0].id);
  return (cloud) => send(cloud, "partnerCenter", path, { caller: agent, ...sent });
};

const consents = "/v1/customers/{customer}/applicationconsents";
const grant = { enterpriseApplicationId: "00000003-0000-0000-c000-000000000000", scope: "User.Read" };
const consent = { applicationId: clientId, applicationGrants: [grant] };

/** A consent with properties that differ. */
const consenting = (changes: object = {}): Send => ask(`POST ${consents}`, { body: { ...consent, ...changes } });
const revoking = (applicationId: string, sent: Sent = {}): Send => ask(`DELETE ${consents}/${applicationId}`, sent);
const granting = (changes: object): Send => consenting({ applicationGrants: [grant, { ...grant, ...changes }] });
const raw = (body: string): Send => ask(`POST ${consents}`, { body });

const after =
  (prepare: (cloud: Emulator) => unknown, asked: Send): Send =>
  async (cloud) => {
    await prepare(cloud);
    return await asked(cloud);
  };
const joinAdminAgents = (cloud: Emulator) =>
  partnerTenant(cloud).groups.get(seeds.groups.adminAgents.id)?.members.add(servicePrincipalId);
const withoutRoles = (cloud: Emulator): void => {
  for (const customer of partnerTenant(cloud).customers) customer.relationships = [];
};
const limit = async (cloud: Emulator): Promise<void> => {
  for (const { partnerCenterLimit } of cloud.clouds.values()) partnerCenterLimit.perSecond = 1;
  await ask("GET /v1/customers?size=1")(cloud);
};
const otherAudience: Send = async (cloud) => {
  const authorization = `Bearer ${await tokenFor(cloud, cloud.origins.microsoftGraph)}`;
  return await fetch(`${cloud.origins.partnerCenter}/v1/customers`, { headers: { authorization } });
};

const creation = "POST /v1/customers/{id}/applicationconsents";
const deletion = "DELETE /v1/customers/{id}/applicationconsents/{applicationId}";
const ofAnother = `Application ${clientId} cannot change the consent of application ${nobody}.`;
const noRole = "Cloud Application Administrator";
const wrongGrants = "applicationGrants";

/** Partner Center's refusals, in the emulator as well. Its own numbers are not public: the body repeats the status. */
export const partnerCenterRefusals: Refusal[] = [
  ...refused("any", consentApi, {
    "no token": ["401 401", ask("GET /v1/customers", { caller: "nobody" })],
    "a token of another resource": ["401 401", otherAudience],
    "a caller who is not in AdminAgents": [
      "403 403",
      ask("GET /v1/customers", { caller: { ...agent, oid: otherAccount.id } }),
      "AdminAgents",
    ],
  }),
  ...refused("any", mfa, {
    "an account's token that shows no second factor": [
      "401 900421",
      ask("GET /v1/customers", { caller: { oid: serviceAccount.id, idtyp: "user" } }),
    ],
  }),
  ...refused("any", "unverified", {
    "more than half a second's worth of requests at once": ["429 429", after(limit, ask("GET /v1/customers?size=1"))],
  }),
  ...["0", "501", "many", "", "1e1", "-1"].flatMap((size) =>
    refused("GET /v1/customers", customers, {
      [`a size other than 1 to 500: "${size}"`]: ["400 400", ask(`GET /v1/customers?size=${size}`)],
    }),
  ),
  ...refused("GET /v1/customers", "unverified", {
    "a next page without the last one's MS-ContinuationToken": ["400 400", ask("GET /v1/customers?seekOperation=Next")],
    "an operation that there is not": ["400 400", ask("GET /v1/customers?seekOperation=Last")],
  }),
  ...refused("GET /v1/customers/{id}", "unverified", {
    "somebody else's customer": ["404 404", ask(`GET /v1/customers/${seeds.partner.id}`)],
  }),
  ...refused(creation, consentApi, {
    "another application than the one that asks": ["403 403", consenting({ applicationId: nobody }), ofAnother],
    "an enterprise application that there is not": [
      "400 400",
      granting({ enterpriseApplicationId: nobody }),
      wrongGrants,
    ],
    "a scope that the enterprise application does not have": [
      "400 400",
      granting({ scope: "Flavour.Read" }),
      wrongGrants,
    ],
    "a permission for applications alone": ["400 400", granting({ scope: "SecurityEvents.Read.All" }), wrongGrants],
    "scopes with blanks between": ["400 400", granting({ scope: "User.Read Directory.Read.All" }), wrongGrants],
    "a scope of another resource": ["400 400", granting({ scope: "user_impersonation" }), wrongGrants],
    "no scope between two commas": ["400 400", granting({ scope: "User.Read,,Directory.Read.All" }), wrongGrants],
    "no grant": ["400 400", consenting({ applicationGrants: [] })],
    "a body that is not sent as JSON": [
      "415 415",
      ask(`POST ${consents}`, { body: {}, headers: { "content-type": "text/plain" } }),
    ],
  }),
  ...refused(creation, "unverified", {
    "a property that there is not": ["400 400", consenting({ flavour: "mint" })],
    "null as the body": ["400 400", raw("null"), "body: "],
    "a list as the body": ["400 400", raw("[]"), "body: "],
    "a text as the body": ["400 400", raw('"x"'), "body: "],
    "a body that is no JSON": ["400 400", raw("{")],
    "a consent that is there": ["409 409", after(consenting(), consenting()), "Permission entry already exists"],
    "an application's own token": [
      "403 403",
      after(joinAdminAgents, ask(`POST ${consents}`, { caller: {}, body: consent })),
      "App+User",
    ],
  }),
  ...refused(creation, gdapRoles, {
    "a granular relationship without a role that consenting takes": [
      "403 403",
      after(withoutRoles, consenting()),
      noRole,
    ],
  }),
  ...refused(deletion, gdapRoles, {
    "a granular relationship without a role that consenting takes": [
      "403 403",
      after(withoutRoles, revoking(clientId)),
      noRole,
    ],
  }),
  ...refused(deletion, "unverified", {
    "the consent of another application than the one that asks": ["403 403", revoking(nobody), ofAnother],
    "an application's own token": ["403 403", after(joinAdminAgents, revoking(clientId, { caller: {} })), "App+User"],
    "a consent that is not there": ["404 404", revoking(clientId)],
  }),
  ...[
    ...["GET /v1/invoices", "GET /v1/customers?filter=x", "GET /v1/customers?Size=1", `GET ${consents}`],
    ...["GET /v1/customers/{customer}?flavour=mint", `POST ${consents}?flavour=mint`, "PATCH /v1/customers/{customer}"],
    ...[`DELETE ${consents}/{customer}?flavour=mint`, `GET ${consents}/${clientId}`, "POST /v1/customers"],
  ].flatMap((request) => {
    const served = request.split("?")[0]?.replaceAll("{customer}", seeds.customers[0].id) ?? "";
    const body = request.startsWith("POST") ? {} : undefined;
    return refused(request, "emulator", {
      "what is not served": ["501 501", ask(request, { body }), served],
    });
  }),
];
