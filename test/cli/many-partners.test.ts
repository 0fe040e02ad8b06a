/** Forty partners' tokens in one vault: `status` with the list only, `renew` of several at once, and services that throttle. */
import { dataOf } from "./support/failing";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
const count = 40;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.addPartners(count, 8 * 86_400);
  stage.emulator.requests.clear();
});

/** Accepted requests, by purpose. */
const asked = (service: string, method: string, path: RegExp) =>
  stage.emulator.requests
    .entries()
    .filter((one) => one.service === service && one.method === method && path.test(one.path) && one.status < 400)
    .length;

interface Renewed {
  tokens: { tenant: string; outcome: string }[];
}
const outcomes = ({ tokens }: Renewed) => tokens.map(({ tenant, outcome }) => [Number(tenant.slice(-12)), outcome]);
const all = (outcome: string) => Array.from({ length: count }, (_, index) => [index + 1, outcome]);

test("status asks for the pages of the list, and for nothing of any token", async () => {
  const { tokens } = JSON.parse(dataOf(await stage.run(["status", "--json"]))) as { tokens: object[] };
  expect(tokens).toHaveLength(count);
  // The versions of their one credential: until when the generation before is valid.
  expect([asked("keyVault", "GET", /^\/secrets\?/u), asked("keyVault", "GET", /^\/secrets\//u)]).toEqual([2, 1]);
});

test("renew stores each one's, in the order of their names; the next status needs no versions of theirs, though another credential is there", async () => {
  expect(outcomes(JSON.parse(dataOf(await stage.run(["renew", "--json"]))) as Renewed)).toEqual(all("renewed"));
  expect(asked("keyVault", "PUT", /^\/secrets\/refresh-token-/u)).toBe(count);
  await stage.vault.setSecret("client-credential-00000000", "unused");
  stage.emulator.requests.clear();
  const { code, stdout } = await stage.run(["status"]);
  expect([code, stdout.split("\n").map((line) => line.trim())]).toEqual([
    0,
    expect.arrayContaining([
      expect.stringMatching(/^unused +client-credential-00000000/u),
      `az keyvault secret delete --id ${stage.vaultUri}/secrets/client-credential-00000000`,
    ]),
  ]);
  expect(asked("keyVault", "GET", /^\/secrets\/refresh-token-/u)).toBe(0);
});

test("a vault and an authority that are asked too much are waited for, by all: nothing fails", async () => {
  const { faults } = stage.emulator;
  faults.add({ service: "keyVault", method: "PUT", status: 429, body: {}, times: 2 });
  faults.add({
    ...{ service: "authority", path: "*/token", form: { grant_type: "refresh_token" } },
    ...{ status: 429, headers: { "retry-after": "1" }, body: {}, times: 2 },
  });
  const { code, stdout, stderr } = await stage.run(["renew", "--json"]);
  // A long wait is printed.
  const others = stderr.replaceAll(/^Waiting .*\n/gmu, "");
  expect([code, others, outcomes(JSON.parse(stdout) as Renewed)]).toEqual([0, "", all("renewed")]);
  expect(faults.list().map(({ struck }) => struck)).toEqual([2, 2]);
});

test("of many tenants an error names ten, and the command that lists all", async () => {
  const { code, stderr } = await stage.run(["token", "arm"]);
  expect(code).toBe(2);
  const [what, add, list] = stderr.split("\n");
  expect(what).toMatch(/^error: \S+ holds tokens of 40 partner tenants\.$/u);
  expect(add).toMatch(/^ {2}1\. Add --partner-tenant, one of (?:[\da-f-]{36}, ){9}[\da-f-]{36} and 30 more\.$/u);
  expect(list).toMatch(/^ {2}2\. List all: secure-app-model status/u);
});
