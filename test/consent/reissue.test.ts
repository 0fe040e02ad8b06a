/** A rotation by the calendar publishes all tokens of a vault: through the consent's update, on an emulator and without an engine. */
import { useClock } from "../../lib/startup/clock";
import { credentialsInUse } from "../../lib/consent/credentials-in-use";
import { renew } from "../../lib/consent/renew";
import { read, update } from "../../lib/providers/consent";
import { clientSecretName as firstName, type Stage } from "../cli/support/stage";
import {
  cloudOn,
  failureOf,
  holdFirst,
  type Inputs,
  inputsOn,
  makeSecret,
  namedIn,
  type Outputs,
  outputsOn,
  stageHere,
  storePartners,
  targetOn,
  vaultOn,
} from "./stage-here";

/** Milliseconds that were waited for: they pass at once, and the product's clock shows them. */
let waited = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    waited += milliseconds;
    return Promise.resolve();
  },
}));
afterAll(useClock(() => Date.now() + waited));

const secondName = "client-secret-2027-02-24-5e6f7a8b";
const thirdName = "client-secret-2027-05-25-9c0d1e2f";
/** A tenant that exists in no cloud. */
const nowhere = "dddddddd-1111-4222-8333-444444444444";
const partner = () => stage.emulator.seeds.otherPartners[0];
const nameOf = (tenant: string): string => `refresh-token-${tenant}`;

let stage: Stage;
let said: string[];
stageHere(async (fresh) => {
  stage = fresh;
  said = [];
  waited = 0;
  jest.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
  await stage.storeToken();
  await makeSecret(stage, secondName);
});
afterEach(() => jest.restoreAllMocks());

const id = (): string => `${stage.vaultUri}/secrets/${stage.tokenName}`;
/** The outputs that the stack applied, by hand or by the calendar, with the first secret. */
const before = (changes: Partial<Inputs> = {}): Outputs => outputsOn(stage, changes);
const turned = (changes: Partial<Inputs> = {}): Inputs =>
  inputsOn(stage, { credentialNames: [secondName, firstName], rollTokens: true, ...changes });

/** The credentials in the tags of the enabled versions: of the stack's own token, and of the other partner's. */
const named = async (): Promise<string[][]> =>
  await Promise.all([stage.tenantId, partner().partner.id].map((tenant) => namedIn(stage, nameOf(tenant))));

/** The output about tokens that are not the stack's own. */
const told = () => said.filter((line) => line.includes("tenant "));

/** What the engine stores of a failure. */
const leftBy = async (run: Promise<unknown>) => ((await failureOf(run)) as { properties: Outputs }).properties;

test("by the calendar all tokens of the vault are published with the new one, in one run, and the older versions are disabled", async () => {
  await storePartners(stage);
  const { outs } = await update(id(), before(), turned());
  expect({ named: await named(), health: outs.health, told: told() }).toEqual({
    named: [[secondName], [secondName]],
    health: "ok",
    told: [`The token of tenant ${partner().partner.id} now uses ${secondName}.`],
  });
  // Once more: there is nothing left to do.
  said = [];
  const versions = await stage.enabled(nameOf(partner().partner.id));
  await update(id(), outs, turned());
  expect([told(), await stage.enabled(nameOf(partner().partner.id))]).toEqual([[], versions]);
});

test("by hand the tokens of others stay as they are", async () => {
  await storePartners(stage);
  await update(id(), before(), turned({ rollTokens: undefined }));
  expect(await named()).toEqual([[secondName], [firstName]]);
});

test("after missed periods every token that names an older credential is rolled, and those that go are named by none", async () => {
  await makeSecret(stage, thirdName);
  await storePartners(stage);
  const { outs } = await update(id(), before(), turned({ rollTokens: undefined }));
  const news = inputsOn(stage, { credentialNames: [thirdName, secondName], rollTokens: true });
  stage.emulator.clock.advance(2000);
  await update(id(), outs, news);
  expect(await named()).toEqual([[thirdName], [thirdName]]);
});

test("what cannot be rolled is named, once all were tried; the credential that it names stays on record, and the next run goes on", async () => {
  await stage.storeToken({ name: nameOf(nowhere), tags: stage.tags({ tenant: nowhere }) });
  await storePartners(stage);
  const failed = update(id(), before({ credentialNames: [firstName, "client-secret-gone-00000000"] }), turned());
  const left = await leftBy(failed);
  expect(((await failureOf(failed)) as Error).message).toMatch(
    new RegExp(
      `^1 token of 2 in .* could not be switched to ${secondName}: tenant ${nowhere}: .*AADSTS90002.* What they use now stays valid until then\\.\\s+Fix that, then deploy again`,
      "su",
    ),
  );
  expect({
    named: await named(),
    left: [left.health, left.credentialNames],
  }).toEqual({
    named: [[secondName], [secondName]],
    left: ["unfinished", [secondName, firstName, "client-secret-gone-00000000"]],
  });
  for await (const { version = "" } of stage.vault.listPropertiesOfSecretVersions(nameOf(nowhere)))
    await stage.vault.updateSecretProperties(nameOf(nowhere), version, { enabled: false });
  const { outs } = await update(id(), left, turned());
  expect([outs.health, outs.credentialNames]).toEqual(["ok", [secondName, firstName]]);
});

test.each([
  ["between two tokens goes on with the next one", "PUT", "", [firstName]],
  // Both are of the same second: the vault lists them in any order.
  ["before it disabled another's older version does so", "PATCH", "/*", [secondName, firstName]],
])("a run that ended %s", async (_, method, below, others) => {
  await storePartners(stage);
  const path = `/secrets/${nameOf(partner().partner.id)}${below}`;
  stage.emulator.faults.add({ service: "keyVault", method, path, status: 403, times: 0 });
  const first = await leftBy(update(id(), before(), turned()));
  expect((await named()).map((names) => names.toSorted())).toEqual([[secondName], others]);
  stage.emulator.faults.clear();
  await update(id(), first, turned());
  expect(await named()).toEqual([[secondName], [secondName]]);
});

test("a run that was killed after it published the stack's own token: what the others name stays on record, though it is declared no more", async () => {
  await storePartners(stage);
  const olds = before({ rollTokens: true });
  const revoked = inputsOn(stage, { credentialNames: [secondName], rollTokens: true });
  await update(id(), olds, { ...revoked, rollTokens: undefined });
  expect(await named()).toEqual([[secondName], [firstName]]);
  // The engine has the former state, and refreshes it.
  const { props } = await read(id(), olds);
  expect(props.credentialNames).toEqual([secondName, firstName]);
  await update(id(), props, revoked);
  expect(await named()).toEqual([[secondName], [secondName]]);
});

test("and where the names are then those declared, it is unfinished: the engine would update nothing else", async () => {
  await storePartners(stage);
  const olds = before({ rollTokens: true });
  await update(id(), olds, turned({ rollTokens: undefined }));
  const { props, inputs } = await read(id(), olds);
  expect(inputs).toEqual({ ...turned(), health: "unfinished" });
  const { outs } = await update(id(), props, turned());
  expect([await named(), outs.health]).toEqual([[[secondName], [secondName]], "ok"]);
  expect((await read(id(), outs)).inputs).toMatchObject({ health: "ok" });
});

test("a late renewal that named the former credential again: it is not taken out while another tenant's token names it", async () => {
  await storePartners(stage);
  const { props } = await read(id(), before({ credentialNames: [secondName, firstName] }));
  expect(props.credentialNames).toEqual([firstName, firstName, secondName]);
  await expect(update(id(), props, inputsOn(stage, { credentialNames: [secondName] }))).rejects.toThrow(
    `${firstName} cannot be removed yet`,
  );
});

test("a token that Entra no longer redeems waits for a person: it is named, and keeps nobody from the rotation", async () => {
  await storePartners(stage);
  const { partner: tenant, users } = partner();
  const user = stage.emulator.clouds.get("AzureCloud")?.tenants.get(tenant.id)?.users.get(users.serviceAccount.id);
  if (user !== undefined) user.revokedBefore = stage.emulator.clock.now() + 1000;
  const { outs } = await update(id(), before(), turned());
  expect([outs.health, await named(), told()]).toEqual([
    "ok",
    [[secondName], [firstName]],
    [
      expect.stringMatching(
        new RegExp(
          `^Not switched to ${secondName}; a person must consent first: tenant ${tenant.id}: .*AADSTS50173`,
          "su",
        ),
      ),
    ],
  ]);
});

test.each([
  ["another application", { application: "99999999-1111-4222-8333-444444444444" }],
  ["a credential that is none of the stack's", { "client-secret": "client-secret-theirs-12345678" }],
])("a token of %s is left alone", async (_, changes) => {
  await storePartners(stage, changes);
  const tags = async () => (await stage.vault.getSecret(nameOf(partner().partner.id))).properties.tags;
  const was = await tags();
  await update(id(), before(), turned());
  expect([await tags(), told()]).toEqual([was, []]);
});

test("a renewal that began before the rotation and stores after it ends with the new credential", async () => {
  await storePartners(stage);
  const name = nameOf(partner().partner.id);
  const { held, release } = holdFirst(
    stage.emulator,
    ({ request }) => request.method === "PUT" && new URL(request.url).pathname === `/secrets/${name}`,
  );
  const renewal = renew(cloudOn(stage), vaultOn(stage), name, undefined);
  await held;
  await update(id(), before(), turned());
  release();
  await renewal;
  expect((await named()).map((names) => [...new Set(names)])).toEqual([[secondName], [secondName]]);
});

describe("before anything is declared", () => {
  const asked = () => ({
    ...targetOn(stage),
    isTurning: true,
  });
  const applied = [{ kind: "secret", label: "initial", reference: firstName }] as const;

  test("the vault's tags tell which credentials live tokens name", async () => {
    await storePartners(stage);
    const { isInUse, ...others } = await credentialsInUse(asked(), applied);
    expect([isInUse(firstName), isInUse(secondName), others]).toEqual([true, false, {}]);
  });

  test("one that a cut-off run published is found, with the end that the vault keeps of it", async () => {
    const expiresOn = new Date("2028-02-19T00:00:00Z");
    stage.age(secondName, 60);
    await stage.vault.setSecret(secondName, "value", { expiresOn });
    await stage.storeToken({ tags: stage.tags({ "client-secret": secondName }) });
    const { published } = await credentialsInUse(asked(), applied);
    expect(published).toEqual({ kind: "secret", label: "2027-02-24", endDate: "2028-02-19T00:00:00Z" });
    const known = [{ kind: "secret", label: "2027-02-24", reference: secondName }, ...applied] as const;
    expect((await credentialsInUse(asked(), known)).published).toBeUndefined();
    await stage.storeToken({ tags: stage.tags({ "client-secret": secondName, stack: "another" }) });
    expect((await credentialsInUse(asked(), applied)).published).toBeUndefined();
  });
});
