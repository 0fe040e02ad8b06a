import { microsoftGraph, partnerCenter } from "../../emulator/first-party";
import { partnerTenant } from "../../testing/applications";
import { askService, cloudOf, directoryRoles } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";
import { recorded, recordedTenant } from "./recorded-tenant";

const emulator = emulatorForEach();
const ask = askService(emulator, "microsoftGraph", { roles: directoryRoles });

interface Created {
  id: string;
  appId: string;
}

async function createApplication(properties: object = {}): Promise<Created> {
  return (await ask("POST", "/v1.0/applications", { displayName: "One", ...properties })).body as Created;
}

async function createServicePrincipal(appId: string): Promise<Created> {
  const { status, body } = await ask("POST", "/v1.0/servicePrincipals", { appId });
  expect(status).toBe(201);
  return body as Created;
}

async function servicePrincipalOf(appId: string): Promise<Created | undefined> {
  const { body } = await ask("GET", `/v1.0/servicePrincipals?$filter=appId+eq+'${appId}'`);
  return (body as { value: Created[] }).value[0];
}

test("a service principal takes its names and reply URLs from its application, and follows it", async () => {
  const { id, appId } = await createApplication({ web: { redirectUris: ["https://partner.example/cb"] } });
  const created = await createServicePrincipal(appId);
  expect(created).toMatchObject({
    appId,
    displayName: "One",
    accountEnabled: true,
    appOwnerOrganizationId: emulator.seeds.partner.id,
    replyUrls: ["https://partner.example/cb"],
    servicePrincipalNames: [appId],
  });
  await ask("PATCH", `/v1.0/applications/${id}`, { displayName: "Two" });
  expect(await servicePrincipalOf(appId)).toMatchObject({ id: created.id, displayName: "Two" });
});

test("another tenant's application gets a service principal here only if it is multi-tenant", async () => {
  const other = recordedTenant();
  cloudOf(emulator).tenants.set(other.id, other);
  const appId = recorded.applicationClient;
  expect((await ask("POST", "/v1.0/servicePrincipals", { appId })).status).toBe(400);
  const application = other.applications.get(recorded.application);
  if (application) application.signInAudience = "AzureADMultipleOrgs";
  expect(await createServicePrincipal(appId)).toMatchObject({ appOwnerOrganizationId: other.id });
});

test("a deleted service principal of Microsoft's own can be made again, with its permissions", async () => {
  const before = await servicePrincipalOf(partnerCenter.appId);
  await ask("DELETE", `/v1.0/servicePrincipals/${before?.id}`);
  expect(await servicePrincipalOf(partnerCenter.appId)).toBeUndefined();
  const again = await createServicePrincipal(partnerCenter.appId);
  expect(again).toMatchObject({ oauth2PermissionScopes: [{ value: "user_impersonation" }] });
  expect(again.id).not.toBe(before?.id);
});

test("an application deleted takes its service principal along, which is restored by itself, with its memberships", async () => {
  const { id, appId } = await createApplication();
  const servicePrincipal = await createServicePrincipal(appId);
  const members = `/v1.0/groups/${emulator.seeds.groups.salesAgents.id}/members`;
  await ask("POST", `${members}/$ref`, { "@odata.id": `https://graph/v1.0/directoryObjects/${servicePrincipal.id}` });
  await ask("DELETE", `/v1.0/applications/${id}`);
  expect(await servicePrincipalOf(appId)).toBeUndefined();
  expect((await ask("GET", members)).body).toMatchObject({ value: [] });
  const deleted = await ask("GET", "/v1.0/directory/deletedItems/microsoft.graph.application");
  expect(deleted.body).toMatchObject({ value: [{ id, appId }] });
  expect((await ask("POST", `/v1.0/directory/deletedItems/${id}/restore`)).status).toBe(200);
  expect(await servicePrincipalOf(appId)).toBeUndefined();
  expect((await ask("POST", `/v1.0/directory/deletedItems/${servicePrincipal.id}/restore`)).status).toBe(200);
  expect(await servicePrincipalOf(appId)).toMatchObject({ id: servicePrincipal.id });
  expect((await ask("GET", members)).body).toMatchObject({ value: [{ id: servicePrincipal.id }] });
});

test("deleted objects go for good when told to, or after 30 days", async () => {
  const [one, two] = [await createApplication(), await createApplication()];
  for (const { id } of [one, two]) await ask("DELETE", `/v1.0/applications/${id}`);
  expect((await ask("DELETE", `/v1.0/directory/deletedItems/${one.id}`)).status).toBe(204);
  const ids = () => [...partnerTenant(emulator).deleted.keys()];
  expect(ids()).toEqual([two.id]);
  emulator.clock.advance(30 * 24 * 60 * 60 * 1000 + 1000);
  expect((await ask("POST", `/v1.0/directory/deletedItems/${two.id}/restore`)).status).toBe(404);
  expect(ids()).toEqual([]);
});

test("delegated permissions are listed, and gone with the client", async () => {
  const { id, appId } = await createApplication();
  const client = await createServicePrincipal(appId);
  const resource = await servicePrincipalOf(partnerCenter.appId);
  const grant = {
    clientId: client.id,
    resourceId: resource?.id,
    consentType: "AllPrincipals",
    scope: "user_impersonation",
  };
  const { status, body } = await ask("POST", "/v1.0/oauth2PermissionGrants", grant);
  expect(status).toBe(201);
  const { id: grantId } = body as Created;
  const filtered = `/v1.0/oauth2PermissionGrants?$filter=clientId+eq+'${client.id}'`;
  expect((await ask("GET", filtered)).body).toMatchObject({ value: [{ id: grantId, principalId: null }] });
  await ask("DELETE", `/v1.0/applications/${id}`);
  expect((await ask("GET", `/v1.0/oauth2PermissionGrants/${grantId}`)).status).toBe(404);
});

test("an account that consented in the browser has a grant already: a second one is refused, its scope is changed", async () => {
  const { appId } = await createApplication();
  const client = await createServicePrincipal(appId);
  const resource = await servicePrincipalOf(partnerCenter.appId);
  const grant = {
    clientId: client.id,
    resourceId: String(resource?.id),
    consentType: "Principal",
    principalId: emulator.seeds.users.serviceAccount.id,
    scope: "user_impersonation",
  } as const;
  // As recorded by the consent page, with a different id.
  partnerTenant(emulator).grants.set("of-the-page", { ...grant, id: "of-the-page" });
  expect(await ask("POST", "/v1.0/oauth2PermissionGrants", { ...grant, scope: "another" })).toMatchObject({
    status: 409,
    body: { error: { code: "Request_MultipleObjectsWithSameKeyValue", message: "Permission entry already exists." } },
  });
  const everybody = { ...grant, consentType: "AllPrincipals", principalId: null };
  expect((await ask("POST", "/v1.0/oauth2PermissionGrants", everybody)).status).toBe(201);
});

test("an application role is given with the names of both sides", async () => {
  const { appId } = await createApplication();
  const principal = await createServicePrincipal(appId);
  const resource = await servicePrincipalOf(microsoftGraph.appId);
  const given = `/v1.0/servicePrincipals/${resource?.id}/appRoleAssignedTo`;
  const assignment = { appRoleId: microsoftGraph.appRoles[0].id, principalId: principal.id, resourceId: resource?.id };
  expect(await ask("POST", given, assignment)).toMatchObject({
    status: 201,
    body: { principalType: "ServicePrincipal", principalDisplayName: "One", resourceDisplayName: "Microsoft Graph" },
  });
});
