import { randomUUID } from "node:crypto";
import type { NamedPermissions } from "../../lib/application/find-permissions";
import {
  firstPartyPrincipalId,
  newServicePrincipal,
  type ServicePrincipal,
} from "../../tools/embedded-cloud/testing/directory";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { type Lookups, lookupsForEach } from "./lookups";
import { partnerCenter } from "./requested-permissions";

let lookups: Lookups;
lookupsForEach((fresh) => {
  lookups = fresh;
});

const ordersRead = { id: "6b1f6a53-9b86-4c25-9f2c-0a5f9f6d0c11", value: "Orders.Read" };
const ordersWrite = { id: "0f0f7d0a-7a67-4d3e-8f2f-8f1d7d6d3a22", value: "Orders.Write" };
const ordersAll = { id: "9a5b5c7d-1f3e-4a2b-8c6d-7e8f90a1b233", value: "Orders.Read.All" };
const bookingsOnly = { id: "5d2a1c4e-6f70-4b8a-9c3d-2e1f0a9b8c44", value: "Bookings.Admin" };

/** Somebody's own resource: a delegated permission, a disabled one, a role for applications and one for people. */
function addOrders(displayName = "Contoso's Orders"): ServicePrincipal {
  const tenant = partnerTenant(lookups.emulator);
  const identity = { id: randomUUID(), appId: randomUUID(), displayName, appOwnerOrganizationId: tenant.id };
  const scope = { type: "User", isEnabled: true };
  const role = { isEnabled: true, allowedMemberTypes: ["Application"] };
  const principal = Object.assign(newServicePrincipal(identity, new Date().toISOString()), {
    oauth2PermissionScopes: [
      { ...scope, ...ordersRead },
      { ...scope, ...ordersWrite, isEnabled: false },
    ],
    appRoles: [
      { ...role, ...ordersAll },
      { ...role, ...bookingsOnly, allowedMemberTypes: ["User"] },
    ],
  }) as ServicePrincipal;
  tenant.servicePrincipals.set(principal.id, principal);
  return principal;
}

const settingsWith = (permissions: { legacy?: boolean; extra?: NamedPermissions[] }) => ({
  ...lookups.common,
  displayName: "Portal",
  vault: { name: "partner-tokens", resourceGroupName: "tokens", location: "westeurope" },
  permissions,
});
const asking = (resource: string, names: Partial<NamedPermissions>) => ({
  resource,
  delegated: [],
  application: [],
  ...names,
});
const find = async (...extra: NamedPermissions[]) => (await lookups.find(settingsWith({ extra }))).permissions.extra;
const set = (part: string, value: string) =>
  `pulumi config set --path 'secure-application-model:permissions.extra[0].${part}' ${value}`;
const failing = (...extra: NamedPermissions[]) => lookups.failing(settingsWith({ extra }));

test("resources by name, by client id, and by the name this project has for them; permissions by name and by id", async () => {
  const { appId } = addOrders();
  const names = { delegated: ["Orders.Read"], application: [ordersAll.id.toUpperCase()] };
  const both = (resource: string) => [
    { resource, resourceAppId: appId, ...ordersRead, type: "Scope" },
    { resource, resourceAppId: appId, ...ordersAll, type: "Role" },
  ];
  expect(
    await find(
      asking("contoso's orders", names),
      asking(appId.toUpperCase(), names),
      asking("partner center", { delegated: ["user_impersonation"] }),
    ),
  ).toEqual([
    ...both("contoso's orders"),
    ...both("Contoso's Orders"),
    {
      ...{ resource: "partner center", resourceAppId: partnerCenter.resourceAppId },
      ...{ id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a", value: "user_impersonation", type: "Scope" },
    },
  ]);
});

test("a name that no resource has: the nearest ones", async () => {
  addOrders();
  const before = asking("partner center", { delegated: ["user_impersonation"] });
  expect(await failing(before, asking("Contosos Order", { delegated: ["Orders.Read"] }))).toMatch(
    /^permissions\.extra\[1\]\.resource: this tenant has no service principal of the name "Contosos Order"\. The nearest names are Contoso's Orders, [^,]+, [^,]+\. Take one of these names, .*pulumi config set --path 'secure-application-model:permissions\.extra\[1\]\.resource' '<resource>'.*az ad sp create --id '<client id>'$/u,
  );
});

test("a name that two resources have: their client ids", async () => {
  const ids = [addOrders().appId, addOrders().appId];
  expect(await failing(asking("Contoso's Orders", { delegated: ["Orders.Read"] }))).toBe(
    `permissions.extra[0].resource: this tenant has 2 service principals of the name "Contoso's Orders". Name the resource by its client id, one of ${ids.join(", ")}: ${set("resource", "'<client id>'")}`,
  );
});

test.each([
  [
    "a name that it does not publish",
    { delegated: ["orders.red"] },
    `permissions.extra[0].delegated[0]: Contoso's Orders publishes no delegated permission "orders.red". The nearest are Orders.Read. Set it: ${set("delegated[0]", "Orders.Read")}; or: See all that it publishes: az ad sp show --id <appId>`,
  ],
  [
    "one of the other kind",
    { delegated: ["Orders.Read.All"] },
    "permissions.extra[0].delegated[0]: Orders.Read.All of Contoso's Orders is a permission of the kind application; there is no delegated one of that name. " +
      "Name it under application, if that is what you want.",
  ],
  [
    "one of the other kind, the other way",
    { application: ["Orders.Read"] },
    "permissions.extra[0].application[0]: Orders.Read of Contoso's Orders is a permission of the kind delegated; there is no application one of that name. " +
      "Name it under delegated, if that is what you want.",
  ],
  [
    "a role that is for people alone",
    { application: ["Bookings.Admin"] },
    `permissions.extra[0].application[0]: Contoso's Orders publishes no application permission "Bookings.Admin". The nearest are Orders.Read.All. Set it: ${set("application[0]", "'<permission>'")}; or: See all that it publishes: az ad sp show --id <appId>`,
  ],
  [
    "one that is disabled",
    { delegated: ["Orders.Write"] },
    "permissions.extra[0].delegated[0]: the delegated permission Orders.Write of Contoso's Orders is disabled, and Entra refuses to grant it. " +
      "Leave it out, or have the owner of the resource enable it.",
  ],
])("%s", async (_, names, expected) => {
  const { appId } = addOrders();
  expect(await failing(asking("Contoso's Orders", names))).toBe(expected.replace("<appId>", appId));
});

const retired = "00000002-0000-0000-c000-000000000000";

test("without legacy permissions, a missing Azure AD Graph is no failure", async () => {
  const tenant = partnerTenant(lookups.emulator);
  tenant.servicePrincipals.delete(firstPartyPrincipalId(tenant.id, retired));
  expect((await lookups.find(settingsWith({ legacy: false }))).permissions).toEqual({ legacy: false, extra: [] });
});
