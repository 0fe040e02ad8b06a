/** Deletions and lookups of the local azuread plugin that Graph refuses, delays or does not find, against steps of the recording. */
import { exchangesOf, type Exchange } from "./recorded-calls";
import { StepPlayer, urns } from "./step-player";

const player = new StepPlayer();

const gone = "e28-destroy-all-already-gone";
const assigned =
  "/servicePrincipals/50000000-0000-0000-0000-000000000003/appRoleAssignedTo/0Z-qKcyGRfuX3lZjwZRIcE7q6U8bSUNfuBs1TnI3rOY";
const [passwordApp, passwordKey] = ["ec4b4162-526f-4eac-bbd3-302d350a6dbb", "414baeb7-c96a-4ee1-9705-b2db780d053b"];
const group = "60000000-0000-0000-0000-000000000001";

test.each([
  [
    ...(["application", "one (Application)", "m19-delete-already-gone"] as const),
    "/applications/6f518536-0336-43fc-98a5-4067a615d099",
    "[id] deleting Application (Application: ",
  ],
  [
    ...(["application", "one (Application)", "m17-403-delete-app"] as const),
    "/applications/f2f38549-4c19-47f9-af7d-987a997312d2",
    "unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied",
  ],
  [
    ...(["member", "gm (GroupMember)", gone] as const),
    `${group}/member/1a8987eb-4af9-4757-a983-6a36627423f1`,
    `Removing Group Id Member (Group: "${group}"\n`,
  ],
  [
    ...(["assignment", "ara (AppRoleAssignment)", gone, assigned] as const),
    "Deleting Service Principal Id App Role Assigned To (Service Principal: ",
  ],
  [
    ...(["password", "pw-default (ApplicationPassword)", gone, `${passwordApp}/password/${passwordKey}`] as const),
    `Removing password credential "${passwordKey}" from Application (Application: "${passwordApp}"): unexpected status 404`,
  ],
] as const)("deleting a %s that Graph refuses to delete fails: %s", async (kind, resource, step, id, text) => {
  const answer = player.play(step, `Delete ${resource}`, "Delete", { urn: urns[kind], id });
  await expect(answer).rejects.toThrow(text);
});

test("a deletion that does not show at once is looked for at growing intervals, five times in a row", async () => {
  const id = "f2f38549-4c19-47f9-af7d-987a997312d2";
  const recorded = exchangesOf("m18-delete-still-visible-x3", "Delete one (Application)");
  // The recorder stopped after the fourth of five sightings.
  const exchanges = [...recorded, ...recorded.slice(-1)];
  await player.playThese(exchanges, "Delete", { urn: urns.application, id: `/applications/${id}` });
  expect(player.slept).toEqual([5, 10, 10, 10, 10, 10, 10]);
});

test.each([
  [
    "getGroup",
    "e20-403-getgroup",
    { displayName: "AdminAgents" },
    "Retrieving groups for filter (displayName eq 'AdminAgents'): unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: Insufficient privileges to complete the operation.",
  ],
  [
    "getServicePrincipal",
    "m22-getserviceprincipal-notfound",
    { clientId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd" },
    "No service principal found: no service principal found",
  ],
] as const)("%s fails with the recorded text in %s", async (name, step, args, text) => {
  const tok = `azuread:index/${name}:${name}`;
  const answer = player.play(step, `Invoke ${name}`, "Invoke", { tok, args });
  await expect(answer).rejects.toMatchObject({ message: `invoking ${tok}: 1 error occurred:\n\t* ${text}\n\n` });
});

test("two groups of one name are an error that quotes the filter", async () => {
  const exchanges = [{ ...groups("e12-group-duplicate"), responseBody: { value: [{ id: "a" }, { id: "b" }] } }];
  const answer = player.playThese(exchanges, "Invoke", {
    tok: "azuread:index/getGroup:getGroup",
    args: { displayName: "NoSuchGroup" },
  });
  await expect(answer).rejects.toThrow(
    "More than one group found matching specified filter (displayName eq 'NoSuchGroup')",
  );
});

function groups(step: string): Exchange {
  const [exchange] = exchangesOf(step, "Invoke getGroup");
  if (exchange === undefined) throw new Error(`nothing recorded in ${step}`);
  return exchange;
}
