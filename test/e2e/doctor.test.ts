import type { Application, ServicePrincipal, Tenant } from "../../embedded-cloud/testing/directory";
import { secureAppModel } from "./support/command";
import { commandHere } from "../cli/support/command-here";
import { deployedOnce } from "./support/deployed-once";
import type { DoctorResult as Result } from "./support/doctor-result";
import { Project } from "./support/project";
import { ownEndpoints } from "../support/own-endpoints";
import { story } from "../support/story";

interface Examined {
  code: number;
  results: Result[];
}

let project: Project;
let tenant: Tenant;

beforeAll(async () => {
  project = await Project.start();
});
afterAll(() => project.close());

async function doctor(argv: string[], environment: Record<string, string> = {}): Promise<Examined> {
  const { code, stdout } = await secureAppModel(project, ["doctor", "--json", ...argv], environment);
  return { code, results: JSON.parse(stdout) as Result[] };
}

/** The same in this process: the start of a command takes longer than its checks. */
async function doctorHere(argv: string[], environment: Record<string, string> = {}): Promise<Examined> {
  const env = { ...project.environment, ...environment };
  const { code, stdout } = await commandHere(["doctor", "--json", ...argv], "", env);
  return { code, results: JSON.parse(stdout) as Result[] };
}

const ofStack = () => ["--stack", "dev", "--config-file", `${project.folder}/Pulumi.dev.yaml`];
const statesOf = ({ results }: Examined) => Object.fromEntries(results.map(({ name, state }) => [name, state]));
const changesSince = (count: number) =>
  project.emulator.requests
    .entries()
    .slice(count)
    .filter(({ method, path }) => method !== "GET" && !path.includes("/oauth2/"))
    .map(({ method, path }) => `${method} ${path}`);

const test = story();

test("a stack that there is none of is told, and nothing is looked at for it", async () => {
  const { code, results } = await doctor(["--stack", "nowhere"]);
  const stack = results.find(({ name }) => name === "stack");
  expect([code, stack?.state, stack?.message]).toEqual([
    2,
    "failed",
    expect.stringMatching(
      / See those that there are, and name one: pulumi stack ls, then secure-app-model doctor .*--stack '<stack>'$/u,
    ),
  ]);
  expect(stack?.what).toMatch(/^pulumi config .* failed: error: no stack named 'nowhere' found$/u);
  expect(results.filter(({ state }) => state === "ok").map(({ name }) => name)).toEqual(["node", "engine", "state"]);
});

test("a stack whose configuration is wrong is told every problem of it", async () => {
  await project.configure({ displayName: undefined, colour: "red" });
  const { code, results } = await doctor(ofStack());
  await project.configure({});
  const stack = results.find(({ name }) => name === "stack");
  expect([code, stack?.state]).toEqual([2, "failed"]);
  expect(stack?.message).toMatch(
    /2 problems:.*secure-application-model:displayName.*secure-application-model:colour/su,
  );
});

test("before anything exists: what a deployment needs is there, the rest is skipped, nothing is changed", async () => {
  const before = project.emulator.requests.entries().length;
  const examined = await doctor(ofStack());
  expect(statesOf(examined)).toEqual({
    node: "ok",
    engine: "ok",
    state: "ok",
    stack: "ok",
    cloud: "ok",
    tenant: "ok",
    login: "ok",
    interrupted: "ok",
    "key-vault-version": "skipped",
    "graph-roles": "ok",
    // The deployer may not read policies.
    "credential-policy": "skipped",
    "azure-roles": "ok",
    "vault-provider": "ok",
    "admin-agents": "ok",
    "partner-center": "ok",
    application: "skipped",
    "service-principal": "skipped",
    permissions: "skipped",
    consent: "skipped",
    "account-consent": "ok",
    "azure-permission": "skipped",
    "admin-consent": "skipped",
    "reply-urls": "skipped",
    "client-secret": "skipped",
    additions: "skipped",
    vault: "skipped",
    "vault-write": "skipped",
    "vault-audit": "skipped",
    "vault-network": "skipped",
    "refresh-token": "skipped",
    clock: "ok",
  });
  expect([examined.code, changesSince(before)]).toEqual([0, []]);
  const application = examined.results.find(({ name }) => name === "application");
  expect(application?.message).toMatch(/ Make it: pulumi up --stack dev --config-file \S+;/u);
});

describe("after a deployment", () => {
  let given: string[];
  let outputs: { applicationId: string; applicationObjectId: string; servicePrincipalObjectId: string };

  test.given(async () => {
    await project.become(await deployedOnce("AzureCloud"));
    ({ tenant } = project);
    const all = await project.outputs();
    outputs = all as unknown as typeof outputs;
    given = ["--client-id", outputs.applicationId, "--vault", String(all["vaultUri"])];
  });

  /** Of the stack, with the redemptions of the application and the reads of values. */
  const sensitive = async (argv: string[]) => {
    project.emulator.requests.clear();
    const examined = await doctor([...ofStack(), ...argv]);
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
      ["credential-policy", "skipped"],
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
        /^svc-partner@partner\.example, consented on .*, (89|90) days left; not redeemed \(--probe\)$/u,
      ) as string,
      "client-secret": expect.stringMatching(/^initial, 7[23]\d days left$/u) as string,
      additions: "none but this stack's",
    });
  });

  test("--probe redeems for each declared resource and says what it brought", async () => {
    const { code, results, redemptions } = await sensitive(["--probe"]);
    expect([code, redemptions]).toEqual([0, 4]);
    expect(results.filter(({ name }) => name === "probe")).toEqual([
      {
        name: "probe",
        state: "ok",
        what:
          "It brings Azure AD Graph Directory.AccessAsUser.All, Azure AD Graph User.Read, Azure Resource Manager user_impersonation, " +
          "Partner Center user_impersonation. Partner Center confirms multi-factor authentication.",
        why: null,
        fixes: [],
        message: expect.stringMatching(/^It brings .* authentication\.$/u) as string,
      },
    ]);
  });

  test("for people: a mark, what was found and what to do; the summary is no data", async () => {
    const { code, stdout, stderr } = await secureAppModel(project, ["doctor", ...given]);
    expect([code, stderr]).toEqual([0, "\n22 ok, 3 warnings, 0 failed, 0 skipped\n"]);
    expect(stdout).toMatch(/^✓ Node\.js: \d/u);
    expect(stdout).toMatch(
      /^! Application permissions granted: not granted: .*\n {4}fix: A Global Administrator or Privileged Role Administrator, if they are wanted: .*consent --as-administrator --cloud AzureCloud --tenant /mu,
    );
    expect(stdout).not.toContain("\u001b");
  });

  test("the application is found by the token's tags alone", async () => {
    const { code, results } = await doctor(given.slice(2));
    const application = results.find(({ name }) => name === "application");
    expect([code, application?.what]).toEqual([0, `Partner Center Web App (${outputs.applicationId}), multi-tenant`]);
  });

  const application = (): Application => objectIn(tenant.applications, outputs.applicationObjectId);
  const principal = (): ServicePrincipal => objectIn(tenant.servicePrincipals, outputs.servicePrincipalObjectId);
  const partnerCenter = (): ServicePrincipal =>
    objectOf(
      [...tenant.servicePrincipals.values()].find(({ displayName }) => displayName === "Microsoft Partner Center"),
    );

  const oob = "urn:ietf:wg:oauth:2.0:oob";

  const withoutPrincipal = (of: () => ServicePrincipal) => () => {
    const gone = of();
    tenant.servicePrincipals.delete(gone.id);
    return () => tenant.servicePrincipals.set(gone.id, gone);
  };

  /** What each check says of what it looks at is in test/cli/doctor, and what helps in test/fixes/doctor. */
  const broken: {
    what: string;
    check: string;
    code: number;
    found: RegExp;
    fix: RegExp;
    /** Breaks one thing; the returned function repairs it. */
    breaks?: () => () => unknown;
    argv?: () => string[];
    environment?: Record<string, string>;
  }[] = [
    {
      ...{ what: "an engine that is missing", check: "engine", code: 2 },
      found: /^no pulumi on PATH/u,
      fix: /pulumi\.com\/docs\/install/u,
      environment: { PATH: "/nonexistent" },
    },
    {
      ...{ what: "an authority that does not answer", check: "cloud", code: 1 },
      found: /does not answer: .*ECONNREFUSED/u,
      fix: /--endpoints/u,
      argv: () => ["--endpoints", JSON.stringify(ownEndpoints({ authority: "https://127.0.0.1:4" }))],
    },
    {
      ...{ what: "a tenant that nobody has", check: "tenant", code: 2 },
      found: /this cloud has no such tenant.*AADSTS90002/u,
      fix: /pulumi config get secure-application-model:tenantId/u,
      argv: () => ["--tenant", "nowhere.example"],
    },
    {
      ...{ what: "a deployer whose secret is wrong", check: "login", code: 1 },
      found: /AADSTS7000215.*the client secret is wrong/u,
      fix: /az login --tenant/u,
      environment: { ARM_CLIENT_SECRET: "wrong" },
    },
    {
      ...{ what: "Partner Center's service principal", check: "partner-center", code: 1 },
      found: /AADSTS500011/u,
      fix: /^Make it: secure-app-model doctor --fix --vault \S+ --client-id \S+; or: By hand: az ad sp create --id fa3d9a0c-/u,
      breaks: withoutPrincipal(partnerCenter),
    },
    {
      ...{ what: "a service principal that is missing", check: "service-principal", code: 1 },
      found: /^missing/u,
      fix: /doctor --fix/u,
      breaks: withoutPrincipal(principal),
    },
    {
      ...{ what: "a service principal that is disabled", check: "service-principal", code: 1 },
      found: /AADSTS7000112/u,
      fix: /accountEnabled=true/u,
      breaks: () => {
        const owner = principal();
        owner.accountEnabled = false;
        return () => (owner.accountEnabled = true);
      },
    },
    {
      ...{ what: "a refresh token that was revoked, which a redemption alone shows", check: "refresh-token", code: 3 },
      found: /AADSTS50173/u,
      fix: /^Consent again, with multi-factor authentication: secure-app-model consent --force --vault \S+ --tenant \S+ --client-id \S+$/u,
      breaks: () => {
        const { clock, seeds } = project.emulator;
        const user = objectIn(tenant.users, seeds.users.serviceAccount.id);
        user.revokedBefore = clock.now() + 1000;
        return () => (user.revokedBefore = 0);
      },
      argv: () => ["--probe"],
    },
    {
      ...{ what: "a clock that is far off", check: "clock", code: 1 },
      found: /seconds behind the authority: tokens count as expired/u,
      fix: /timedatectl/u,
      breaks: () => {
        const { clock } = project.emulator;
        clock.advance(900_000);
        return () => {
          clock.advance(-900_000);
        };
      },
    },
  ];

  for (const { what, check, code, found, fix, breaks, argv, environment } of broken)
    test(`${what}: ✗ ${check}, exit code ${code}`, async () => {
      const repair = breaks?.();
      let examined: Examined;
      try {
        examined = await doctorHere([...given, ...(argv?.() ?? [])], environment);
      } finally {
        repair?.();
      }
      const failures = examined.results.filter(({ state }) => state === "failed");
      expect({ code: examined.code, first: failures[0]?.name }).toEqual({ code, first: check });
      expect(failures[0]?.what).toMatch(found);
      expect(failures[0]?.message.slice(failures[0].what.length + 1)).toMatch(fix);
    });

  test("what it has no right to see it cannot tell, which is never right", async () => {
    project.emulator.faults.add({
      service: "microsoftGraph",
      path: "*/oauth2PermissionGrants",
      status: 403,
      body: { error: { code: "Authorization_RequestDenied", message: "Insufficient privileges." } },
      times: 0,
    });
    const { code, results } = await doctorHere(given);
    project.emulator.faults.clear();
    const failures = results.filter(({ state }) => state === "failed");
    expect([code, failures.map(({ name }) => name)]).toEqual([1, ["consent", "account-consent", "azure-permission"]]);
    expect(failures[0]).toMatchObject({
      what: expect.stringMatching(/^could not tell: Microsoft Graph refused GET .*403/u) as string,
      message: expect.stringContaining(
        " Ask an administrator for the right to look: Directory.Read.All on Microsoft Graph",
      ) as string,
    });
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

function objectIn<T>(map: Map<string, T>, id: string): T {
  return objectOf(map.get(id));
}

function objectOf<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("There is no such object in the emulator.");
  return found;
}
