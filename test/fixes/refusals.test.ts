/** Entra's refusals, number by number: each printed fix is run in the situation that gives the number, with a robot at the browser. */
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Customer, assignDirectoryRole } from "../../embedded-cloud/testing/directory";
import { partnerTenant } from "../../embedded-cloud/testing/applications";
import { vaultName } from "../../embedded-cloud/testing/azure";
import { firstPartyApps } from "../../lib/config/clouds";
import { customersOf, relationship, showingRelationships, withGraph } from "../cli/support/relationships";
import { askingVault, azForAll, removePrincipal } from "./support/here";
import { type FixProof, proveFix, type Terminal } from "./support/printed";
import { numberIn, type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let terminal: Terminal;
let folder: string;
placeForEach((fresh) => {
  ({ stage, folder } = fresh);
  const { env } = fresh.terminal;
  terminal = { env: { ...env, PATH: [fresh.folder, az.path()].join(delimiter) } };
});
const az = azForAll(() => stage.emulator, "deployer");

const tenant = () => partnerTenant(stage.emulator);
/** Doctor's other findings here: there is no engine and no loopback. */
const doctor = { fixCode: 4 } satisfies Partial<FixProof>;

/** Returns the number once, if the emulator would return another one in the situation. */
const refuse = (entra: number, where: object) => {
  stage.emulator.faults.add({ service: "authority", ...where, entra });
};
const atSignIn = { path: "*/authorize" };
const atRedemption = { form: { grant_type: "refresh_token" } };
const atLogin = { form: { grant_type: "client_credentials" } };

function removeGrants(resourceAppId: string): void {
  const { grants, servicePrincipals } = tenant();
  for (const [id, { resourceId }] of grants)
    if (servicePrincipals.get(resourceId)?.appId === resourceAppId) grants.delete(id);
}

/** The account may then consent to all of it. */
const mayConsent = () => {
  assignDirectoryRole(tenant(), "globalAdministrator", stage.serviceAccount().id);
};

test.each([
  "AADSTS500011: Check the resource's URI. Partner Center's own service principal, where it is missing",
  "AADSTS650052: Check the resource's URI. Partner Center's own service principal, where it is missing",
  "AADSTS65005: Check the resource's URI. Partner Center's own service principal, where it is missing",
])("%s, of a resource that is not in the tenant", async (fix) => {
  mayConsent();
  removePrincipal(stage.emulator, firstPartyApps.partnerCenter);
  if (numberIn(fix) !== 500011) refuse(numberIn(fix), atSignIn);
  // Nothing of it is consented to yet, which the next consent repairs.
  await proveFix(terminal, { command: "secure-app-model consent --force", fix, fixCode: 3, code: 0 });
});

test.each([
  "AADSTS65001: Where it is declared already",
  "AADSTS650056: Where it is declared already",
  "AADSTS650057: Where it is declared already",
])("%s, of a permission that nobody granted", async (fix) => {
  mayConsent();
  removeGrants(firstPartyApps.azureResourceManager);
  if (numberIn(fix) !== 65001) refuse(numberIn(fix), atRedemption);
  await proveFix(terminal, { command: "secure-app-model token arm", fix });
});

test("AADSTS90099 of a customer", async () => {
  const customer = stage.emulator.seeds.customers[0].id;
  const fix = "AADSTS90099: Consent to the application for that customer";
  const fill = { "customer tenant": customer };
  await proveFix(terminal, {
    command: `secure-app-model token graph --tenant ${customer}`,
    explained: true,
    fix,
    fill,
  });
});

describe("in a customer's tenant, whose consent is there", () => {
  let customer: Customer;
  let command: string;
  beforeEach(async () => {
    [customer] = customersOf(stage);
    command = `secure-app-model token graph --tenant ${customer.id}`;
    await stage.run(["customers", "consent", customer.id]);
  });
  const refuseThere = (entra: number) => {
    refuse(entra, { path: `/${customer.id}/*`, ...atRedemption });
  };

  test.each([
    "AADSTS50020: Where it has none of them, an administrator of the partner's tenant adds it to such a group, then look again",
    "AADSTS50177: Where it has none of them, an administrator of the partner's tenant adds it to such a group, then look again",
  ])("%s, of an account in no group that has access", async (fix) => {
    const group = stage.emulator.seeds.groups.salesAgents.id;
    const account = stage.serviceAccount().id;
    customer.relationships = [relationship(group)];
    if (numberIn(fix) !== 50020) refuseThere(numberIn(fix));
    await proveFix(terminal, { command, fix, fill: { group, "object id": account } });
  });

  test("a role that is declared, and that the account has through no group", async () => {
    await withGraph(stage, ...showingRelationships);
    stage.age(stage.tokenName, 5);
    const group = stage.emulator.seeds.groups.salesAgents.id;
    const reading = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
    customer.relationships = [
      relationship(stage.emulator.seeds.groups.adminAgents.id, { roles: [reading] }),
      relationship(group),
    ];
    const grants = join(folder, "grants.json");
    writeFileSync(grants, '{"graph":["User.Read"],"gdap":["Global Reader"]}');
    const fix = "cli/customers/lasting-access.ts: Add it to the group that has them, then look again";
    const fill = { group, "object id": stage.serviceAccount().id };
    const look = `secure-app-model customers check ${customer.id} --grants ${grants}`;
    await proveFix(terminal, { command: look, fix, fill });
  });

  test("AADSTS50177 of a guest", async () => {
    customer.guests = new Set([stage.serviceAccount().id]);
    const fix =
      "AADSTS50177: Where it is a guest there, an administrator of the customer deletes the guest; then look again";
    const meanwhile = () => {
      delete customer.guests;
    };
    await proveFix(terminal, { command, fix, meanwhile });
  });

  test.each([
    { number: 50076, policy: "asks for multi-factor authentication" as const },
    { number: 53003, policy: "blocks" as const },
  ])("AADSTS$number of the customer's Conditional Access", async ({ number, policy }) => {
    customer.conditionalAccess = policy;
    const fix =
      `AADSTS${number}: An administrator of the customer, or an account of the partner's with the role Conditional Access Administrator there (GDAP), ` +
      "finds the policy in the customer's sign-in log and excludes service providers' users from it; then look again";
    const meanwhile = () => {
      delete customer.conditionalAccess;
    };
    await proveFix(terminal, { command, fix, meanwhile });
  });

  test.each([
    "AADSTS7000229: Consent to the application for that customer",
    "AADSTS700016: Consent to the application for that customer",
  ])("%s, of an application that somebody there deleted", async (fix) => {
    customer.applicationConsents.clear();
    refuseThere(numberIn(fix));
    await proveFix(terminal, { command, fix });
  });
});

test("AADSTS7000112 of a disabled application", async () => {
  stage.application.servicePrincipal.accountEnabled = false;
  const fix = "AADSTS7000112: Enable it, then look again";
  const fill = { "client id": stage.application.clientId };
  await proveFix(terminal, { command: "secure-app-model token graph", fix, fill, ...doctor });
});

test("AADSTS50105 of an account that is not assigned", async () => {
  stage.application.servicePrincipal["appRoleAssignmentRequired"] = true;
  const fix = "AADSTS50105: Assign the account, or admit all, then consent";
  const fill = { "client id": stage.application.clientId };
  await proveFix(terminal, { command: "secure-app-model token graph", fix, fill });
});

test.each([
  "AADSTS50020: Sign in with the service account, or name another one",
  "AADSTS50034: Sign in with the service account, or name another one",
])("%s, of another account's token", async (fix) => {
  const { otherAccount, serviceAccount } = stage.emulator.seeds.users;
  const tags = stage.tags({ account: otherAccount.id, "account-name": otherAccount.userPrincipalName });
  await stage.storeToken({ value: await stage.refreshToken(otherAccount), tags });
  stage.age(stage.tokenName, 5);
  tenant().users.delete(otherAccount.id);
  if (numberIn(fix) !== 50034) refuse(numberIn(fix), atRedemption);
  const fill = { account: serviceAccount.userPrincipalName };
  await proveFix(terminal, { command: "secure-app-model token graph", fix, fill });
});

test("AADSTS9002327 of a reply URL of another platform", async () => {
  const { application } = stage.application;
  const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
  application.web.redirectUris = application.web.redirectUris.filter((uri) => uri !== outOfBand);
  application["spa"] = { redirectUris: [outOfBand] };
  refuse(9002327, { form: { grant_type: "authorization_code" } });
  const fix = "AADSTS9002327: Move it";
  await proveFix(terminal, { command: "secure-app-model consent --force", fix, ...doctor });
  expect([application.web.redirectUris, application["spa"]]).toEqual([
    expect.arrayContaining([outOfBand]) as string[],
    { redirectUris: [] },
  ]);
});

describe("AADSTS7000229 of the deployer", () => {
  test("whose service principal is gone", async () => {
    const { clientId } = stage.emulator.seeds.deployer;
    const principals = tenant().servicePrincipals;
    const [id, before] = [...principals].find(([, { appId }]) => appId === clientId) ?? [];
    if (id === undefined || before === undefined) throw new Error("The seeds have no deployer.");
    principals.delete(id);
    const fix = "AADSTS7000229: Make it, then look again";
    // Its roles belonged to the deleted object: an administrator assigns the same to the new one.
    const fill = { "client id": clientId };
    await proveFix(terminal, { command: "secure-app-model status", fix, fill, fixCode: 1, code: 1 });
  });

  test("who was looked for in another tenant", async () => {
    const elsewhere = stage.emulator.seeds.otherPartners[0].partner.id;
    stage.emulator.faults.add({
      ...{ service: "authority", path: `/${elsewhere}/*`, ...atLogin },
      ...{ entra: 7000229, times: 0 },
    });
    const fix = "AADSTS7000229: Name the deployer's own tenant, then look again";
    const there: Terminal = { env: { ...terminal.env, ARM_TENANT_ID: elsewhere } };
    const fill = { tenant: stage.tenantId };
    await proveFix(there, { command: "secure-app-model status", fix, fill, ...doctor });
  });
});

describe("AADSTS900023 of a tenant that is none", () => {
  test("in ARM_TENANT_ID", async () => {
    const fix = "AADSTS900023: Name the deployer's tenant by its GUID or a verified domain";
    const there: Terminal = { env: { ...terminal.env, ARM_TENANT_ID: "fabrikam" } };
    await proveFix(there, { command: "secure-app-model status", fix, fill: { tenant: stage.tenantId } });
  });

  test.each(["token graph --partner-tenant fabrikam", "consent --tenant fabrikam"])(
    "in an option: %s",
    async (words) => {
      const fix = "cli/redemption/partner-token.ts: Name the tenant by its GUID or a verified domain";
      const fill = { tenant: stage.tenantId };
      await proveFix(terminal, { command: `secure-app-model ${words}`, fix, fill, itself: true });
    },
  );
});

test.each([
  "AADSTS90038: Name the tenant's own cloud",
  "AADSTS900382: Name the tenant's own cloud",
  "AADSTS900432: Name the tenant's own cloud",
])("%s, of a tenant that another cloud has", async (fix) => {
  refuse(numberIn(fix), atLogin);
  const command = "secure-app-model status --cloud AzureUSGovernment";
  await proveFix(terminal, { command, fix, fill: { cloud: "AzureCloud" }, itself: true });
});

describe("a client secret that the vault does not give", () => {
  const name = "client-secret-initial-1a2b3c4d";

  test("disabled", async () => {
    const { properties } = await stage.vault.getSecret(name);
    await stage.vault.updateSecretProperties(name, properties.version ?? "", { enabled: false });
    await proveFix(terminal, {
      command: "secure-app-model token graph",
      fix: "lib/consent/client-credential.ts: Enable it",
    });
  });

  test("deleted", async () => {
    await (await stage.vault.beginDeleteSecret(name)).pollUntilDone();
    await proveFix(terminal, {
      command: "secure-app-model token graph",
      fix: "lib/consent/client-credential.ts: Recover it",
    });
  });
});

test("a secret that is deleted is recovered", async () => {
  await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
  await proveFix(terminal, {
    command: askingVault(() => {
      // For half a second after a recovery nothing can be stored.
      stage.emulator.clock.advance(1000);
      return stage.vault.setSecret(stage.tokenName, "another");
    }),
    fix: "lib/vault/vault-error.ts: Recover it",
    fill: { vault: vaultName, secret: stage.tokenName },
  });
});

test("a refresh token that is in another secret is piped in", async () => {
  await stage.vault.setSecret("token-of-another-tool", await stage.refreshToken());
  const fix = "lib/consent/import-token.ts: Pipe the refresh token alone, from the vault that it is in";
  const fill = { vault: vaultName, secret: "token-of-another-tool" };
  const command = "secure-app-model consent --import";
  await proveFix(terminal, { command, fix, fill, input: "{}", itself: true });
});
