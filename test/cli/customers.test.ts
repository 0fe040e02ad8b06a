/** `customers`, built, on an emulator. */
import { rmSync } from "node:fs";
import { expectFailure } from "./support/failing";
import { customersOf } from "./support/relationships";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
});

const graph = "00000003-0000-0000-c000-000000000000";
const arm = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
const azureAdGraph = "00000002-0000-0000-c000-000000000000";
const grantOf = (resourceAppId: string, ...scopes: string[]) => ({ resourceAppId, scopes });
const customer = () => stage.emulator.seeds.customers[0];
const common = () => ({ customer: customer().id, applicationId: stage.application.clientId });
const json = async (...argv: string[]) => {
  const { code, stdout } = await stage.run(["customers", ...argv, "--json"]);
  return { code, ...(JSON.parse(stdout) as object) };
};
const consent = async (...argv: string[]) => await json("consent", customer().domain, ...argv);

test("consent, consent again, revoke, revoke again; what is granted is what a redemption shows", async () => {
  const { id, domain } = customer();
  const grant = ["--grant", "graph=User.Read", "--grant", `${azureAdGraph}=User.Read`];
  const granted = [grantOf(graph, "User.Read"), grantOf(azureAdGraph, "User.Read")];
  expect(await consent(...grant)).toEqual({ code: 0, ...common(), outcome: "consented", granted });
  expect(await consent(...grant)).toEqual({ code: 0, ...common(), outcome: "already", granted });
  expect(await json("revoke", domain)).toEqual({ code: 0, ...common(), outcome: "revoked" });
  expect(await json("revoke", id)).toEqual({ code: 0, ...common(), outcome: "absent" });
});

test("another consent that is there is told as such, exit code 3, and --replace makes it what was asked for", async () => {
  const { id, domain } = customer();
  await consent("--grant", "graph=User.Read,Directory.Read.All");
  const wanted = ["--grant", "graph=User.Read", "--grant", "arm=user_impersonation"];
  const found = [grantOf(graph, "User.Read", "Directory.Read.All"), grantOf(arm)];
  const what = `Customer ${id} has a different consent to application ${stage.application.clientId}.`;
  const why = "It lacks arm user_impersonation. It also has graph Directory.Read.All.";
  const fix = `secure-app-model customers consent ${id} --replace --grant graph=User.Read --grant arm=user_impersonation`;
  expect(await consent(...wanted)).toMatchObject({
    ...{ code: 3, ...common(), outcome: "different", granted: found },
    error: { code: "customer-consent-different", what, why, exitCode: 3, fixes: [{ commands: [{ line: fix }] }] },
  });
  expect(await stage.run(["customers", "consent", domain])).toEqual({
    code: 3,
    stdout: "",
    stderr: `error: ${what} ${why}\n  Replace it: secure-app-model customers consent ${id} --replace\n`,
  });
  const granted = [grantOf(graph, "User.Read"), grantOf(arm, "user_impersonation")];
  // Runs the fix "cli/customers/consent-one.ts: Replace it".
  // The printed line, complete.
  expect(await json(...fix.split(" ").slice(2))).toEqual({ code: 0, ...common(), outcome: "replaced", granted });
  stage.emulator.requests.clear();
  expect(await consent("--replace")).toEqual({ code: 0, ...common(), outcome: "already", granted });
  expect(stage.emulator.requests.entries().filter(({ method }) => method === "DELETE")).toEqual([]);
});

test("a consent that could not be replaced says that the earlier one is gone", async () => {
  const { id, domain } = customer();
  await consent();
  // The first request finds the consent before it checks the requested grants.
  stage.emulator.faults.add({ service: "partnerCenter", method: "POST", status: 409, body: exists });
  const replace = ["customers", "consent", domain, "--replace", "--grant", "graph=Flavour.Read"];
  const { code, stderr } = await stage.run(replace);
  const text = `^error: Consenting to .* for customer ${id} was refused: 400\\. The earlier consent is already revoked\\. `;
  expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(text, "u"))]);
  expect(await json("revoke", domain)).toMatchObject({ outcome: "absent" });
});
const exists = { code: 600041, description: "Permission entry already exists." };

test("where the customer's tenant refuses a redemption for another reason, what is granted is unknown, and not made up", async () => {
  const { id } = customer();
  stage.emulator.faults.add({ service: "authority", method: "POST", path: `/${id}/*`, entra: 53003, times: 0 });
  expect(await consent()).toMatchObject({
    ...{ code: 1, ...common(), outcome: "consented", granted: null },
    error: { message: expect.stringMatching(/AADSTS53003/u) as string, exitCode: 1 },
  });
  const { code, stdout, stderr } = await stage.run(["customers", "consent", id]);
  const text = `^error: Customer ${id} already had a consent to application .*, but its permissions there could not be read: `;
  expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(new RegExp(text, "u"))]);
});

test("a consent that takes effect late is waited for", async () => {
  const { id } = customer();
  stage.emulator.faults.add({ service: "authority", method: "POST", path: `/${id}/*`, entra: 65001, times: 2 });
  expect(await consent()).toMatchObject({ code: 0, outcome: "consented" });
});

test("a customer by the name that it alone has; a name of several is nobody's, and the fix shows whose it is", async () => {
  const { id, companyName } = customer();
  const named = companyName.toLowerCase();
  expect(await json("consent", named)).toMatchObject({ code: 0, ...common(), outcome: "consented" });
  expect(await json("revoke", ` ${companyName} `)).toEqual({ code: 0, ...common(), outcome: "revoked" });
  const [, other] = customersOf(stage);
  other.companyProfile.companyName = companyName;
  const who = `${id} (${customer().domain}), ${other.id} (${other.companyProfile.domain})`;
  for (const command of ["consent", "revoke", "check"]) {
    expect(await stage.run(["customers", command, named])).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: "${named}" is the name of 2 customers: ${who}.\n  Name the customer by its tenant id: secure-app-model customers list --filter ${named}\n`,
    });
  }
  for (const unknown of ["Nobody Ltd", "", "common"]) {
    await expectFailure(stage, ["customers", "consent", unknown], 2, /: secure-app-model customers list$/u);
  }
});

test("a customer's refusal says what is the matter there and who can change it, in each command that meets it", async () => {
  const [customer] = customersOf(stage);
  const { id } = customer;
  await consent();
  customer.conditionalAccess = "blocks";
  const look = `secure-app-model customers check ${id}`;
  const what = `A token for customer tenant ${id} was refused (AADSTS53003): the customer's Conditional Access blocks the service account.`;
  const fix = `then check again: ${look}`;
  for (const argv of [
    ["token", "graph", "--tenant", id],
    ["customers", "check", id],
    ["customers", "consent", id],
  ]) {
    const { code, stderr } = await stage.run(argv);
    expect([argv[1], code, stderr.includes(what), stderr.endsWith(`${fix}\n`)]).toEqual([argv[1], 1, true, true]);
    expect(stderr).not.toContain("consent --force");
  }
  const failures = `${process.env["TEST_RUN_FOLDER"] ?? ""}/refused-${process.pid}.csv`;
  const { stdout } = await stage.run(["customers", "check", "--failures", failures]);
  expect(stdout).toContain("1  AADSTS53003: the customer's Conditional Access blocks the service account\n");
  rmSync(failures);
});

test("a resource that the customer's consent leaves out is granted by the command that the refusal prints", async () => {
  const { id, domain } = customer();
  await consent();
  const { stderr } = await stage.run(["token", "aad-graph", "--tenant", domain]);
  expect(stderr).toMatch(new RegExp(`: secure-app-model customers consent ${id} --replace --grant '<grant>'\n$`, "u"));
});

test("a resource that there is not in the customer's tenant is no consent that is missing", async () => {
  await consent();
  const { stderr } = await stage.run(["token", "https://mistyped.example", "--tenant", customer().domain]);
  expect(stderr).toMatch(/was refused \(AADSTS500011\): the customer's tenant has no such resource\./u);
  expect(stderr).not.toContain("customers consent");
});

test("somebody else's tenant is no customer, and a grant has a form", async () => {
  for (const command of ["consent", "revoke"]) {
    const text = /was refused: 404\. .*secure-app-model customers list$/u;
    await expectFailure(stage, ["customers", command, "partner.example"], 1, text);
  }
  // A company may call itself by another's domain.
  customersOf(stage)[0].companyProfile.companyName = "nobody.example";
  const nobody = /^"nobody\.example" is not a customer's id, domain or name\. .*: secure-app-model customers list$/u;
  await expectFailure(stage, ["customers", "consent", "nobody.example"], 2, nobody);
  for (const grant of ["graph", "graph=", "mail=User.Read", "graph=User Read"]) {
    const text = `--grant ${grant} is not a resource with scopes`;
    await expectFailure(stage, ["customers", "consent", "contoso.example", "--grant", grant], 2, text);
  }
});

test("a scope that there is not, and a relationship without a role for consenting, are told as that", async () => {
  const [customer] = customersOf(stage);
  const consent = ["customers", "consent", customer.companyProfile.domain];
  const text = /was refused: 400\. .* has no scope "Flavour\.Read"\. Name .* --grant '<resource=scopes>'$/u;
  await expectFailure(stage, [...consent, "--grant", "graph=Flavour.Read"], 1, text);
  customer.relationships = [];
  for (const argv of [consent, ["customers", "revoke", customer.id]]) {
    await expectFailure(
      stage,
      argv,
      1,
      /was refused: 403\. .* The service account must be in AdminAgents of the partner tenant\. .* \(GDAP\) as well, .*: consenting takes Cloud Application Administrator, Privileged Role Administrator or Global Administrator\.$/u,
    );
  }
});

test("another account's token under the tags of ours asks Partner Center nothing", async () => {
  await stage.storeToken({ value: await stage.refreshToken(stage.emulator.seeds.users.otherAccount) });
  stage.emulator.requests.clear();
  const text = / belongs to alice@partner\.example, .*secure-app-model consent --force$/u;
  await expectFailure(stage, ["customers", "list"], 2, text);
  expect(stage.emulator.requests.entries().filter(({ service }) => service === "partnerCenter")).toEqual([]);
});
