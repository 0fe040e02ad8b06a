/** What a run goes by, of whatever stack and tenant it is given. */
import { checks } from "../../tools/acceptance/all-checks";
import type { Answer } from "../../tools/acceptance/http";
import { needLines, type Met, signInsOf } from "../../tools/acceptance/needs";
import { runChecks } from "../../tools/acceptance/run";
import { type Ground, throwaway } from "../../tools/acceptance/template";
import { graphList, type World } from "../../tools/acceptance/world";
import type { Check, Finding } from "../../tools/acceptance/check";

const ground = (values: object): Ground => ({
  values: { cloud: "AzureCloud", ...values },
  id: "x1",
  hasAzureAdGraph: true,
});

test.each([
  ["a client secret", { credential: { overdueDays: 3 } }, {}],
  ["one that somebody else keeps", { credential: { vaultSecretName: "ours" } }, {}],
  [
    "a certificate",
    { credential: { kind: "certificate", validityMonths: 6 } },
    { kind: "certificate", validityMonths: 6 },
  ],
  ["a running calendar", { credential: { rotateEvery: "30d", overdueDays: 3 } }, { rotateEvery: "30d" }],
])(
  "the stack of a run has the kind of credential and the calendar of %s, and nothing else of it",
  (_, values, made) => {
    expect(throwaway(ground(values))["credential"]).toEqual(made);
  },
);

test("without Azure AD Graph's service principal other permissions are declared, an administrator's among them", () => {
  const { permissions, subscriptionId } = throwaway({
    ...ground({ permissions: { legacy: false } }),
    hasAzureAdGraph: false,
    subscriptionId: "s",
  });
  const extra = [
    { resource: "Microsoft Graph", delegated: ["Directory.Read.All"], application: ["Directory.Read.All"] },
  ];
  expect([permissions, subscriptionId]).toEqual([{ legacy: false, extra }, "s"]);
  expect(throwaway(ground({ permissions: { legacy: false } }))["permissions"]).toBeUndefined();
});

const answer = (status: number, body: Record<string, unknown>): Answer => ({ status, headers: {}, body, text: "" });
const answering = (...answers: Answer[]): Pick<World, "asDeployer"> => ({
  asDeployer: () => Promise.resolve(answers.shift() ?? answer(404, {})),
});

test("a list that is refused is no empty list, and the second page belongs to it", async () => {
  const refused = answer(403, { error: { code: "Authorization_RequestDenied" } });
  await expect(graphList(answering(refused), "/v1.0/users")).rejects.toThrow(
    /\/v1\.0\/users is refused.*Authorization_RequestDenied/u,
  );
  const pages = [
    answer(200, { value: [{ id: "1" }], "@odata.nextLink": "https://more" }),
    answer(200, { value: [{ id: "2" }] }),
  ];
  expect(await graphList(answering(...pages), "/v1.0/users")).toEqual([{ id: "1" }, { id: "2" }]);
});

const named = (id: string): Check => {
  const found = checks.find((check) => check.id === id);
  if (found === undefined) throw new Error(`There is no check ${id}.`);
  return found;
};

/** A world in which everything of an application is there, and `pulumi up` ends with these words. */
const endingWith = (stdout: string, grants = answer(200, { value: [] })): World => {
  const one = answer(200, { value: [{ id: "1", appId: "2" }] });
  return {
    ...ground({}),
    ...answering(one, one, grants, one),
    deployment: { configure: () => Promise.resolve(), ran: () => Promise.resolve({ code: 255, stdout }) },
  } as unknown as World;
};

const meant =
  "error: Entra would refuse the consent of svc@partner.example (AADSTS90094): an administrator must grant Azure AD Graph Directory.Read.All, Azure AD Graph Directory.AccessAsUser.All, Microsoft Graph SecurityEvents.Read.All, Microsoft Graph Directory.Read.All. Somebody who is";

test.each([
  ["the refusal that it means", meant, "as promised"],
  ["a role that is missing", "error: code=AuthorizationFailed: the client may not write vaults", "otherwise"],
  ["a sign-in that nobody made", "error: nobody signed in within 15 minutes (AADSTS90094)", "otherwise"],
])("deployment-without-a-grant after %s: %s", async (_, stdout, wanted) => {
  const check = named("deployment-without-a-grant");
  const world = endingWith(stdout);
  const expected = typeof check.expected === "function" ? check.expected(world) : check.expected;
  const found = await check.look(world);
  expect(JSON.stringify(found) === JSON.stringify(expected) ? "as promised" : "otherwise").toBe(wanted);
});

test("deployment-without-a-grant whose grants nobody may list confirms nothing", async () => {
  const world = endingWith(meant, answer(403, {}));
  await expect(named("deployment-without-a-grant").look(world)).rejects.toThrow(/refused/u);
});

const met: Met = {
  ...{
    "another cloud (--other-cloud)": true,
    "another sign-in (--every-sign-in)": true,
    "an administrator (--administrator)": true,
    powershell: true,
    "Azure AD Graph": false,
    "an ordinary account": true,
  },
  ...{ AdminAgents: false, "two customers": undefined, "a customer (--customer)": true },
  ...{ "the right to end sessions": undefined, "the right to grant application permissions": true },
};

test("what is needed is told before anything is made, with the checks that are skipped without it", () => {
  const lines = needLines(checks, met, "svc@partner.example");
  expect(lines).toHaveLength(Object.keys(met).length);
  expect(lines.filter((line) => !line.startsWith("  ✓"))).toEqual([
    "  – Azure AD Graph's service principal in the tenant; without it skipped: azure-ad-graph-permission-types",
    "  – svc@partner.example in the group AdminAgents; without it skipped: gdap-relationships, customers-without-consent, customer-consent",
    "  ? a partner's tenant with two customers, which are looked up once the account has signed in",
    "  ? the right to end sessions: User.RevokeSessions.All, or User Administrator",
  ]);
});

test.each<[string, Partial<Met>, string | undefined]>([
  ["by default", { "another sign-in (--every-sign-in)": false }, "once (deployment)"],
  ["with --every-sign-in", {}, "3 times at most (need-admin-approval, deployment, stolen-token)"],
  [
    "with it, and the right to end sessions",
    { "the right to end sessions": true },
    "3 times (need-admin-approval, deployment, stolen-token)",
  ],
  [
    "with it, of an account with a directory role, without that right",
    { "an ordinary account": false, "the right to end sessions": false },
    "once (deployment)",
  ],
])("the service account signs in, %s: as often as is told", (_, given, told) => {
  expect(signInsOf(checks, { ...met, ...given })).toBe(told);
});

test("the service account does not sign in for checks that only read what is there", () => {
  expect(signInsOf([named("graph-unknown-object")], met)).toBeUndefined();
});

test("a need that cannot be looked up is no need that is not there", async () => {
  const found: Finding[] = [];
  const world = { ...ground({}), interruption: { throwIfRequested: () => undefined } } as unknown as World;
  const has = () => Promise.reject(new Error("Partner Center refuses the list of customers: 401."));
  const redaction = { secrets: new Set<string>(), withNames: true, names: {} };
  const run = { world, has, redaction, begins: jest.fn(), told: () => undefined };
  await runChecks([named("partner-center-next-page"), named("partner-center-access")], run, found);
  expect(found.map(({ outcome, found: answered }) => [outcome, answered])).toEqual([
    ["differed", { failed: expect.stringContaining("401") as unknown }],
    ["differed", { failed: expect.stringContaining("401") as unknown }],
  ]);
  expect(run.begins.mock.calls.flat()).toEqual(["1 of 2  partner-center-next-page", "2 of 2  partner-center-access"]);
});
