/** The credential of a program: in whose tenant its tokens are, what it keeps, and what it refuses. */
import { inspect } from "node:util";
import { SecureAppModelCredential, type SecureAppModelCredentialOptions } from "../../components/library";
import { ClientCredential } from "../../lib/azure/client-credential";
import { cloudOf } from "../../lib/config/clouds";
import { claimsOf } from "../../tools/embedded-cloud/testing/oauth";
import { type Stage, stageForEach } from "../cli/support/stage";

let stage: Stage;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
});

function credential(changes: Partial<SecureAppModelCredentialOptions> = {}): SecureAppModelCredential {
  const endpoints = stage.endpoints();
  const { clientId, clientSecret } = stage.emulator.seeds.deployer;
  const job = { tenantId: stage.tenantId, clientId, clientSecret };
  const vaultCredential = new ClientCredential(cloudOf("AzureCloud", endpoints), job);
  return new SecureAppModelCredential({
    cloud: "AzureCloud",
    ...{ endpoints, vaultUri: stage.vaultUri, vaultCredential, ...changes },
  });
}
const customer = () => stage.emulator.seeds.customers[0].id;
const scope = () => `${stage.emulator.origins.microsoftGraph}/.default`;

test("gives the tokens of the partner's tenant or of a customer's, and keeps them", async () => {
  const [{ id, domain }] = stage.emulator.seeds.customers;
  await stage.run(["customers", "consent", domain]);
  const own = credential();
  const first = await own.getToken(scope());
  expect(claimsOf(first.token)).toMatchObject({ tid: stage.tenantId });
  expect(first.expiresOnTimestamp).toBeGreaterThan(Date.now());
  expect(await own.getToken([scope()], { tenantId: stage.tenantId })).toEqual(first);
  const there = await credential({ tenantId: id, partnerTenantId: stage.tenantId }).getToken(scope());
  expect(claimsOf(there.token)).toMatchObject({ tid: id, scp: "User.Read" });
});

test("of another account's token none is given, however the tenant is written, and an inspection shows no secret", async () => {
  const { deployer, users } = stage.emulator.seeds;
  await stage.storeToken({ value: await stage.refreshToken(users.administrator) });
  for (const tenantId of [undefined, stage.tenantId.toUpperCase(), customer()]) {
    const own = credential(tenantId === undefined ? {} : { tenantId });
    await expect(own.getToken(scope())).rejects.toMatchObject({ code: "foreign-token" });
    for (const text of [inspect(own, { depth: 9 }), JSON.stringify(own)])
      expect(text).not.toContain(deployer.clientSecret);
  }
});

test("reads the vault again after a failure: somebody consented again meanwhile", async () => {
  const own = credential();
  const fault = { service: "authority", form: { grant_type: "refresh_token" }, entra: 50173, times: 0 };
  const { id } = stage.emulator.faults.add(fault);
  await expect(own.getToken(scope())).rejects.toMatchObject({ code: "entra-consent" });
  stage.emulator.faults.remove(id);
  await stage.storeToken();
  expect(claimsOf((await own.getToken(scope())).token)).toMatchObject({ tid: stage.tenantId });
});

test("all that is asked for at once after a new consent is given, and not only the first", async () => {
  const old = await stage.storeToken();
  const own = credential();
  await own.getToken(scope());
  await stage.storeToken();
  const form = { grant_type: "refresh_token", refresh_token: old };
  stage.emulator.faults.add({ service: "authority", form, entra: 50173, times: 0 });
  const { partnerCenter, resourceManager, azureAdGraph } = stage.emulator.origins;
  const asked = [partnerCenter, resourceManager, azureAdGraph].map((one) => own.getToken(`${one}/.default`));
  const given = await Promise.allSettled(asked);
  expect(given.map((one) => (one.status === "fulfilled" ? "given" : String(one.reason)))).toEqual(
    Array(3).fill("given"),
  );
});

test.each<[string, string, () => Promise<unknown>]>([
  ["another tenant", "credential-tenant", () => credential().getToken(scope(), { tenantId: customer() })],
  [
    "a customer without a consent",
    "entra-customer-consent",
    () => credential({ tenantId: customer() }).getToken(scope()),
  ],
  ["a scope without a resource", "credential-scope", () => credential().getToken("User.Read")],
  ["two scopes", "credential-scope", () => credential().getToken([scope(), scope()])],
  [
    "a vault with tokens of several partners",
    "several-tokens",
    async () => {
      await stage.addPartners(1);
      return await credential().getToken(scope());
    },
  ],
  [
    "a vault without one",
    "consent-required",
    async () => {
      await (await stage.vault.beginDeleteSecret(stage.tokenName, { intervalInMs: 10 })).pollUntilDone();
      return await credential().getToken(scope());
    },
  ],
])("refuses %s", async (_, code, ask) => {
  await expect(ask()).rejects.toMatchObject({ code });
});

test("a tenant that is no GUID, and another cloud's vault, are refused at once", () => {
  expect(() => credential({ tenantId: "customer.example" })).toThrow('tenantId is "customer.example"');
  expect(() => credential({ vaultUri: "https://contoso.vault.azure.cn" })).toThrow(/is not one of AzureCloud/u);
});
