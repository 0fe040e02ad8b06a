/**
 * Grants without a consent page, an account's own grants, and permissions of any resource. What drift says of them, from the provider's process:
 * test/providers/grants.test.ts.
 */
import { type PermissionGrant, firstPartyPrincipalId } from "../../embedded-cloud/testing/directory";
import { claimsOf } from "../../lib/oauth/claims";
import { story } from "../support/story";
import { aboutStack, secureAppModel } from "./support/command";
import { type ExistingObjects, openExisting } from "./support/existing";
import { openGraph } from "./support/graph";
import { Project } from "./support/project";
import { describeInSoak, testInSoak } from "./support/soak";

const appIds = {
  "00000002-0000-0000-c000-000000000000": "Azure AD Graph",
  "00000002-0000-0ff1-ce00-000000000000": "Exchange",
  "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
  "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Azure Resource Manager",
  "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd": "Partner Center",
};
const partnerCenter = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
const exchange = "00000002-0000-0ff1-ce00-000000000000";

/** Scopes by resource and principal, sorted. */
function grantsIn(project: Project, clientId: string): Record<string, string> {
  const { tenant } = project;
  const client = [...tenant.servicePrincipals.values()].find(({ appId }) => appId === clientId);
  const names = Object.entries(appIds).map(([appId, name]) => [firstPartyPrincipalId(tenant.id, appId), name] as const);
  const own = [...tenant.grants.values()].filter((grant) => grant.clientId === client?.id);
  const entries = own.map(({ resourceId, principalId, scope }) => {
    const [, name = resourceId] = names.find(([id]) => id === resourceId) ?? [];
    const account = [...tenant.users.values()].find(({ id }) => id === principalId);
    return [`${name} to ${account?.userPrincipalName ?? "everybody"}`, scope.split(" ").sort().join(" ")] as const;
  });
  return Object.fromEntries(entries.sort());
}

async function expectTokenForExchange(project: Project, vaultUri: unknown): Promise<void> {
  const argv = ["token", exchange, "--vault", String(vaultUri)];
  const { code, stdout, stderr } = await secureAppModel(project, argv);
  const { aud, scp } = claimsOf(stdout.trim()) as { aud?: string; scp?: string };
  expect({ code, stderr, aud, scp }).toEqual({ code: 0, stderr: "", aud: exchange, scp: "EWS.AccessAsUser.All" });
}

describe("an adopted application that an ordinary account has consented to before, and adminConsent", () => {
  const test = story();
  let project: Project;
  let existing: ExistingObjects;
  let before: Record<string, string>;
  const to = "to svc-partner@partner.example";
  const permissions = { extra: [{ resource: "Office 365 Exchange Online", delegated: ["EWS.AccessAsUser.All"] }] };
  const granted = () => grantsIn(project, existing.clientId);

  /** As recorded by the consent page, with a different id. */
  function consented(clientId: string, resourceAppId: string, scope: string): void {
    const { tenant } = project;
    const grant: PermissionGrant = {
      id: `page-${resourceAppId}`,
      clientId,
      resourceId: firstPartyPrincipalId(tenant.id, resourceAppId),
      consentType: "Principal",
      principalId: project.seeds.users.serviceAccount.id,
      scope,
    };
    tenant.grants.set(grant.id, grant);
  }

  beforeAll(async () => {
    project = await Project.start();
    const graph = await openGraph(project);
    existing = await openExisting(project, graph);
    const { id } = await graph<{ id: string }>("POST", "/servicePrincipals", { appId: existing.clientId });
    consented(id, partnerCenter, "user_impersonation");
    consented(id, "00000003-0000-0000-c000-000000000000", "User.Read openid profile");
    before = granted();
    await project.configure({
      displayName: undefined,
      existingApplication: existing.clientId,
      configurePreconsent: false,
      permissions,
    });
    await project.up();
  });
  afterAll(() => project.close());

  test("its grants are merged: what was there stays as it was, and the token works for every resource, another one too", async () => {
    expect(granted()).toEqual({
      [`Azure AD Graph ${to}`]: "Directory.AccessAsUser.All User.Read",
      [`Azure Resource Manager ${to}`]: "user_impersonation",
      [`Exchange ${to}`]: "EWS.AccessAsUser.All",
      [`Microsoft Graph ${to}`]: "User.Read offline_access openid profile",
      [`Partner Center ${to}`]: "user_impersonation",
    });
    const { consent, vaultUri } = await project.outputs();
    expect(consent).toMatchObject({ health: "ok" });
    await expectTokenForExchange(project, vaultUri);
  });

  testInSoak("a grant that was removed is named by drift, and nothing of the rest; up repairs it", async () => {
    const whole = granted();
    const { grants } = project.tenant;
    for (const [id, grant] of grants) {
      if (grant.scope === "Directory.AccessAsUser.All User.Read") grants.delete(id);
      if (grant.scope.includes("offline_access")) grant.scope = "User.Read openid profile";
    }
    const { code, stdout } = await aboutStack(project, "drift", "--json");
    const { findings } = JSON.parse(stdout) as { findings: { resource: string; property: string; live: unknown }[] };
    expect(code).toBe(5);
    const byGrants = ({ resource }: { resource: string }) => resource === "partner.Grants partner";
    // The consent finds that its token lacks a permission.
    expect(findings.filter((one) => !byGrants(one)).map(({ resource, property }) => [resource, property])).toEqual([
      ["partner.Consent partner", "health"],
      ["partner.Consent partner", "permissions"],
    ]);
    expect(findings.filter(byGrants)).toEqual(
      ["Azure AD Graph Directory.AccessAsUser.All", "Azure AD Graph User.Read", "Microsoft Graph offline_access"].map(
        (name) => expect.objectContaining({ property: `grants.${name}`, live: null }) as unknown,
      ),
    );
    await project.up("--refresh");
    expect(granted()).toEqual(whole);
  });

  test("without the setting what was added is taken back, and nothing else", async () => {
    await project.configure({
      displayName: undefined,
      existingApplication: existing.clientId,
      configurePreconsent: false,
      adminConsent: undefined,
      permissions,
    });
    await project.up();
    expect(granted()).toEqual(before);
  });
});

describeInSoak("the present-day set and permissions of another resource, in the US Government cloud", () => {
  let project: Project;
  const extra = [{ resource: "Office 365 Exchange Online", delegated: ["EWS.AccessAsUser.All"] }];
  const settings = (permissions: object) => ({ adminConsent: undefined, configurePreconsent: false, permissions });

  beforeAll(async () => {
    project = await Project.start({ cloud: "AzureUSGovernment", settings: settings({ legacy: false, extra }) });
    await project.up();
  });
  afterAll(() => project.close());

  test("an ordinary account consents to it for itself, and token reaches the other resource", async () => {
    const { applicationId, vaultUri } = await project.outputs();
    const to = "to svc-partner@partner-gov.example";
    expect(grantsIn(project, String(applicationId))).toEqual({
      [`Azure Resource Manager ${to}`]: "user_impersonation",
      [`Exchange ${to}`]: "EWS.AccessAsUser.All",
      [`Microsoft Graph ${to}`]: "offline_access openid profile",
      [`Partner Center ${to}`]: "user_impersonation",
    });
    await expectTokenForExchange(project, vaultUri);
  });
});
