import { randomUUID } from "node:crypto";
import { assignDirectoryRole } from "../../emulator/directory-roles";
import { partnerCenter } from "../../emulator/first-party";
import { partnerTenant } from "../../testing/applications";
import { type Ask, asking, askService, type Caller, codeOf, tokenFor } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();

const as = (caller: Caller): Ask => askService(emulator, "microsoftGraph", caller);

const denied = [403, "Authorization_RequestDenied"];

test("no token, a foreign token and a token for another service are all refused in Graph's form", async () => {
  const graph = emulator.origins.microsoftGraph;
  const forManager = await tokenFor(emulator, emulator.origins.resourceManager, { roles: ["Directory.Read.All"] });
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
  const date = expect.stringMatching(/^[\d-]+T[\d:]+$/) as string;
  const innerError = { date, "request-id": id, "client-request-id": id };
  for (const token of [undefined, "Bearer x.y.z", `Bearer ${forManager}`]) {
    const message = token === undefined ? "Access token is empty." : "Access token validation failure.";
    const { status, body } = await asking(graph, token)("GET", "/v1.0/domains");
    expect([status, body]).toEqual([401, { error: { code: "InvalidAuthenticationToken", message, innerError } }]);
  }
});

test.each([
  ["GET", "/v1.0/applications", "Application.Read.All"],
  ["POST", "/v1.0/applications", "Application.ReadWrite.All"],
  ["POST", "/v1.0/servicePrincipals", "Application.ReadWrite.All"],
  ["GET", "/beta/groups", "GroupMember.Read.All"],
  ["GET", "/v1.0/domains", "Domain.Read.All"],
  ["GET", "/v1.0/oauth2PermissionGrants", "DelegatedPermissionGrant.ReadWrite.All"],
  ["POST", "/v1.0/oauth2PermissionGrants", "DelegatedPermissionGrant.ReadWrite.All"],
  ["GET", "/v1.0/users", "User.Read.All"],
  ["GET", "/v1.0/organization", "Organization.Read.All"],
])("%s %s needs a permission such as %s", async (method, path, permission) => {
  const body = method === "POST" ? {} : undefined;
  const without = as({ roles: ["SecurityEvents.Read.All"] });
  expect(codeOf(await without(method, path, body))).toEqual(denied);
  const holder = as({ roles: [permission] });
  expect((await holder(method, path, body)).status).not.toBe(403);
});

test("in a customer's tenant a partner's account reads the tenant itself; all else is not served, and no fault of its token", async () => {
  const [{ id: tid, domain, companyName: displayName }] = emulator.seeds.customers;
  const { id: oid } = emulator.seeds.users.serviceAccount;
  const there = as({ tid, oid, idtyp: "user", scp: "User.Read" });
  const verifiedDomains = [{ name: domain, isDefault: true }];
  expect(await there("GET", "/v1.0/organization")).toMatchObject({
    status: 200,
    body: { value: [{ id: tid, displayName, verifiedDomains }] },
  });
  expect(codeOf(await there("GET", "/v1.0/domains"))).toEqual(denied);
  expect((await there("GET", "/v1.0/users")).status).toBe(501);
  expect((await there("POST", "/v1.0/organization", {})).status).toBe(501);
  const nobodys = as({ tid: randomUUID(), oid, idtyp: "user", scp: "User.Read" });
  expect(codeOf(await nobodys("GET", "/v1.0/organization"))).toEqual([401, "InvalidAuthenticationToken"]);
});

test("membership needs more than reading the directory", async () => {
  const members = `/v1.0/groups/${emulator.seeds.groups.adminAgents.id}/members/$ref`;
  const reference = {
    "@odata.id": `https://graph/v1.0/directoryObjects/${emulator.seeds.deployer.servicePrincipalId}`,
  };
  const reader = as({ roles: ["Directory.Read.All", "Application.ReadWrite.All"] });
  expect(codeOf(await reader("POST", members, reference))).toEqual(denied);
  const writer = as({ roles: ["GroupMember.ReadWrite.All"] });
  expect((await writer("POST", members, reference)).status).toBe(204);
  expect(codeOf(await writer("POST", members, reference))).toEqual([400, "Request_BadRequest"]);
});

test("OwnedBy creates, owns what it creates, changes nothing else, and locks itself out by giving it up", async () => {
  const owner = as({ roles: ["Application.ReadWrite.OwnedBy"] });
  const { body } = await owner("POST", "/v1.0/applications", { displayName: "Mine" });
  const { id } = body as { id: string };
  expect((await owner("PATCH", `/v1.0/applications/${id}`, { notes: "mine" })).status).toBe(204);
  const deployer = emulator.seeds.deployer.objectId;
  expect(codeOf(await owner("PATCH", `/v1.0/applications/${deployer}`, { notes: "mine" }))).toEqual(denied);
  const self = emulator.seeds.deployer.servicePrincipalId;
  expect((await owner("DELETE", `/v1.0/applications/${id}/owners/${self}/$ref`)).status).toBe(204);
  expect(codeOf(await owner("DELETE", `/v1.0/applications/${id}`))).toEqual(denied);
});

test("with ReadWrite.All an application does not become the owner, a person does", async () => {
  const owners = async (caller: Caller) => {
    const ask = as(caller);
    const { body } = await ask("POST", "/v1.0/applications", { displayName: "x" });
    return [...(partnerTenant(emulator).owners.get((body as { id: string }).id) ?? [])];
  };
  const { id } = emulator.seeds.users.serviceAccount;
  expect(await owners({ roles: ["Application.ReadWrite.All"] })).toEqual([]);
  expect(await owners({ idtyp: "user", oid: id, scp: "Application.ReadWrite.All" })).toEqual([id]);
});

test.each([
  ["privilegedRoleAdministrator", 403],
  ["applicationAdministrator", 201],
  ["cloudApplicationAdministrator", 201],
  ["globalAdministrator", 201],
] as const)(
  "a person who gave up what they made changes it by a role alone, whatever their token permits: %s",
  async (role, status) => {
    const { id: oid } = emulator.seeds.users.otherAccount;
    assignDirectoryRole(partnerTenant(emulator), role, oid);
    const person = as({ idtyp: "user", oid, scp: "Application.ReadWrite.All Directory.AccessAsUser.All" });
    const { body } = await person("POST", "/v1.0/applications", { displayName: "Theirs" });
    const path = `/v1.0/applications/${(body as { id: string }).id}`;
    const credentials = `${path}/federatedIdentityCredentials`;
    const trust = (name: string) => ({
      ...{ name, issuer: "https://token.actions.githubusercontent.com", audiences: ["api://AzureADTokenExchange"] },
      subject: `repo:contoso/partner:environment:${name}`,
    });
    expect((await person("POST", credentials, trust("one"))).status).toBe(201);
    expect((await person("DELETE", `${path}/owners/${oid}/$ref`)).status).toBe(204);
    expect((await person("POST", credentials, trust("two"))).status).toBe(status);
  },
);

test("a user is read without the password; an application has no self", async () => {
  const { serviceAccount } = emulator.seeds.users;
  const application = as({ roles: ["User.Read.All"] });
  const { body } = await application("GET", `/v1.0/users/${serviceAccount.id}`);
  expect(body).toMatchObject({ id: serviceAccount.id, userPrincipalName: serviceAccount.userPrincipalName });
  expect(Object.keys(body as object)).not.toContain("password");
  expect(codeOf(await application("GET", "/v1.0/me/transitiveMemberOf"))).toEqual([400, "Request_BadRequest"]);
});

test("another's sessions are ended by an application with the permission, by a person with a role as well: of an administrator a higher one", async () => {
  const { serviceAccount, otherAccount, administrator } = emulator.seeds.users;
  const tenant = partnerTenant(emulator);
  const scp = "User.ReadWrite.All Directory.AccessAsUser.All";
  const person = as({ idtyp: "user", oid: otherAccount.id, scp });
  const end = async (ask: Ask, { id }: { id: string }) =>
    (await ask("POST", `/v1.0/users/${id}/revokeSignInSessions`)).status;
  expect(await end(as({ roles: ["Directory.Read.All"] }), serviceAccount)).toBe(403);
  expect(await end(person, serviceAccount)).toBe(403);
  expect(tenant.users.get(serviceAccount.id)?.revokedBefore).toBe(0);
  assignDirectoryRole(tenant, "userAdministrator", otherAccount.id);
  expect([await end(person, serviceAccount), await end(person, administrator)]).toEqual([200, 403]);
  assignDirectoryRole(tenant, "privilegedAuthenticationAdministrator", otherAccount.id);
  expect(await end(person, administrator)).toBe(200);
  expect(await end(as({ roles: ["User.RevokeSessions.All"] }), administrator)).toBe(200);
  expect(await end(as({ idtyp: "user", oid: serviceAccount.id, scp }), serviceAccount)).toBe(200);
});

test("a user is found by name as by id, and secrets of the sign-in service stay out", async () => {
  const reader = as({ roles: ["User.Read.All"] });
  const { otherAccount } = emulator.seeds.users;
  const byName = await reader("GET", `/v1.0/users/${otherAccount.userPrincipalName}`);
  expect(byName.body).toEqual((await reader("GET", `/v1.0/users/${otherAccount.id}`)).body);
  expect(JSON.stringify(byName.body)).not.toContain(otherAccount.password);
  const selected = await reader("GET", `/v1.0/users/${otherAccount.id}?$select=accountEnabled`);
  expect(selected.body).toMatchObject({ id: otherAccount.id, accountEnabled: true });
});

test("lists come in pages", async () => {
  const reader = as({ roles: ["Directory.Read.All"] });
  const read = async (path: string) => (await reader("GET", path)).body as Record<string, unknown>;
  const names = ({ value }: Record<string, unknown>) =>
    (value as { displayName: string }[]).map(({ displayName }) => displayName);
  const first = await read("/v1.0/groups?$top=2&$select=displayName");
  expect(names(first)).toEqual(["AdminAgents", "HelpdeskAgents"]);
  const next = new URL(String(first["@odata.nextLink"]));
  const second = await read(`${next.pathname}${next.search}`);
  expect(names(second)).toEqual(["SalesAgents"]);
  expect(second).not.toHaveProperty("@odata.nextLink");
});

test("a list is filtered by what is sent here: texts are compared without their case, and one may have a quote", async () => {
  const reader = as({ roles: ["Directory.Read.All"] });
  const names = async (path: string, filter: string) => {
    const { body } = await reader("GET", `${path}?$filter=${encodeURIComponent(filter)}`);
    return (body as { value: { displayName: string }[] }).value.map(({ displayName }) => displayName);
  };
  expect(await names("/v1.0/groups", "startswith(displayName,'sales') or displayName eq 'AdminAgents'")).toEqual([
    "AdminAgents",
    "SalesAgents",
  ]);
  expect(await names("/v1.0/servicePrincipals", `servicePrincipalNames/any(n:n eq '${partnerCenter.appId}')`)).toEqual([
    "Microsoft Partner Center",
  ]);
  const made = await as({ roles: ["Application.ReadWrite.All"] })("POST", "/v1.0/applications", {
    displayName: "It's one",
  });
  expect(made.status).toBe(201);
  expect(await names("/beta/applications", "displayName eq 'it''s ONE'")).toEqual(["It's one"]);
  expect(await names("/beta/applications", "startswith(displayName, 'it''s')")).toEqual(["It's one"]);
  expect(await names("/beta/applications", "displayName eq 'it''s'")).toEqual([]);
});

test("the roles a service principal holds are listed with it, those of deleted resources left out", async () => {
  const { servicePrincipalId } = emulator.seeds.deployer;
  const reader = as({ roles: ["Application.Read.All"] });
  const path = `/v1.0/servicePrincipals/${servicePrincipalId}/appRoleAssignments`;
  const held = await reader("GET", path);
  const { value } = held.body as { value: Record<string, unknown>[] };
  expect(
    value.map(({ appRoleId, principalId, resourceDisplayName }) => [appRoleId, principalId, resourceDisplayName]),
  ).toEqual(
    [
      "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
      "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
      "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
      "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
    ].map((id) => [id, servicePrincipalId, "Microsoft Graph"]),
  );
  const nobody = "/v1.0/servicePrincipals/00000000-0000-0000-0000-000000000000/appRoleAssignments";
  expect(codeOf(await reader("GET", nobody))[0]).toBe(404);
  const stranger = as({ roles: ["User.Read.All"] });
  expect(codeOf(await stranger("GET", path))).toEqual(denied);
});
