/** A consent that an ordinary account may not give but an administrator may: the built command on an emulator, with a browser elsewhere. */
import {
  azureManagementPermission,
  modelPermissions,
  partnerTenant,
  registerApplication,
} from "../../tools/embedded-cloud/testing/applications";
import { signInFor } from "../../tools/embedded-cloud/testing/emulator";
import { grantsOf, rolesOf } from "../../tools/embedded-cloud/testing/grants";
import { answered } from "./support/address-elsewhere";
import { credentialName, type Stage, stageForEach } from "./support/stage";

let stage: Stage;
stageForEach((fresh) => {
  stage = fresh;
});

const service = "svc-partner@partner.example";
const administrator = () => stage.emulator.seeds.users.administrator;

/** Revokes what the stage granted. */
function nothingGranted(): void {
  const { grants, appRoleAssignments } = partnerTenant(stage.emulator);
  for (const [id, { clientId }] of grants) if (clientId === stage.application.servicePrincipal.id) grants.delete(id);
  for (const [id, { principalId }] of appRoleAssignments)
    if (principalId === stage.application.servicePrincipal.id) appRoleAssignments.delete(id);
}

const first = (...more: string[]) => [
  ...["consent", "--tenant", "partner.example", "--client-id", stage.application.clientId],
  ...["--credential", credentialName, "--account", service, ...more],
];

/** The command in a failure's text, without the text before its options. */
function printed(text: string): string[] {
  const line = /secure-app-model (consent [^;\n]*--as-administrator[^;\n]*?)(?:;|$)/mu.exec(text)?.[1] ?? "";
  return [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

test("an ordinary account is stopped before a browser opens; the printed command has an administrator grant it, and then it may", async () => {
  nothingGranted();
  const refused = await stage.run(first());
  expect([refused.code, refused.stdout]).toEqual([3, ""]);
  expect(refused.stderr).toMatch(
    /^error: Entra would refuse the consent of svc-partner@partner\.example \(AADSTS90094\): an administrator must grant Azure AD Graph Directory\.AccessAsUser\.All, .*\n.*Global Administrator or Privileged Role Administrator opens this.*\n[^]*adminConsent account/u,
  );
  const { code, stdout, stderr, address } = await answered(stage, printed(refused.stderr), {
    account: administrator(),
  });
  expect(address.pathname).toBe(`/${stage.tenantId}/adminconsent`);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `Application ${stage.application.clientId} has all permissions that it declares, for everybody in tenant ${stage.tenantId}; the next consent or deployment checks them.\n`,
  });
  expect(stderr.slice(0, stderr.indexOf("Sign in"))).toBe(
    [
      `This grants the application ${stage.application.clientId}, for everybody in tenant ${stage.tenantId},`,
      "  on behalf of the signed-in user: Azure AD Graph Directory.AccessAsUser.All, Azure AD Graph User.Read, Azure Resource Manager user_impersonation, Partner Center user_impersonation",
      "  as the application itself, without a user: Azure AD Graph Directory.Read.All, Microsoft Graph Directory.Read.All, Microsoft Graph SecurityEvents.Read.All",
      "You need one of these directory roles: Global Administrator, Privileged Role Administrator.",
      "Earlier grants for everybody that are no longer declared may be removed.",
      "Waiting for the sign-in, for at most 10 minutes …",
      "",
    ].join("\n"),
  );
  expect(rolesOf(stage.emulator, stage.application).length).toBe(3);
  expect(new Set(grantsOf(stage.emulator, stage.application).map(({ type }) => type))).toEqual(
    new Set(["AllPrincipals"]),
  );
  const consented = await answered(stage, first());
  expect(consented).toMatchObject({ code: 0, stdout: expect.stringContaining(`${service} consented on `) as string });
});

test("with a stored token the grant is proven by redeeming it, late permissions too", async () => {
  stage.application.application.requiredResourceAccess = modelPermissions;
  nothingGranted();
  await stage.storeToken();
  stage.application.application.requiredResourceAccess = [...modelPermissions, azureManagementPermission];
  expect((await stage.run(["token", "arm"])).code).toBe(3);
  const late = await stage.run(["consent"]);
  expect(late.code).toBe(3);
  expect(late.stderr).toMatch(
    /error: The token in \S+ lacks Azure Resource Manager user_impersonation\. Entra would refuse/u,
  );
  const { code, stdout } = await answered(
    stage,
    ["consent", "--as-administrator", "--client-id", stage.application.clientId, "--json"],
    { account: administrator() },
  );
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { tenantId: stage.tenantId, proven: true }]);
  expect((await stage.run(["token", "arm"])).code).toBe(0);
});

/** Of the address that a failure prints, for an administrator who has no program. */
const addressIn = (text: string) => new URL(/https:\S+\/adminconsent\?\S+/u.exec(text)?.[0] ?? "");

test("the printed address alone has an administrator grant all that is declared, and doctor prints the same", async () => {
  nothingGranted();
  const address = addressIn((await stage.run(first())).stderr);
  const { stdout } = await stage.run(["doctor", "--client-id", stage.application.clientId]);
  expect(addressIn(stdout).href).toBe(address.href);
  expect(address.pathname).toBe(`/${stage.tenantId}/adminconsent`);
  await signInFor(address.href, { account: administrator() });
  expect(await answered(stage, first())).toMatchObject({ code: 0 });
});

test("only what is missing is named, and asked for by itself where one resource lacks it", async () => {
  await stage.storeToken();
  const { grants, servicePrincipals } = partnerTenant(stage.emulator);
  const all = grantsOf(stage.emulator, stage.application);
  for (const [id, { resourceId }] of grants)
    if (servicePrincipals.get(resourceId)?.appId === azureManagementPermission.resourceAppId) grants.delete(id);
  const { stderr } = await stage.run(["consent"]);
  expect(stderr).toContain("an administrator must grant Azure Resource Manager user_impersonation.\n");
  const address = addressIn(stderr);
  expect([address.pathname, address.searchParams.get("scope")]).toEqual([
    `/${stage.tenantId}/v2.0/adminconsent`,
    `${stage.emulator.origins.resourceManager}/user_impersonation`,
  ]);
  await signInFor(address.href, { account: administrator() });
  expect((await stage.run(["token", "arm"])).code).toBe(0);
  expect(grantsOf(stage.emulator, stage.application)).toHaveLength(all.length);
});

test("an application that only a tag in the vault names is granted nothing", async () => {
  const stranger = registerApplication(stage.emulator, { requiredResourceAccess: modelPermissions });
  await stage.storeToken({ tags: stage.tags({ application: stranger.clientId }) });
  const argv = ["consent", "--as-administrator", "--deadline", "1"];
  for (const more of [[], ["--tenant", stage.tenantId]]) {
    expect(await stage.run([...argv, ...more])).toEqual({
      code: 2,
      stdout: "",
      stderr:
        `From the tags of ${stage.tokenName}: application ${stranger.clientId}, credential ${credentialName}, account ${service}.\n` +
        `error: Only a tag in ${stage.vaultUri} names the application, ${stranger.clientId}, and this would grant all that it declares. ` +
        "Everyone who can write to the vault can set its tags.\n  Name the application (the stack's output applicationId): " +
        `secure-app-model ${[...argv, ...more].join(" ")} --client-id '<client id>'\n`,
    });
  }
});

test("no sign-in opens for an application that only a tag names, and the tenant has not registered", async () => {
  const stranger = "dddddddd-1111-4222-8333-444444444444";
  await stage.storeToken({ tags: stage.tags({ application: stranger }) });
  const argv = ["consent", "--force", "--deadline", "1"];
  expect(await stage.run(argv)).toEqual({
    code: 2,
    stdout: "",
    stderr:
      `From the tags of ${stage.tokenName}: application ${stranger}, credential ${credentialName}, account ${service}.\n` +
      `Could not read what the application declares. Application ${stranger} is not registered in tenant ${stage.tenantId}.\n` +
      `error: Only a tag in ${stage.vaultUri} names the application, ${stranger}, which tenant ${stage.tenantId} has not registered. ` +
      "Everyone who can write to the vault can set its tags.\n  Name the application (the stack's output applicationId): " +
      `secure-app-model ${argv.join(" ")} --client-id '<client id>'\n`,
  });
});

const aboutApplication = () => ["--tenant", stage.tenantId, "--client-id", stage.application.clientId];

test("an account that may not, and an administrator who cancels, are refusals; nothing is granted", async () => {
  nothingGranted();
  const argv = ["consent", "--as-administrator", ...aboutApplication()];
  const ordinary = await answered(stage, argv);
  expect(ordinary.code).toBe(3);
  expect(ordinary.stderr).toMatch(
    /error: The administrator's consent was refused: the page was closed without a consent, as after "Need admin approval"\./u,
  );
  const canceled = await answered(stage, argv, { account: administrator(), consent: "cancel" });
  expect(canceled.code).toBe(3);
  expect(canceled.stderr).toMatch(
    /error: The administrator's consent was refused\. Entra says: The admin canceled the request\./u,
  );
  expect([grantsOf(stage.emulator, stage.application), rolesOf(stage.emulator, stage.application)]).toEqual([[], []]);
});

test("an administrator needs no vault and no right to look: the words say what is not known", async () => {
  nothingGranted();
  const blind = { SECURE_APP_MODEL_VAULT: "", ARM_CLIENT_SECRET: "none" };
  const argv = ["consent", "--as-administrator", ...aboutApplication()];
  const { code, stderr } = await answered(stage, argv, { account: administrator() }, blind);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^Could not read what the application declares\. .*\nThis grants the application \S+, for everybody in tenant \S+, all that it declares, application permissions included\.\n/u,
  );
  expect(rolesOf(stage.emulator, stage.application).length).toBe(3);
});

test("another partner's tenant, which lacks the application, has it afterwards", async () => {
  const [other] = stage.emulator.seeds.otherPartners;
  const about = ["--tenant", "northwind.example", "--client-id", stage.application.clientId];
  const { code, stderr } = await answered(stage, ["consent", "--as-administrator", ...about], {
    account: other.users.administrator,
  });
  expect([code, stderr]).toEqual([0, expect.stringContaining("Could not read what")]);
  const tenant = stage.emulator.clouds.get("AzureCloud")?.tenants.get(other.partner.id);
  expect(rolesOf(stage.emulator, stage.application, tenant).length).toBe(3);
});

test("goes with neither --force nor --import", async () => {
  const { code, stderr } = await stage.run(["consent", "--as-administrator", "--force"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("do not combine it with --force or --import")]);
});
