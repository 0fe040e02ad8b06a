/** What a vault's tokens and client secrets come to: each printed fix is run in the situation that prints it, with a robot at the browser. */
import { assignDirectoryRole } from "../../embedded-cloud/testing/directory";
import { clientSecretName } from "../cli/support/stage";
import { firstPartyApps } from "../../lib/config/clouds";
import { partnerTenant } from "../../embedded-cloud/testing/applications";
import { removeGrants } from "./support/here";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let token: Place["token"];
const testFix = placeForEach((fresh) => {
  ({ stage, token } = fresh);
});

const day = 86_400_000;
const northwind = () => stage.emulator.seeds.otherPartners[0].partner.id;

describe("a partner tenant without a token, in a vault with one of another", () => {
  beforeEach(async () => {
    await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
    await stage.vault.purgeDeletedSecret(stage.tokenName);
    const tags = stage.tags({ tenant: northwind() });
    await stage.storeToken({ name: `refresh-token-${northwind()}`, value: token, tags });
  });

  const command = (words: string) => ({ command: `secure-app-model ${words} --partner-tenant ${stage.tenantId}` });
  for (const words of ["token graph", "renew"]) testFix("lib/consent/errors.ts: Consent first", () => command(words));
  testFix("lib/consent/verdict.ts: Consent", () => command("status"));
});

describe("a token of one tenant, in a vault with one of another", () => {
  beforeEach(async () => {
    const tags = stage.tags({ tenant: northwind() });
    await stage.storeToken({ name: `refresh-token-${northwind()}`, value: token, tags });
  });

  const status = "secure-app-model status";

  // It has ended.
  testFix("lib/consent/errors.ts: Consent again", async () => {
    await stage.storeToken({ value: token, expiresOn: new Date(Date.now() - day) });
    stage.age(stage.tokenName, 10);
    return { command: status };
  });

  // It has no tags that say whose it is.
  testFix("lib/consent/errors.ts: Consent again", async () => {
    await stage.storeToken({ value: token });
    await stage.storeToken({ value: token, tags: {} });
    stage.age(stage.tokenName, 10);
    return { command: status };
  });

  for (const proof of [
    // Nobody can redeem the other's.
    { command: `${status} --probe`, itself: true },
    { command: "secure-app-model renew", itself: true },
    { command: "secure-app-model doctor --probe", finding: "refresh-token", code: 4 },
  ])
    testFix("AADSTS50173: Consent again, with multi-factor authentication", async () => {
      const refused = await stage.storeToken();
      stage.age(stage.tokenName, 10);
      stage.emulator.faults.add({ service: "authority", form: { refresh_token: refused }, entra: 50173, times: 0 });
      return proof;
    });
});

testFix(
  "cli/redemption/partner-token.ts: Name them (outputs tenantId, applicationId and clientSecretName of the stack)",
  async () => {
    await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
    await stage.vault.purgeDeletedSecret(stage.tokenName);
    const fill = { tenant: stage.tenantId, id: stage.application.clientId, name: clientSecretName };
    return { command: "secure-app-model renew", fill };
  },
);

testFix("cli/consent/consent-target.ts: Consent for this customer, with the partner's token", () => ({
  command: `secure-app-model consent --tenant ${stage.emulator.seeds.customers[0].id}`,
  itself: true,
}));

// The client secret that it names was replaced by another.
testFix("lib/consent/inventory.ts: Switch it", async () => {
  const replaced = "client-secret-earlier-1a2b3c4d";
  await stage.vault.setSecret(replaced, stage.application.clientSecret);
  await stage.storeToken({ tags: stage.tags({ "client-secret-since": new Date(Date.now() - day).toISOString() }) });
  const since = new Date(Date.now() - 9 * day).toISOString();
  await stage.storeToken({ tags: stage.tags({ "client-secret": replaced, "client-secret-since": since }) });
  stage.age(stage.tokenName, 5);
  return { command: "secure-app-model status" };
});

// Others were faster.
testFix("lib/consent/renew.ts: Run it again", () => {
  const { faults, clock } = stage.emulator;
  const strike = faults.strike.bind(faults);
  faults.strike = async (struck) => {
    if (struck.service === "authority" && (await struck.request.clone().text()).includes("grant_type=refresh_token")) {
      // Within a second a list does not tell which is the newer one.
      clock.advance(1000);
      await stage.storeToken({ value: token });
    }
    return await strike(struck);
  };
  const meanwhile = () => {
    faults.strike = strike;
    stage.age(stage.tokenName, 5);
  };
  return { command: "secure-app-model renew", meanwhile };
});

// A person disables it while it is renewed.
testFix("lib/consent/errors.ts: Once it may be used again, consent again", async () => {
  stage.age(stage.tokenName, 20);
  const { properties } = await stage.vault.getSecret(stage.tokenName);
  const { faults } = stage.emulator;
  const strike = faults.strike.bind(faults);
  faults.strike = async (struck) => {
    const isStore = struck.request.method === "PUT" && struck.request.url.includes(`/secrets/${stage.tokenName}`);
    if (isStore) {
      faults.strike = strike;
      await stage.vault.updateSecretProperties(stage.tokenName, properties.version ?? "", { enabled: false });
    }
    return await strike(struck);
  };
  return { command: "secure-app-model renew" };
});

describe("a token without multi-factor authentication", () => {
  beforeEach(async () => {
    const account = stage.serviceAccount();
    account.mfa = false;
    await stage.storeToken({ value: await stage.refreshToken() });
    account.mfa = true;
    stage.age(stage.tokenName, 5);
  });

  testFix("cli/redemption/probe.ts: Consent again, with multi-factor authentication", () => ({
    command: "secure-app-model status --probe",
  }));
  testFix("lib/partner-center/errors.ts: Consent again, with multi-factor authentication", () => ({
    command: "secure-app-model customers list",
  }));
});

testFix("cli/redemption/probe.ts: Grant it, or see who must", () => {
  const tenant = partnerTenant(stage.emulator);
  removeGrants(tenant, firstPartyApps.azureResourceManager);
  // One that may consent to all of it.
  assignDirectoryRole(tenant, "globalAdministrator", stage.serviceAccount().id);
  return { command: "secure-app-model status --probe" };
});

describe("a customer", () => {
  const customer = () => stage.emulator.seeds.customers[0].id;

  testFix("AADSTS90099: Consent to the application for that customer", () => ({
    command: `secure-app-model token graph --tenant ${customer()}`,
  }));

  testFix("AADSTS65001: Consent there again, for each resource that is needed (--grant graph=User.Read)", async () => {
    await stage.run(["customers", "consent", customer(), "--grant", "graph=User.Read"]);
    const fill = { grant: "arm=user_impersonation" };
    return { command: `secure-app-model token arm --tenant ${customer()}`, fill };
  });

  testFix(
    "lib/partner-center/application-consents.ts: Name the resource by its client id, and its delegated permissions by their names",
    () => ({
      command: `secure-app-model customers consent ${customer()} --grant graph=Flavour.Read`,
      fill: { "resource=scopes": "graph=User.Read" },
      itself: true,
    }),
  );
});
