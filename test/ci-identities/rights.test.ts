/** The rights of the identities, compared with the table of docs/ci.md, and who may assign them. */
import { assigning, makingGroup, refusalOf, requireRights } from "../../lib/ci-identities/administrator";
import type { AzureApi } from "../../lib/azure/api";
import {
  heldBy,
  identitiesOf,
  type IdentityName,
  identityNames,
  type ModelNeeds,
} from "../../lib/ci-identities/rights";

const least: ModelNeeds = {
  makesVault: true,
  makesGroup: false,
  preconsent: false,
  adminConsent: false,
  certificate: false,
  calendar: false,
};
const both = [true, false];
const all = both.flatMap((calendar) =>
  both.flatMap((certificate) =>
    both.map((on) => ({ ...least, calendar, certificate, preconsent: on, adminConsent: on, makesVault: on })),
  ),
);
const said = (name: IdentityName, needs: Partial<ModelNeeds> = {}) =>
  heldBy({ ...least, ...needs })[name].rights.map(({ role, at }) => `${role}@${at}`);
const permissionsOf = (name: IdentityName, needs: ModelNeeds) => heldBy(needs)[name].permissions;

test("rotate is there with a calendar alone", () => {
  expect([identitiesOf(least), identitiesOf({ ...least, calendar: true })]).toEqual([
    ["preview", "read", "up", "renew"],
    ["preview", "read", "up", "renew", "rotate"],
  ]);
});

test("no identity may grant itself anything, and what only looks or renews changes nothing in the directory", () => {
  for (const needs of all) {
    const held = identityNames.flatMap((name) => permissionsOf(name, needs));
    expect(held).not.toContain("AppRoleAssignment.ReadWrite.All");
    for (const name of ["preview", "read", "renew"] as const) {
      expect(permissionsOf(name, needs).filter((one) => one.includes("Write"))).toEqual([]);
      const changing = /^(?:owner|vaultContributor|blobContributor|secretsOfficer@vault)/u;
      expect(said(name, needs).filter((one) => changing.test(one))).toEqual([]);
    }
  }
});

test("roles, as the table has them", () => {
  const state = (role: string) => [`${role}@container`, "cryptoUser@key"];
  expect(said("read")).toEqual(["reader@group", "vaultReader@vault", ...state("blobReader")]);
  expect(said("preview")).toEqual(said("read"));
  expect(said("up")).toEqual(["owner@group", "secretsOfficer@vault", ...state("blobContributor")]);
  expect(said("up", { makesGroup: true })[0]).toBe("owner@subscription");
  expect(said("up", { makesVault: false })[0]).toBe("secretsOfficer@vault");
  expect(said("up", { certificate: true })).toEqual([
    "owner@group",
    "secretsOfficer@vault",
    "certificatesOfficer@vault",
    "cryptoUser@signer",
    ...state("blobContributor"),
  ]);
  // By name, with a calendar too: a rotation changes none of them.
  const renews = ["vaultReader@vault", "secretsOfficer@token", "secretsUser@record"];
  expect([said("renew"), said("renew", { calendar: true })]).toEqual([renews, renews]);
  expect(said("renew", { certificate: true })).toEqual([...renews, "cryptoUser@signer"]);
  expect(said("rotate")).toEqual([
    "reader@group",
    "vaultContributor@vault",
    "secretsOfficer@vault",
    ...state("blobContributor"),
  ]);
  // All certificates of a stack are versions of one key.
  const byCertificate = { certificate: true, calendar: true };
  expect(said("rotate", byCertificate).slice(2, 5)).toEqual([
    "secretsOfficer@vault",
    "certificatesOfficer@vault",
    "cryptoUser@signer",
  ]);
});

test("permissions grow with what the model asks for", () => {
  const of = (needs: Partial<ModelNeeds>) => permissionsOf("up", { ...least, ...needs });
  expect([of({}), of({ preconsent: true }), of({ adminConsent: true })]).toEqual([
    ["Application.ReadWrite.All", "Directory.Read.All"],
    ["Application.ReadWrite.All", "Directory.Read.All", "GroupMember.ReadWrite.All"],
    ["Application.ReadWrite.All", "Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All"],
  ]);
});

const scp = "Directory.AccessAsUser.All";
const granting = "e8611ab8-c189-46e8-94e1-60213ab1f814";
test.each([
  ["a Global Administrator", { scp, wids: ["62e90394-69f5-4237-9190-012177145e10"] }, true],
  ["an Application Administrator", { scp, wids: ["9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"] }, false],
  ["a Privileged Role Administrator, who may not add a federated credential", { scp, wids: [granting] }, false],
  [
    "one who is Cloud Application Administrator as well",
    { scp, wids: [granting, "158c047a-c907-4556-b7ef-446551a6b5f7"] },
    true,
  ],
  [
    "an application that may grant and register",
    { roles: ["AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All"] },
    true,
  ],
  ["what a deployer is", { roles: ["Application.ReadWrite.All", "Directory.Read.All"] }, false],
])("%s", (_, claims, may) => {
  const refusal = refusalOf({ appid: "the-deployer", ...claims });
  const said =
    /creates the identities of CI and gives them permissions of Microsoft Graph, but the-deployer .*Global Administrator, or Privileged Role Administrator and also Application Administrator or Cloud Application Administrator, signs in/u;
  expect(refusal?.message).toEqual(may ? undefined : expect.stringMatching(said));
});

test("who may not assign roles, or make the group, is told where, and what gives the right at each scope", async () => {
  const subscription = "/subscriptions/s";
  const vault = `${subscription}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v`;
  const held: Record<string, object[]> = {
    // Contributor: everything but rights.
    [subscription]: [{ actions: ["*"], notActions: ["Microsoft.Authorization/*/Write"] }],
    [vault]: [{ actions: ["*/read"] }],
  };
  const api = {
    list: (path: string) =>
      Promise.resolve(held[path.slice(0, path.indexOf("/providers/Microsoft.Authorization/permissions"))]),
  } as unknown as AzureApi;
  const needed = [makingGroup(subscription, "partner-state"), assigning(subscription), assigning(vault)];
  await expect(requireRights(api, needed, "me")).rejects.toMatchObject({
    code: "ci-rights",
    what: `Your account may not assign roles at ${subscription}, nor assign roles at ${vault}.`,
    fixes: [subscription, vault].map((scope) => ({
      byPerson: true,
      commands: [{ program: "az", args: expect.arrayContaining(["Owner", "me", scope]) as string[] }],
    })),
  });
  held[subscription] = held[vault] = [{ actions: ["*"] }];
  await expect(requireRights(api, needed, "me")).resolves.toBeUndefined();
});
