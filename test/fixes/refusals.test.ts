/** Entra's refusals, number by number: each printed fix is run in the situation that gives the number, with a robot at the browser. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { assignDirectoryRole } from "../../tools/embedded-cloud/testing/directory";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { firstPartyApps } from "../../lib/config/clouds";
import { credentialName, type Stage } from "../cli/support/stage";
import { customersOf, relationship, showingRelationships, withGraph } from "../cli/support/relationships";
import { isSoak } from "../e2e/support/soak";
import { removeGrants, removePrincipal } from "./support/here";
import { fixesIn } from "./support/printed";
import { ran } from "./support/shell";
import { atLogin, atRedemption, atSignIn, placeForEach, refuse } from "./support/place";

const testFix = placeForEach();

const tenant = (stage: Stage) => partnerTenant(stage.emulator);
/** The account may then consent to all of it. */
const mayConsent = (stage: Stage) => {
  assignDirectoryRole(tenant(stage), "globalAdministrator", stage.serviceAccount().id);
};
const consent = "consent --force";
const ofGraph = "token graph";
const atCode = { form: { grant_type: "authorization_code" } };
const outOfBand = "urn:ietf:wg:oauth:2.0:oob";

const others =
  "AADSTS50074,50076,50078,50158,500121,65004,70000,70008,70043,700082: Consent again, with multi-factor authentication";
// Of each kind one; the soak has every number.
for (const fix of [
  "AADSTS50173: Consent again, with multi-factor authentication",
  "AADSTS700007: If the URI is right, consent again",
  ...(isSoak ? [others] : []),
])
  testFix(fix, ({ stage, token, number }) => {
    refuse(stage, number, { form: { refresh_token: token }, times: 0 });
    return ofGraph;
  });

for (const fix of [
  "AADSTS54005,501481: Start again; a code works once",
  "AADSTS700005: Name the same tenant for both, and start again",
])
  testFix(fix, ({ stage, number }) => {
    refuse(stage, number, atCode);
    return consent;
  });

// The first consent of a vault is started again with the names that it was given.
testFix("AADSTS54005: Start again; a code works once", async ({ stage }) => {
  await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
  await stage.vault.purgeDeletedSecret(stage.tokenName);
  refuse(stage, 54005, atCode);
  const { userPrincipalName } = stage.emulator.seeds.users.serviceAccount;
  const names = `--tenant ${stage.tenantId} --client-id ${stage.application.clientId} --credential ${credentialName}`;
  return { command: `consent ${names} --account ${userPrincipalName}`, itself: true };
});

for (const fix of ["AADSTS50011,900971: Put them back without a deployment", "AADSTS700025: Move it"])
  testFix(fix, ({ stage, number }) => {
    const { application } = stage.application;
    application.web.redirectUris = [];
    if (number === 700025) application["publicClient"] = { redirectUris: [outOfBand] };
    refuse(stage, number, atSignIn);
    const proven = () => {
      expect(application.web.redirectUris).toContain(outOfBand);
    };
    return { command: consent, proven };
  });

testFix("AADSTS9002327: Move it", ({ stage }) => {
  const { application } = stage.application;
  application.web.redirectUris = application.web.redirectUris.filter((uri) => uri !== outOfBand);
  application["spa"] = { redirectUris: [outOfBand] };
  refuse(stage, 9002327, atCode);
  const proven = () => {
    expect([application.web.redirectUris.includes(outOfBand), application["spa"]]).toEqual([
      true,
      { redirectUris: [] },
    ]);
  };
  return { command: consent, proven };
});

testFix(
  "AADSTS500011,650052,65005: Check the resource's URI. If Partner Center's own service principal is missing",
  ({ stage, number }) => {
    mayConsent(stage);
    removePrincipal(stage.emulator, firstPartyApps.partnerCenter);
    if (number !== 500011) refuse(stage, number, atSignIn);
    return consent;
  },
);

testFix("AADSTS65001,650056,650057: If the permission is declared already, consent", ({ stage, number }) => {
  mayConsent(stage);
  removeGrants(tenant(stage), firstPartyApps.azureResourceManager);
  if (number !== 65001) refuse(stage, number, atRedemption);
  return "token arm";
});

testFix("AADSTS7000112: Enable it, then check again", ({ stage }) => {
  stage.application.servicePrincipal.accountEnabled = false;
  return ofGraph;
});

testFix("AADSTS50105: Assign the account, or admit all, then consent", ({ stage }) => {
  stage.application.servicePrincipal["appRoleAssignmentRequired"] = true;
  return ofGraph;
});

testFix("AADSTS50020,50034: Sign in with the service account, or name another one", async ({ stage, number }) => {
  const { otherAccount } = stage.emulator.seeds.users;
  const tags = stage.tags({ account: otherAccount.id, "account-name": otherAccount.userPrincipalName });
  await stage.storeToken({ value: await stage.refreshToken(otherAccount), tags });
  stage.age(stage.tokenName, 5);
  tenant(stage).users.delete(otherAccount.id);
  if (number !== 50034) refuse(stage, number, atRedemption);
  return ofGraph;
});

describe("of the deployer", () => {
  // Its roles belonged to the deleted object: an administrator assigns the same to the new one.
  testFix("AADSTS7000229: Create it, then check again", ({ stage }) => {
    const { clientId } = stage.emulator.seeds.deployer;
    removePrincipal(stage.emulator, clientId);
    return { command: "status", fill: { "client id": clientId }, code: 1 };
  });

  // It was looked for in another tenant.
  testFix("AADSTS7000229: Name the deployer's own tenant, then check again", ({ stage }) => {
    const elsewhere = stage.emulator.seeds.otherPartners[0].partner.id;
    refuse(stage, 7000229, { path: `/${elsewhere}/*`, ...atLogin, times: 0 });
    return { env: { ARM_TENANT_ID: elsewhere }, command: "status" };
  });

  testFix("AADSTS900023: Name the deployer's tenant by its GUID or a verified domain", () => ({
    ...{ env: { ARM_TENANT_ID: "fabrikam" }, command: "status" },
  }));

  testFix("AADSTS90038,900382,900432: Name the tenant's own cloud", ({ stage, number }) => {
    refuse(stage, number, atLogin);
    return { command: "status --cloud AzureUSGovernment", itself: true };
  });
});

for (const command of ["token graph --partner-tenant fabrikam", "consent --tenant fabrikam"])
  testFix("cli/redemption/partner-token.ts: Name the tenant by its GUID or a verified domain", () => ({
    ...{ command, itself: true },
  }));

describe("in a customer's tenant", () => {
  const ofFirst = ({ emulator }: Stage) => `token graph --tenant ${emulator.seeds.customers[0].id}`;
  /** The consent is there. */
  const customerOf = async (stage: Stage) => {
    const [customer] = customersOf(stage);
    await stage.run(["customers", "consent", customer.id]);
    return customer;
  };
  const refuseThere = (stage: Stage, entra: number) => {
    refuse(stage, entra, { path: `/${stage.emulator.seeds.customers[0].id}/*`, ...atRedemption });
  };

  testFix("AADSTS90099: Consent to the application for that customer", ({ stage }) => ofFirst(stage));

  // A log of it is piped into `explain`, which prints the number's own fixes.
  testFix("AADSTS90099: Consent to the application for that customer", ({ stage, terminal }) => ({
    command: async (env) => {
      const { code, stderr } = await ran({ ...terminal, env }, [`secure-app-model ${ofFirst(stage)}`]);
      const explained = await ran(terminal, ["secure-app-model explain --json"], stderr);
      return code === 0 ? undefined : fixesIn(explained.stdout);
    },
  }));

  testFix("AADSTS7000229,700016: Consent to the application for that customer", async ({ stage, number }) => {
    (await customerOf(stage)).applicationConsents.clear();
    refuseThere(stage, number);
    return ofFirst(stage);
  });

  testFix(
    "AADSTS65001: Consent there again, for each resource that is needed (--grant graph=User.Read)",
    async ({ stage }) => {
      const { id } = stage.emulator.seeds.customers[0];
      await stage.run(["customers", "consent", id, "--grant", "graph=User.Read"]);
      return { command: `token arm --tenant ${id}`, fill: { grant: "arm=user_impersonation" } };
    },
  );

  testFix(
    "AADSTS50020,50177: If it has none of them, an administrator of the partner's tenant adds it to such a group; then check again",
    async ({ stage, number }) => {
      (await customerOf(stage)).relationships = [relationship(stage.emulator.seeds.groups.salesAgents.id)];
      if (number !== 50020) refuseThere(stage, number);
      return ofFirst(stage);
    },
  );

  // A role that is declared, and that the account has through no group.
  testFix("cli/customers/lasting-access.ts: Add it to the group that has them, then check again", async (place) => {
    const { stage, folder } = place;
    const customer = await customerOf(stage);
    await withGraph(stage, ...showingRelationships);
    stage.age(stage.tokenName, 5);
    const { adminAgents, salesAgents } = stage.emulator.seeds.groups;
    const roles = ["88d8e3e3-8f55-4a1e-953a-9b9898b8876b"];
    customer.relationships = [relationship(adminAgents.id, { roles }), relationship(salesAgents.id)];
    const grants = join(folder, "grants.json");
    writeFileSync(grants, '{"graph":["User.Read"],"gdap":["Global Reader"]}');
    return `customers check ${customer.id} --grants ${grants}`;
  });

  testFix(
    "AADSTS50177: If it is a guest there, an administrator of the customer deletes the guest; then check again",
    async ({ stage }) => {
      const customer = await customerOf(stage);
      customer.guests = new Set([stage.serviceAccount().id]);
      return { command: ofFirst(stage), meanwhile: () => void delete customer.guests };
    },
  );

  testFix(
    "AADSTS50076,53003: An administrator of the customer, or an account of the partner's with the role Conditional Access Administrator there (GDAP), finds the policy in the customer's sign-in log and excludes service providers' users from it; then check again",
    async ({ stage, number }) => {
      const customer = await customerOf(stage);
      customer.conditionalAccess = number === 53003 ? "blocks" : "asks for multi-factor authentication";
      return { command: ofFirst(stage), meanwhile: () => void delete customer.conditionalAccess };
    },
  );
});
