/** `customers`, built, on an emulator. */
import { partnerTenant } from "../embedded-cloud/emulator/support/applications";
import { dataOf, failing } from "./support/failing";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
});

test("list, consent, consent again, revoke, revoke again", async () => {
  const [{ id, domain, companyName }] = stage.emulator.seeds.customers;
  expect(dataOf(await stage.run(["customers", "list"])).split("\n")[0]).toBe(`${id}  ${domain}  ${companyName}`);
  const grant = ["--grant", "graph=User.Read", "--grant", "00000002-0000-0000-c000-000000000000=User.Read"];
  const outcomes = [];
  for (const words of [
    ["consent", domain, ...grant],
    ["consent", id],
    ["revoke", domain],
    ["revoke", id],
  ]) {
    outcomes.push(JSON.parse(dataOf(await stage.run(["customers", ...words, "--json"]))) as object);
  }
  const common = { customer: id, applicationId: stage.application.clientId };
  expect(outcomes).toMatchObject([
    { ...common, outcome: "consented" },
    { ...common, outcome: "already" },
    { ...common, outcome: "revoked" },
    { ...common, outcome: "absent" },
  ]);
});

test("somebody else's tenant is no customer, and a grant has a form", async () => {
  expect(await failing(stage, ["customers", "consent", "partner.example"])).toMatchObject({
    code: 1,
    message: expect.stringMatching(/was refused: 404\. .*secure-app-model customers list$/u) as string,
  });
  expect(await failing(stage, ["customers", "consent", "nobody.example"])).toMatchObject({
    code: 2,
    message: expect.stringMatching(/AADSTS90002: .*: secure-app-model customers list$/u) as string,
  });
  for (const grant of ["graph", "graph=", "mail=User.Read", "graph=User Read"]) {
    expect(await failing(stage, ["customers", "consent", "contoso.example", "--grant", grant])).toMatchObject({
      code: 2,
      message: expect.stringContaining(`--grant ${grant} is no resource and its scopes`) as string,
    });
  }
});

test("a scope that there is not, and a relationship without a role for consenting, are told as that", async () => {
  const [customer] = partnerTenant(stage.emulator).customers;
  if (customer === undefined) throw new Error("The seeds have no customer.");
  const consent = ["customers", "consent", customer.companyProfile.domain];
  expect(await failing(stage, [...consent, "--grant", "graph=Flavour.Read"])).toMatchObject({
    code: 1,
    message: expect.stringMatching(
      /was refused: 400\. .* has no scope "Flavour\.Read"\. Check .* \(--grant\)\.$/u,
    ) as string,
  });
  customer.lacksConsentRole = true;
  for (const words of [consent, ["customers", "revoke", customer.id]]) {
    expect(await failing(stage, words)).toMatchObject({
      code: 1,
      message: expect.stringMatching(
        /was refused: 403\. .* \(GDAP\) as well.* Cloud Application Administrator/u,
      ) as string,
    });
  }
});

test("another account's token under the tags of ours asks Partner Center nothing", async () => {
  await stage.storeToken({ value: await stage.refreshToken(stage.emulator.seeds.users.otherAccount) });
  stage.emulator.requests.clear();
  expect(await failing(stage, ["customers", "list"])).toMatchObject({
    code: 2,
    message: expect.stringMatching(/ is alice@partner\.example's, .*secure-app-model consent --force$/u) as string,
  });
  expect(stage.emulator.requests.entries().filter(({ service }) => service === "partnerCenter")).toEqual([]);
});
