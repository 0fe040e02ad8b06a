/** Entra's refusals, number by number: each printed fix is run in the situation that gives the number, with a robot at the browser. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Customer, assignDirectoryRole } from "../../embedded-cloud/testing/directory";
import { partnerTenant } from "../../embedded-cloud/testing/applications";
import { vaultName } from "../../embedded-cloud/testing/azure";
import { firstPartyApps } from "../../lib/config/clouds";
import { clientSecretName } from "../cli/support/stage";
import { customersOf, relationship, showingRelationships, withGraph } from "../cli/support/relationships";
import { askingVault, removeGrants, removePrincipal } from "./support/here";
import { eachNumber, type FixProof, numberIn } from "./support/printed";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let folder: string;
const testFix = placeForEach((fresh) => {
  ({ stage, folder } = fresh);
}, "deployer");

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

/** The account may then consent to all of it. */
const mayConsent = () => {
  assignDirectoryRole(tenant(), "globalAdministrator", stage.serviceAccount().id);
};

for (const fix of eachNumber(
  "AADSTS500011,650052,65005: Check the resource's URI. If Partner Center's own service principal is missing",
))
  testFix(fix, () => {
    mayConsent();
    removePrincipal(stage.emulator, firstPartyApps.partnerCenter);
    if (numberIn(fix) !== 500011) refuse(numberIn(fix), atSignIn);
    // Nothing of it is consented to yet, which the next consent repairs.
    return { command: "secure-app-model consent --force", fixCode: 3, code: 0 };
  });

for (const fix of eachNumber("AADSTS65001,650056,650057: If the permission is declared already, consent"))
  testFix(fix, () => {
    mayConsent();
    removeGrants(tenant(), firstPartyApps.azureResourceManager);
    if (numberIn(fix) !== 65001) refuse(numberIn(fix), atRedemption);
    return { command: "secure-app-model token arm" };
  });

testFix("AADSTS90099: Consent to the application for that customer", () => {
  const [{ id: customer }] = stage.emulator.seeds.customers;
  const command = `secure-app-model token graph --tenant ${customer}`;
  return { command, explained: true, fill: { "customer tenant": customer } };
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

  for (const fix of eachNumber(
    "AADSTS50020,50177: If it has none of them, an administrator of the partner's tenant adds it to such a group; then check again",
  ))
    testFix(fix, () => {
      const group = stage.emulator.seeds.groups.salesAgents.id;
      customer.relationships = [relationship(group)];
      if (numberIn(fix) !== 50020) refuseThere(numberIn(fix));
      return { command, fill: { group, "object id": stage.serviceAccount().id } };
    });

  // A role that is declared, and that the account has through no group.
  testFix("cli/customers/lasting-access.ts: Add it to the group that has them, then check again", async () => {
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
    const fill = { group, "object id": stage.serviceAccount().id };
    return { command: `secure-app-model customers check ${customer.id} --grants ${grants}`, fill };
  });

  testFix(
    "AADSTS50177: If it is a guest there, an administrator of the customer deletes the guest; then check again",
    () => {
      customer.guests = new Set([stage.serviceAccount().id]);
      const meanwhile = () => {
        delete customer.guests;
      };
      return { command, meanwhile };
    },
  );

  for (const fix of eachNumber(
    "AADSTS50076,53003: An administrator of the customer, or an account of the partner's with the role Conditional Access Administrator there (GDAP), finds the policy in the customer's sign-in log and excludes service providers' users from it; then check again",
  ))
    testFix(fix, () => {
      customer.conditionalAccess = numberIn(fix) === 53003 ? "blocks" : "asks for multi-factor authentication";
      const meanwhile = () => {
        delete customer.conditionalAccess;
      };
      return { command, meanwhile };
    });

  for (const fix of eachNumber("AADSTS7000229,700016: Consent to the application for that customer"))
    testFix(fix, () => {
      customer.applicationConsents.clear();
      refuseThere(numberIn(fix));
      return { command };
    });
});

const ofGraph = { command: "secure-app-model token graph" };
const ofApplication = () => ({ ...ofGraph, fill: { "client id": stage.application.clientId } });

testFix("AADSTS7000112: Enable it, then check again", () => {
  stage.application.servicePrincipal.accountEnabled = false;
  return { ...ofApplication(), ...doctor };
});

testFix("AADSTS50105: Assign the account, or admit all, then consent", () => {
  stage.application.servicePrincipal["appRoleAssignmentRequired"] = true;
  return ofApplication();
});

for (const fix of eachNumber("AADSTS50020,50034: Sign in with the service account, or name another one"))
  testFix(fix, async () => {
    const { otherAccount, serviceAccount } = stage.emulator.seeds.users;
    const tags = stage.tags({ account: otherAccount.id, "account-name": otherAccount.userPrincipalName });
    await stage.storeToken({ value: await stage.refreshToken(otherAccount), tags });
    stage.age(stage.tokenName, 5);
    tenant().users.delete(otherAccount.id);
    if (numberIn(fix) !== 50034) refuse(numberIn(fix), atRedemption);
    return { ...ofGraph, fill: { account: serviceAccount.userPrincipalName } };
  });

testFix("AADSTS9002327: Move it", () => {
  const { application } = stage.application;
  const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
  application.web.redirectUris = application.web.redirectUris.filter((uri) => uri !== outOfBand);
  application["spa"] = { redirectUris: [outOfBand] };
  refuse(9002327, { form: { grant_type: "authorization_code" } });
  return {
    ...{ command: "secure-app-model consent --force", ...doctor },
    proven: () => {
      expect([application.web.redirectUris, application["spa"]]).toEqual([
        expect.arrayContaining([outOfBand]) as string[],
        { redirectUris: [] },
      ]);
    },
  };
});

// Of the deployer, whose service principal is gone.
testFix("AADSTS7000229: Create it, then check again", () => {
  const { clientId } = stage.emulator.seeds.deployer;
  removePrincipal(stage.emulator, clientId);
  // Its roles belonged to the deleted object: an administrator assigns the same to the new one.
  return { command: "secure-app-model status", fill: { "client id": clientId }, fixCode: 1, code: 1 };
});

// Of the deployer, who was looked for in another tenant.
testFix("AADSTS7000229: Name the deployer's own tenant, then check again", () => {
  const elsewhere = stage.emulator.seeds.otherPartners[0].partner.id;
  stage.emulator.faults.add({
    ...{ service: "authority", path: `/${elsewhere}/*`, ...atLogin },
    ...{ entra: 7000229, times: 0 },
  });
  const fill = { tenant: stage.tenantId };
  return { env: { ARM_TENANT_ID: elsewhere }, command: "secure-app-model status", fill, ...doctor };
});

testFix("AADSTS900023: Name the deployer's tenant by its GUID or a verified domain", () => ({
  env: { ARM_TENANT_ID: "fabrikam" },
  command: "secure-app-model status",
  fill: { tenant: stage.tenantId },
}));

for (const words of ["token graph --partner-tenant fabrikam", "consent --tenant fabrikam"])
  testFix("cli/redemption/partner-token.ts: Name the tenant by its GUID or a verified domain", () => ({
    ...{ command: `secure-app-model ${words}`, fill: { tenant: stage.tenantId }, itself: true },
  }));

for (const fix of eachNumber("AADSTS90038,900382,900432: Name the tenant's own cloud"))
  testFix(fix, () => {
    refuse(numberIn(fix), atLogin);
    const command = "secure-app-model status --cloud AzureUSGovernment";
    return { command, fill: { cloud: "AzureCloud" }, itself: true };
  });

testFix("lib/consent/client-credential.ts: Enable it", async () => {
  const { properties } = await stage.vault.getSecret(clientSecretName);
  await stage.vault.updateSecretProperties(clientSecretName, properties.version ?? "", { enabled: false });
  return ofGraph;
});

testFix("lib/consent/client-credential.ts: Recover it", async () => {
  await (await stage.vault.beginDeleteSecret(clientSecretName)).pollUntilDone();
  return ofGraph;
});

testFix("lib/vault/vault-error.ts: Recover it", async () => {
  await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
  return {
    command: askingVault(() => {
      // For half a second after a recovery nothing can be stored.
      stage.emulator.clock.advance(1000);
      return stage.vault.setSecret(stage.tokenName, "another");
    }),
    fill: { vault: vaultName, secret: stage.tokenName },
  };
});

testFix("lib/consent/import-token.ts: Pipe only the refresh token, from its vault", async () => {
  await stage.vault.setSecret("token-of-another-tool", await stage.refreshToken());
  const fill = { vault: vaultName, secret: "token-of-another-tool" };
  return { command: "secure-app-model consent --import", fill, input: "{}", itself: true };
});
