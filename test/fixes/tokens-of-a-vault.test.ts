/** What a vault's tokens and client secrets come to: each printed fix is run in the situation that prints it, with a robot at the browser. */
import { assignDirectoryRole } from "../../embedded-cloud/testing/directory";
import { clientSecretName } from "../cli/support/stage";
import { partnerTenant } from "../../embedded-cloud/testing/applications";
import { proveFix } from "./support/printed";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let terminal: Place["terminal"];
let token: Place["token"];
placeForEach((fresh) => {
  ({ stage, terminal, token } = fresh);
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

  test.each(["token graph", "renew"])("%s", async (words) => {
    const fix = "lib/consent/errors.ts: Consent first";
    await proveFix(terminal, { command: `secure-app-model ${words} --partner-tenant ${stage.tenantId}`, fix });
  });

  test("status", async () => {
    const command = `secure-app-model status --partner-tenant ${stage.tenantId}`;
    await proveFix(terminal, { command, fix: "lib/consent/verdict.ts: Consent" });
  });
});

describe("a token of one tenant, in a vault with one of another", () => {
  beforeEach(async () => {
    const tags = stage.tags({ tenant: northwind() });
    await stage.storeToken({ name: `refresh-token-${northwind()}`, value: token, tags });
  });

  const status = "secure-app-model status";

  test("that has ended", async () => {
    await stage.storeToken({ value: token, expiresOn: new Date(Date.now() - day) });
    stage.age(stage.tokenName, 10);
    await proveFix(terminal, { command: status, fix: "lib/consent/errors.ts: Consent again" });
  });

  test("without the tags that say whose it is", async () => {
    await stage.storeToken({ value: token });
    await stage.storeToken({ value: token, tags: {} });
    stage.age(stage.tokenName, 10);
    await proveFix(terminal, { command: status, fix: "lib/consent/errors.ts: Consent again" });
  });

  test.each([
    // Nobody can redeem the other's.
    { command: `${status} --probe`, itself: true },
    { command: "secure-app-model renew", itself: true },
    { command: "secure-app-model doctor --probe", finding: "refresh-token", code: 4 },
  ])("that Entra refuses: $command", async ({ command, ...more }) => {
    const refused = await stage.storeToken();
    stage.age(stage.tokenName, 10);
    stage.emulator.faults.add({ service: "authority", form: { refresh_token: refused }, entra: 50173, times: 0 });
    const fix = "AADSTS50173: Consent again, with multi-factor authentication";
    await proveFix(terminal, { command, fix, ...more });
  });
});

test("a vault without any token", async () => {
  await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
  await stage.vault.purgeDeletedSecret(stage.tokenName);
  const fix =
    "cli/redemption/partner-token.ts: Name them (outputs tenantId, applicationId and clientSecretName of the stack)";
  const fill = { tenant: stage.tenantId, id: stage.application.clientId, name: clientSecretName };
  await proveFix(terminal, { command: "secure-app-model renew", fix, fill });
});

test("a token that names a client secret which another has replaced", async () => {
  const replaced = "client-secret-earlier-1a2b3c4d";
  await stage.vault.setSecret(replaced, stage.application.clientSecret);
  await stage.storeToken({ tags: stage.tags({ "client-secret-since": new Date(Date.now() - day).toISOString() }) });
  const since = new Date(Date.now() - 9 * day).toISOString();
  await stage.storeToken({ tags: stage.tags({ "client-secret": replaced, "client-secret-since": since }) });
  stage.age(stage.tokenName, 5);
  await proveFix(terminal, { command: "secure-app-model status", fix: "lib/consent/inventory.ts: Put it right" });
});

test("a renewal that others were faster than", async () => {
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
  await proveFix(terminal, {
    command: "secure-app-model renew",
    fix: "lib/consent/renew.ts: Run it again",
    meanwhile,
  });
});

test("a token that a person disables while it is renewed", async () => {
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
  const fix = "lib/consent/errors.ts: Once it may be used again, consent again";
  await proveFix(terminal, { command: "secure-app-model renew", fix });
});

describe("a token without multi-factor authentication", () => {
  beforeEach(async () => {
    const account = stage.serviceAccount();
    account.mfa = false;
    await stage.storeToken({ value: await stage.refreshToken() });
    account.mfa = true;
    stage.age(stage.tokenName, 5);
  });

  test("a probe", async () => {
    const fix = "cli/redemption/probe.ts: Consent again, with multi-factor authentication";
    await proveFix(terminal, { command: "secure-app-model status --probe", fix });
  });

  test("Partner Center", async () => {
    const fix = "lib/partner-center/errors.ts: Consent again, with multi-factor authentication";
    await proveFix(terminal, { command: "secure-app-model customers list", fix });
  });
});

test("a token that does not bring what is declared", async () => {
  const { grants } = partnerTenant(stage.emulator);
  const { servicePrincipals } = partnerTenant(stage.emulator);
  const arm = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
  const lost = [...grants.values()].filter(({ resourceId }) => servicePrincipals.get(resourceId)?.appId === arm);
  for (const { id } of lost) grants.delete(id);
  // One that may consent to all of it.
  assignDirectoryRole(partnerTenant(stage.emulator), "globalAdministrator", stage.serviceAccount().id);
  const fix = "cli/redemption/probe.ts: Have it granted, or see who has to";
  await proveFix(terminal, { command: "secure-app-model status --probe", fix });
});

describe("a customer", () => {
  const customer = () => stage.emulator.seeds.customers[0].id;
  const command = (words: string) => `secure-app-model ${words}`;

  test("who has not consented to the application", async () => {
    const fix = "AADSTS90099: Consent to the application for that customer";
    await proveFix(terminal, { command: command(`token graph --tenant ${customer()}`), fix });
  });

  test("whose consent leaves the resource out", async () => {
    const fix = "AADSTS65001: Consent there anew, for each resource that is needed (--grant graph=User.Read)";
    await stage.run(["customers", "consent", customer(), "--grant", "graph=User.Read"]);
    const fill = { grant: "arm=user_impersonation" };
    await proveFix(terminal, { command: command(`token arm --tenant ${customer()}`), fix, fill });
  });

  test("asked for a permission that there is none of", async () => {
    const fix =
      "lib/partner-center/application-consents.ts: Name the resource by its client id, and its delegated permissions by their names";
    const fill = { "resource=scopes": "graph=User.Read" };
    const words = `customers consent ${customer()} --grant graph=Flavour.Read`;
    await proveFix(terminal, { command: command(words), fix, fill, itself: true });
  });
});
