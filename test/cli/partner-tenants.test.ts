/** A control panel vendor: one token for each partner's tenant, in one vault. */
import { consentForEverybody } from "../../tools/embedded-cloud/testing/applications";
import { claimsOf } from "../../tools/embedded-cloud/testing/oauth";
import { answered } from "./support/address-elsewhere";
import { dataOf } from "./support/failing";
import { story } from "../support/story";
import { credentialName, Stage } from "./support/stage";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
  await stage.storeToken();
  const directory = stage.emulator.clouds.get("AzureCloud")?.tenants.get(other().partner.id);
  consentForEverybody(stage.emulator, stage.application.application, directory);
});
afterAll(() => stage.emulator.close());

const other = () => stage.emulator.seeds.otherPartners[0];
const otherDomain = () => other().partner.domains[0];
/** In the order in which a vault lists their tokens. */
const tenants = () => [stage.tenantId, other().partner.id];
const names = () => tenants().map((tenant) => `refresh-token-${tenant}`);
const stored = async (name: string) => (await stage.vault.getSecret(name)).properties.tags;

/** Claims of the access token for a partner's tenant. */
const tokenOf = async (partnerTenant: string) =>
  claimsOf(dataOf(await stage.run(["token", "partner-center", "--partner-tenant", partnerTenant])));

const test = story();

test("a consent in another partner's tenant is stored beside the first, and says whose it is", async () => {
  const before = await stored(stage.tokenName);
  const { serviceAccount } = other().users;
  expect(await answered(stage, ["consent", "--tenant", otherDomain()], { account: serviceAccount })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${serviceAccount.userPrincipalName} consented on `) as string,
  });
  const [first = "", second = ""] = names();
  const tags = await stored(second);
  expect(tags).toEqual({
    ...stage.tags(),
    tenant: other().partner.id,
    account: serviceAccount.id,
    "account-name": serviceAccount.userPrincipalName,
    "consented-at": tags?.["consented-at"],
    stack: "secure-app-model consent",
  });
  expect([await stored(first), await stage.enabled(first)]).toEqual([before, [true]]);
});

test("--partner-tenant says whose token is used, and each is for its own tenant", async () => {
  const claims = await Promise.all([stage.tenantId.toUpperCase(), otherDomain()].map(tokenOf));
  const { serviceAccount } = stage.emulator.seeds.users;
  expect(claims).toMatchObject([
    { tid: stage.tenantId, oid: serviceAccount.id, aud: stage.emulator.origins.partnerCenter },
    { tid: other().partner.id, oid: other().users.serviceAccount.id, aud: stage.emulator.origins.partnerCenter },
  ]);
});

test("status probes both, and renew rolls both, each in its own tenant", async () => {
  const status = JSON.parse(dataOf(await stage.run(["status", "--probe", "--json"]))) as { tokens: { name: string }[] };
  const probe = { redeemed: true, isMfaCompliant: true };
  expect(status.tokens).toMatchObject(
    tenants().map((tenant) => ({ tenant, state: "ok", health: "ok", credential: credentialName, probe })),
  );
  const before = await Promise.all(names().map(stored));
  for (const name of names()) stage.age(name, 60);
  const renewed = JSON.parse(dataOf(await stage.run(["renew", "--json"]))) as typeof status;
  expect(renewed.tokens).toMatchObject(tenants().map((tenant) => ({ tenant, outcome: "renewed" })));
  expect([
    await Promise.all(names().map(stored)),
    await Promise.all(names().map((name) => stage.enabled(name))),
  ]).toEqual([before, names().map(() => [true, true])]);
  expect((await Promise.all(tenants().map(tokenOf))).map(({ tid }) => tid)).toEqual(tenants());
});
