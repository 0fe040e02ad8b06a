import type { Application, ServicePrincipal, Tenant } from "../../embedded-cloud/emulator/context";
import { secureAppModel } from "./support/command";
import { commandHere } from "../cli/support/command-here";
import { deployedOnce } from "./support/deployed-once";
import type { DoctorResult as Result } from "./support/doctor-result";
import { Project } from "./support/project";
import { ownEndpoints } from "../support/own-endpoints";

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

test("a stack that there is none of is told, and nothing is looked at for it", async () => {
  const { code, results } = await doctor(["--stack", "nowhere"]);
  const stack = results.find(({ name }) => name === "stack");
  expect([code, stack?.state, stack?.fix]).toEqual([
    2,
    "failed",
    expect.stringMatching(
      /^See those that there are, and name one: pulumi stack ls, then secure-app-model doctor .*--stack '<stack>'$/u,
    ),
  ]);
  expect(stack?.found).toMatch(/^pulumi config .* failed: error: no stack named 'nowhere' found$/u);
  expect(results.filter(({ state }) => state === "ok").map(({ name }) => name)).toEqual(["node", "engine", "state"]);
});

test("a stack whose configuration is wrong is told every problem of it", async () => {
  await project.configure({ displayName: undefined, colour: "red" });
  const { code, results } = await doctor(ofStack());
  await project.configure({});
  const stack = results.find(({ name }) => name === "stack");
  expect([code, stack?.state]).toEqual([2, "failed"]);
  expect(stack?.found).toMatch(/2 problems:.*secure-application-model:displayName.*secure-application-model:colour/su);
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
  expect(application?.fix).toMatch(/^Make it: pulumi up --stack dev --config-file \S+;/u);
});

describe("after a deployment", () => {
  let given: string[];
  let outputs: { applicationId: string; applicationObjectId: string; servicePrincipalObjectId: string };

  beforeAll(async () => {
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
    const byName = Object.fromEntries(examined.results.map(({ name, found }) => [name, found]));
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
        found:
          "It brings Azure AD Graph Directory.AccessAsUser.All, Azure AD Graph User.Read, Azure Resource Manager user_impersonation, " +
          "Partner Center user_impersonation. Partner Center confirms multi-factor authentication.",
        fix: null,
        fixes: [],
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
    expect([code, application?.found]).toEqual([0, `Partner Center Web App (${outputs.applicationId}), multi-tenant`]);
  });

  const application = (): Application => objectIn(tenant.applications, outputs.applicationObjectId);
  const principal = (): ServicePrincipal => objectIn(tenant.servicePrincipals, outputs.servicePrincipalObjectId);
  const partnerCenter = (): ServicePrincipal =>
    objectOf(
      [...tenant.servicePrincipals.values()].find(({ displayName }) => displayName === "Microsoft Partner Center"),
    );
  const deployer = () => project.emulator.seeds.deployer;
  const subscription = () => objectIn(tenant.subscriptions, project.emulator.seeds.subscription.id);

  /** Breaks one thing; the returned function repairs it. */
  type Break = () => () => void;

  function without<T>(map: () => Map<string, T>, id: () => string): Break {
    return () => {
      const all = [...map()];
      map().delete(id());
      return () => {
        map().clear();
        for (const [key, value] of all) map().set(key, value);
      };
    };
  }

  function withValue<T extends object, K extends keyof T>(
    object: () => T,
    key: K,
    change: (value: T[K]) => T[K],
  ): Break {
    return () => {
      const owner = object();
      const value = owner[key];
      owner[key] = change(value);
      return () => {
        owner[key] = value;
      };
    };
  }

  const environmentOnly: Break = () => () => undefined;
  const oob = "urn:ietf:wg:oauth:2.0:oob";

  const broken: [
    what: string,
    check: string,
    code: number,
    found: RegExp,
    fix: RegExp,
    breaking: Break,
    argv?: (() => string[]) | undefined,
    environment?: Record<string, string>,
  ][] = [
    [
      "an engine that is missing",
      "engine",
      2,
      /^no pulumi on PATH/u,
      /pulumi\.com\/docs\/install/u,
      environmentOnly,
      undefined,
      { PATH: "/nonexistent" },
    ],
    [
      "a cloud that there is none of",
      "cloud",
      2,
      /There is no cloud "AzureGermanCloud"/u,
      /^Name one of AzureCloud, AzureUSGovernment, AzureChinaCloud: secure-app-model doctor .*--cloud '<cloud>'$/u,
      environmentOnly,
      () => ["--cloud", "AzureGermanCloud"],
    ],
    [
      "an authority that does not answer",
      "cloud",
      1,
      /does not answer: .*ECONNREFUSED/u,
      /--endpoints/u,
      environmentOnly,
      () => ["--endpoints", JSON.stringify(ownEndpoints({ authority: "https://127.0.0.1:4" }))],
    ],
    [
      "a tenant of another cloud",
      "tenant",
      2,
      /is not in AzureCloud: its discovery document names microsoftonline\.us, which is AzureUSGovernment/u,
      /^Name the tenant's own cloud: .*secure-app-model doctor .*--cloud AzureUSGovernment$/u,
      environmentOnly,
      () => ["--tenant", project.emulator.seeds.government.domains[0]],
    ],
    [
      "a tenant that nobody has",
      "tenant",
      2,
      /this cloud has no such tenant.*AADSTS90002/u,
      /pulumi config get secure-application-model:tenantId/u,
      environmentOnly,
      () => ["--tenant", "nowhere.example"],
    ],
    [
      "a deployer whose secret is wrong",
      "login",
      1,
      /AADSTS7000215.*the client secret is wrong/u,
      /az login --tenant/u,
      environmentOnly,
      undefined,
      { ARM_CLIENT_SECRET: "wrong" },
    ],
    [
      "a deployer without rights in the directory",
      "graph-roles",
      1,
      /^lacks Application\.ReadWrite\.All or Application\.ReadWrite\.OwnedBy, Directory\.Read\.All on Microsoft Graph; held: none$/u,
      /az ad app permission add --id .* --api-permissions 1bfefb4e-\S+=Role 7ab1d382-\S+=Role, then az ad app permission admin-consent/u,
      () => {
        const all = [...tenant.appRoleAssignments];
        tenant.appRoleAssignments.clear();
        return () => {
          for (const [key, value] of all) tenant.appRoleAssignments.set(key, value);
        };
      },
    ],
    [
      "a deployer without a role in Azure",
      "azure-roles",
      1,
      /^may not create the resource group, create the vault, .* in subscription/u,
      /^Assign the role: az role assignment create --role Owner --assignee .* --scope \/subscriptions\//u,
      without(
        () => subscription().roleAssignments,
        () => deployer().ownerAssignment,
      ),
    ],
    [
      "no group AdminAgents",
      "admin-agents",
      1,
      /no such group/u,
      /configurePreconsent false/u,
      withValue(
        () => objectIn(tenant.groups, project.emulator.seeds.groups.adminAgents.id),
        "displayName",
        () => "Agents",
      ),
    ],
    [
      "two groups AdminAgents",
      "admin-agents",
      1,
      /2 groups of that name/u,
      /az ad group list --display-name AdminAgents/u,
      withValue(
        () => objectIn(tenant.groups, project.emulator.seeds.groups.helpdeskAgents.id),
        "displayName",
        () => "AdminAgents",
      ),
    ],
    [
      "Partner Center's service principal",
      "partner-center",
      1,
      /AADSTS500011/u,
      /^Make it: secure-app-model doctor --fix --vault \S+ --client-id \S+; or: By hand: az ad sp create --id fa3d9a0c-/u,
      without(
        () => tenant.servicePrincipals,
        () => partnerCenter().id,
      ),
    ],
    [
      "an application that was deleted",
      "application",
      2,
      /AADSTS700016/u,
      /pulumi up --refresh/u,
      without(
        () => tenant.applications,
        () => application().id,
      ),
    ],
    [
      "a single-tenant application",
      "application",
      1,
      /AzureADMyOrg/u,
      /pulumi up --refresh/u,
      withValue(application, "signInAudience", () => "AzureADMyOrg"),
    ],
    [
      "a service principal that is missing",
      "service-principal",
      1,
      /^missing/u,
      /doctor --fix/u,
      without(
        () => tenant.servicePrincipals,
        () => principal().id,
      ),
    ],
    [
      "a service principal that is disabled",
      "service-principal",
      1,
      /AADSTS7000112/u,
      /accountEnabled=true/u,
      withValue(principal, "accountEnabled", () => false),
    ],
    [
      "a permission that is not declared",
      "permissions",
      3,
      /^not declared: Partner Center user_impersonation \(Scope\) \(AADSTS650057\)$/u,
      /^Declare them and deploy, which has them granted or says who has to: pulumi up --refresh$/u,
      withValue(application, "requiredResourceAccess", (all) =>
        all.filter(({ resourceAppId }) => resourceAppId !== "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd"),
      ),
    ],
    [
      "a permission that is not consented to",
      "consent",
      3,
      /^missing: Partner Center user_impersonation \(AADSTS65001\); Entra refuses an ordinary account's consent \(AADSTS90094\)/u,
      /^A Global Administrator or .*consent --as-administrator --cloud AzureCloud --tenant .*adminConsent account, then pulumi up --refresh$/u,
      () => withoutGrant(partnerCenter().id),
    ],
    [
      "Azure declared, but not consented to",
      "azure-permission",
      3,
      /not consented to: tokens for Azure are refused \(AADSTS65001\); Entra refuses an ordinary account's consent/u,
      /^A Global Administrator or .*consent --as-administrator --cloud AzureCloud --tenant .*adminConsent account, then pulumi up --refresh$/u,
      () => withoutGrant(armPrincipal().id),
    ],
    [
      "a reply URL that was removed",
      "reply-urls",
      1,
      /^http:\/\/localhost:8400\/consent is not under web \(AADSTS50011\)$/u,
      /doctor --fix/u,
      withValue(application, "web", (web) => ({ ...web, redirectUris: [oob] })),
    ],
    [
      "a reply URL under the public client",
      "reply-urls",
      1,
      /oob stands under the public client \(AADSTS700025\)/u,
      /doctor --fix/u,
      withValue(application, "publicClient", () => ({ redirectUris: [oob] })),
    ],
    [
      "a client secret that was deleted",
      "client-secret",
      4,
      /no longer has the one that the vault holds/u,
      /pulumi up --refresh/u,
      withValue(application, "passwordCredentials", () => []),
    ],
    [
      "a client secret that has ended",
      "client-secret",
      4,
      /ended on 2026-01-02 \(AADSTS7000222\)/u,
      /clientSecret\.label/u,
      withValue(application, "passwordCredentials", (all) =>
        all.map((one) => ({ ...one, endDateTime: "2026-01-02T00:00:00Z" })),
      ),
    ],
    [
      "a vault of another cloud",
      "vault",
      2,
      /is not one of AzureCloud/u,
      /^Name one of this cloud \(https:\/\/127\.0\.0\.1:<port>\/\): secure-app-model doctor .*--vault '<uri>'$/u,
      environmentOnly,
      () => ["--vault", "https://contoso.vault.azure.cn"],
    ],
    [
      "a vault that nobody answers at",
      "vault",
      1,
      /does not answer/u,
      /az keyvault show/u,
      environmentOnly,
      () => ["--vault", "https://127.0.0.1:1"],
    ],
    [
      "a vault that refuses",
      "vault",
      1,
      /no role on the secrets/u,
      /, then az role assignment create --role 'Key Vault Secrets Officer'/u,
      () => withoutVaultRole(),
    ],
    [
      "a refresh token that is disabled",
      "refresh-token",
      3,
      /its newest version is disabled/u,
      /^Consent again: secure-app-model consent --force --vault \S+ --tenant \S+ --client-id \S+$/u,
      () => withTokens((one) => ({ ...one, enabled: false })),
    ],
    [
      "a refresh token that has ended",
      "refresh-token",
      3,
      /it has ended/u,
      /^Consent again: secure-app-model consent --force --vault \S+ --tenant \S+ --client-id \S+$/u,
      () => withTokens((one) => ({ ...one, expires: 1_767_312_000 })),
    ],
    [
      "a refresh token that was revoked, which a redemption alone shows",
      "refresh-token",
      3,
      /AADSTS50173/u,
      /^Consent again, with multi-factor authentication: secure-app-model consent --force --vault \S+ --tenant \S+ --client-id \S+$/u,
      withValue(
        () => objectIn(tenant.users, project.emulator.seeds.users.serviceAccount.id),
        "revokedBefore",
        () => project.emulator.clock.now() + 1000,
      ),
      () => ["--probe"],
    ],
    [
      "a token that does not bring all that is declared",
      "probe",
      3,
      /^It does not bring Azure AD Graph User\.Read\. It brings .*Azure Resource Manager user_impersonation.*Partner Center user_impersonation\. Partner Center confirms multi-factor authentication\.$/u,
      /^Somebody who is Global Administrator or .*consent --as-administrator --cloud AzureCloud --tenant .*adminConsent account, then pulumi up --refresh$/u,
      () => withoutScope("User.Read"),
      () => ["--probe"],
    ],
    [
      "a clock that is far off",
      "clock",
      1,
      /seconds behind the authority: tokens count as expired/u,
      /timedatectl/u,
      () => {
        project.emulator.clock.advance(900_000);
        return () => {
          project.emulator.clock.advance(-900_000);
        };
      },
    ],
  ];

  // Rows differ in length: with parameters of its own, a short one would make jest wait for a callback.
  test.each(broken)("%s: ✗ %s, exit code %d", async (...row) => {
    const [, check, code, found, fix, breaking, argv, environment] = row;
    const repair = breaking();
    let examined: Examined;
    try {
      examined = await doctorHere([...given, ...(argv?.() ?? [])], environment);
    } finally {
      repair();
    }
    const failures = examined.results.filter(({ state }) => state === "failed");
    expect({ code: examined.code, first: failures[0]?.name }).toEqual({ code, first: check });
    expect(failures[0]?.found).toMatch(found);
    expect(failures[0]?.fix).toMatch(fix);
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
      found: expect.stringMatching(/^could not tell: Microsoft Graph refused GET .*403/u) as string,
      fix: "Ask an administrator for the right to look: Directory.Read.All on Microsoft Graph",
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

  function armPrincipal(): ServicePrincipal {
    const appId = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
    return objectOf([...tenant.servicePrincipals.values()].find((one) => one.appId === appId));
  }

  function withoutGrant(resourceId: string): () => void {
    const id = [...tenant.grants.values()].find((grant) => grant.resourceId === resourceId)?.id ?? "";
    return without(
      () => tenant.grants,
      () => id,
    )();
  }

  function withoutScope(name: string): () => void {
    const all = [...tenant.grants.values()].map((grant) => ({ grant, scope: grant.scope }));
    for (const { grant, scope } of all) grant.scope = scope.replace(name, "");
    return () => {
      for (const { grant, scope } of all) grant.scope = scope;
    };
  }

  function withoutVaultRole(): () => void {
    const assignment = [...subscription().roleAssignments.values()].find(({ scope }) => scope.includes("/vaults/"));
    return without(
      () => subscription().roleAssignments,
      () => assignment?.name ?? "",
    )();
  }

  type Version =
    Tenant["subscriptions"] extends Map<string, { vaults: Map<string, { secrets: Map<string, infer S> }> }>
      ? S extends { versions: (infer V)[] }
        ? V
        : never
      : never;

  function withTokens(change: (version: Version) => Version): () => void {
    const vault = objectIn(subscription().vaults, "partner-tokens");
    const secret = objectIn(vault.secrets, `refresh-token-${tenant.id}`);
    const { versions } = secret;
    secret.versions = versions.map(change);
    return () => {
      secret.versions = versions;
    };
  }
});

function objectIn<T>(map: Map<string, T>, id: string): T {
  return objectOf(map.get(id));
}

function objectOf<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("There is no such object in the emulator.");
  return found;
}
