/**
 * Grants without a consent page, an account's own grants, and permissions of any resource. What drift says of them, from the provider's process:
 * test/providers/grants.test.ts.
 */
import { type PermissionGrant, firstPartyPrincipalId } from "../../tools/embedded-cloud/testing/directory";
import { claimsOf } from "../../lib/oauth/claims";
import { story } from "../support/story";
import { stackForAll } from "./support/deployed-once";
import { redeem } from "./support/command";
import { type ExistingObjects, openExisting } from "./support/existing";
import { openGraph } from "./support/graph";
import type { Project } from "./support/project";

const appIds = {
  "00000002-0000-0000-c000-000000000000": "Azure AD Graph",
  "00000002-0000-0ff1-ce00-000000000000": "Exchange",
  "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
  "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Azure Resource Manager",
  "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd": "Partner Center",
};
const partnerCenter = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
const exchange = "00000002-0000-0ff1-ce00-000000000000";

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

let project: Project;
let existing: ExistingObjects;
let before: Record<string, string>;
const to = "to svc-partner@partner.example";
const permissions = { extra: [{ resource: "Office 365 Exchange Online", delegated: ["EWS.AccessAsUser.All"] }] };
const deploy = async (settings: object) => {
  const adopting = { displayName: undefined, existingApplication: existing.clientId, configurePreconsent: false };
  await project.configure({ ...adopting, permissions, ...settings });
  await project.up();
};
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

stackForAll({}, async (started) => {
  project = started;
  const graph = await openGraph(project);
  existing = await openExisting(project, graph);
  const { id } = await graph<{ id: string }>("POST", "/servicePrincipals", { appId: existing.clientId });
  consented(id, partnerCenter, "user_impersonation");
  consented(id, "00000003-0000-0000-c000-000000000000", "User.Read openid profile");
  before = granted();
  await deploy({});
});

const test = story();

test("its grants are merged: what was there stays as it was, and the token works for every resource, another one too", async () => {
  expect(granted()).toEqual({
    [`Azure AD Graph ${to}`]: "Directory.AccessAsUser.All User.Read",
    [`Azure Resource Manager ${to}`]: "user_impersonation",
    [`Exchange ${to}`]: "EWS.AccessAsUser.All",
    [`Microsoft Graph ${to}`]: "User.Read offline_access openid profile",
    [`Partner Center ${to}`]: "user_impersonation",
  });
  expect((await project.outputs()).consent).toMatchObject({ health: "ok" });
  const { code, stdout } = await redeem(project, exchange);
  const { aud, scp } = claimsOf(stdout.trim()) as { aud?: string; scp?: string };
  expect({ code, aud, scp }).toEqual({ code: 0, aud: exchange, scp: "EWS.AccessAsUser.All" });
});

test("without the setting what was added is taken back, and nothing else", async () => {
  await deploy({ adminConsent: undefined });
  expect(granted()).toEqual(before);
});

test("another service account: the former one's token works until that one has signed in, and then its grants go", async () => {
  const account = project.seeds.users.otherAccount.userPrincipalName;
  await deploy({});
  const failure = await deploy({ consent: { account } }).then(() => "", String);
  expect([failure.includes(`${account} was expected`), failure.includes(":adminConsent account")]).toEqual([
    true,
    false,
  ]);
  expect((await redeem(project, exchange)).code).toBe(0);
  project.environment["SIGN_IN_ROBOT_ACCOUNT"] = account;
  // Entra's names have no case: in another one it is no former account.
  await deploy({ consent: { account: account.toUpperCase() } });
  const its = Object.values(appIds).map((name) => `${name} to ${account}`);
  // What the former one's consent brought beside the declared permissions is not the stack's.
  expect(Object.keys(granted())).toEqual([...its, `Microsoft Graph ${to}`].sort());
  expect((await redeem(project, exchange)).code).toBe(0);
});
