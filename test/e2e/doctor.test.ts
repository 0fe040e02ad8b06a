/** Doctor before and after a deployment. What each check finds is in test/cli/doctor, and what helps in test/fixes. */
import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import type { Application, ServicePrincipal, Tenant } from "../../tools/embedded-cloud/testing/directory";
import { doctor as doctorOf, type Examined } from "./support/command";
import { deployedOnce, stackForAll } from "./support/deployed-once";
import type { Project, StackOutputs } from "./support/project";
import { story } from "../support/story";

let project: Project;
let tenant: Tenant;

stackForAll({}, (started) => (project = started));

const doctor = (argv?: string[], environment?: Record<string, string>) => doctorOf(project, argv, environment);
const statesOf = ({ results }: Examined) => Object.fromEntries(results.map(({ name, state }) => [name, state]));
const changesSince = (count: number) =>
  project.emulator.requests
    .entries()
    .slice(count)
    .filter(({ method, path }) => method !== "GET" && !/\/oauth2\/|\/checkNameAvailability\?/u.test(path))
    .map(({ method, path }) => `${method} ${path}`);

const test = story();

test("a stack whose configuration is wrong is told every problem of it", async () => {
  await project.configure({ displayName: undefined, colour: "red" });
  const { code, of } = await doctor();
  await project.configure({});
  const stack = of("stack");
  expect([code, stack?.state]).toEqual([2, "failed"]);
  expect(stack?.message).toMatch(
    /2 problems:.*secure-application-model:displayName.*secure-application-model:colour/su,
  );
});

test("before anything exists: what a deployment needs is there, the rest is skipped, nothing is changed", async () => {
  const before = project.emulator.requests.entries().length;
  const examined = await doctor();
  expect(statesOf(examined)).toEqual({
    node: "ok",
    engine: "ok",
    stack: "ok",
    cloud: "ok",
    tenant: "ok",
    login: "ok",
    interrupted: "ok",
    "graph-roles": "ok",
    // The deployer may not read policies.
    "azure-roles": "ok",
    "vault-provider": "ok",
    "admin-agents": "ok",
    "partner-center": "ok",
    application: "skipped",
    preview: "ok",
    "service-principal": "skipped",
    permissions: "skipped",
    consent: "skipped",
    "account-consent": "ok",
    "azure-permission": "skipped",
    "admin-consent": "skipped",
    "reply-urls": "skipped",
    credential: "skipped",
    additions: "skipped",
    vault: "skipped",
    "vault-write": "skipped",
    "vault-audit": "skipped",
    "vault-network": "skipped",
    "refresh-token": "skipped",
    clock: "ok",
  });
  expect([examined.code, changesSince(before)]).toEqual([0, []]);
  expect(examined.of("application")?.message).toMatch(/ Make it: pulumi up --stack dev --config-file \S+;/u);
});

describe("after a deployment", () => {
  let given: string[];
  let outputs: StackOutputs;

  test.given(async () => {
    await project.become(await deployedOnce("AzureCloud"));
    ({ tenant } = project);
    outputs = await project.outputs();
    given = ["--client-id", outputs.applicationId, "--vault", outputs.vaultUri];
  });

  /** Of the stack, with the redemptions of the application and the reads of values. */
  const sensitive = async (argv: string[]) => {
    project.emulator.requests.clear();
    const examined = await doctor([...project.ofStack, ...argv]);
    const seen = project.emulator.requests.entries();
    return {
      ...examined,
      redemptions: seen.filter(({ client }) => client === outputs.applicationId).length,
      values: seen.filter(({ path }) => path.includes("/secrets/") && !path.includes("/versions")).length,
    };
  };

  test("everything is right, and what no sign-in grants is said; nothing is redeemed, and no value is read", async () => {
    const examined = await sensitive([]);
    expect(examined.results.filter(({ state }) => state !== "ok").map(({ name, state }) => [name, state])).toEqual([
      ["admin-consent", "warning"],
      ["vault-audit", "warning"],
      ["vault-network", "warning"],
    ]);
    expect([examined.code, examined.redemptions, examined.values, changesSince(0)]).toEqual([0, 0, 0, []]);
    const byName = Object.fromEntries(examined.results.map(({ name, what: found }) => [name, found]));
    expect(byName).toMatchObject({
      tenant: `${tenant.id}, in AzureCloud`,
      application: `Partner Center Web App (${outputs.applicationId}), multi-tenant`,
      "admin-agents": "exactly one, and the application is in it",
      consent:
        "all 3: to the account Azure AD Graph Directory.AccessAsUser.All, Azure AD Graph User.Read, Partner Center user_impersonation",
      "azure-permission": "user_impersonation is declared and consented to",
      "vault-write": "this login may list, read, store and disable secrets",
      "refresh-token": expect.stringMatching(
        /^svc-partner@partner\.example, consented on .*, (89|90) days left; not tested \(--probe\)$/u,
      ) as string,
      credential: expect.stringMatching(/^partner-c1, 36\d days left$/u) as string,
      additions: "only this stack's",
    });
  });

  test("without its settings it is not taken for a program of one's own", async () => {
    const whole = readFileSync(project.configFile, "utf8");
    const { config: _settings, ...others } = parse(whole) as Record<string, unknown>;
    writeFileSync(project.configFile, stringify(others));
    const { code, of } = await doctor();
    writeFileSync(project.configFile, whole);
    expect([code, of("stack")?.message]).toEqual([
      2,
      expect.stringMatching(/secure-application-model:cloud.*secure-application-model:displayName/su),
    ]);
  });

  test("--probe redeems for each declared resource", async () => {
    const { code, results, redemptions } = await sensitive(["--probe"]);
    expect([code, redemptions]).toEqual([0, 4]);
    expect(results.filter(({ name }) => name === "probe").map(({ state }) => state)).toEqual(["ok"]);
  });

  const application = (): Application => objectOf(tenant.applications.get(outputs.applicationObjectId));
  const principal = (): ServicePrincipal => objectOf(tenant.servicePrincipals.get(outputs.servicePrincipalObjectId));
  const partnerCenter = (): ServicePrincipal =>
    objectOf(
      [...tenant.servicePrincipals.values()].find(({ displayName }) => displayName === "Microsoft Partner Center"),
    );

  const oob = "urn:ietf:wg:oauth:2.0:oob";

  test("a clock that is far off", async () => {
    const { clock } = project.emulator;
    clock.advance(900_000);
    const { code, of } = await doctor(given).finally(() => {
      clock.advance(-900_000);
    });
    expect([code, of("clock")?.what]).toEqual([1, expect.stringMatching(/seconds behind the authority/u)]);
  });

  test("--fix repairs reply URLs and missing service principals, and nothing else", async () => {
    const own = ["https://portal.example/b", "https://portal.example/a"];
    application().web = { ...application().web, redirectUris: own };
    application()["publicClient"] = { redirectUris: ["https://native.example", oob] };
    application().requiredResourceAccess = application().requiredResourceAccess.filter(
      ({ resourceAppId }) => resourceAppId !== "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
    );
    const wanted = structuredClone(application());
    tenant.servicePrincipals.delete(partnerCenter().id);
    tenant.servicePrincipals.delete(principal().id);
    const before = project.emulator.requests.entries().length;
    const examined = await doctor([...given, "--fix"]);
    const states = statesOf(examined);
    expect([
      states["partner-center"],
      states["service-principal"],
      states["reply-urls"],
      states["permissions"],
    ]).toEqual(["ok", "ok", "ok", "failed"]);
    expect(changesSince(before)).toEqual([
      "POST /v1.0/servicePrincipals",
      "POST /v1.0/servicePrincipals",
      `PATCH /v1.0/applications/${outputs.applicationObjectId}`,
    ]);
    expect(application()).toEqual({
      ...wanted,
      web: { ...wanted.web, redirectUris: [...own, oob, "http://localhost:8400/consent"] },
      publicClient: { redirectUris: ["https://native.example"] },
    });
  });
});

function objectOf<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("There is no such object in the emulator.");
  return found;
}
