/**
 * How the local azuread plugin handles a Graph that refuses, lags or responds oddly: requests, pauses and results against steps of
 * the recording whose engine calls were not kept. Not played: steps that the recorder cut off while the plugin still retried (e06, e08,
 * e10, e27, m10), and e18, which does not show which of its responses were stale.
 */
import { fields, type Values } from "../../providers/base/values";
import type { CallFailure } from "../../testing/plugin-replies";
import { StepPlayer, urns } from "./step-player";

const player = new StepPlayer();

const createApplication = (step: string): Promise<Values> =>
  player.play(step, "Create one (Application)", "Create", {
    urn: urns.application,
    properties: { displayName: "one", signInAudience: "AzureADMyOrg" },
  });

const createPrincipal = (step: string, clientId: string): Promise<Values> =>
  player.play(step, "Create onesp (ServicePrincipal)", "Create", {
    urn: urns.principal,
    properties: { clientId, accountEnabled: true },
  });
const createPassword = (step: string, applicationId: string): Promise<Values> =>
  player.play(step, "Create onepw (ApplicationPassword)", "Create", {
    urn: urns.password,
    properties: { applicationId, displayName: "p" },
  });

test.each([
  ["a 429 with Retry-After waits exactly that long, each time", "e04-429-create-app", 5, [5, 5]],
  ["a read that is throttled waits as it is told", "e05-429-read", 3, [3]],
  ["a 503 is tried again after 1 and 2 seconds", "e07-503x2-create-app", undefined, [1, 2]],
  ["an application not yet replicated is renamed after 1, 2 and 4 seconds", "m05-patch-404x3", undefined, [1, 2, 4]],
])("%s", async (_, step, retryAfter, pauses) => {
  player.graph.retryAfter = retryAfter;
  const { properties } = await createApplication(step);
  expect([player.slept, fields(properties)["displayName"]]).toEqual([pauses, "one"]);
});

test("an application that cannot be read after its creation is an error, and no partial state", async () => {
  const failure = await createApplication("m06-get-404x3").catch((error: unknown) => error as CallFailure);
  expect(failure).toMatchObject({
    message: `expected non-nil error with nil state during Create of ${urns.application}`,
    partial: undefined,
  });
  expect(player.slept).toEqual([]);
});

test("an application whose first owner cannot be removed stays in state, in part", async () => {
  const failure = await createApplication("m08-owner-delete-404").catch((error: unknown) => error as CallFailure);
  const id = "0807c9c6-bd3f-4493-9bb6-dd85105276fc";
  expect(failure).toMatchObject({
    message: expect.stringContaining(
      `creating ${urns.application}: 1 error occurred:\n\t* Could not remove initial owner`,
    ) as unknown,
    partial: { id: `/applications/${id}`, properties: { displayName: "one", objectId: id } },
  });
});

test("a document without groupMembershipClaims reads as one empty claim", async () => {
  const { properties } = await createApplication("m03c-app-minimal-get");
  expect(fields(properties)).toMatchObject({ groupMembershipClaims: [""], displayName: "one", identifierUris: null });
});

test("a service principal is asked for again while its application is not replicated", async () => {
  const { id } = await createPrincipal("e25-sp-post-400-app-not-replicated", "3474f70f-84a7-49f8-81e1-45cd65513640");
  expect(id).toBe("/servicePrincipals/f2c946c6-6bc2-4c7e-8fdd-fee38cd71e19");
  expect(player.slept).toEqual([1, 2]);
});

test("a service principal not yet replicated stays in state, in part, and the next update finishes it", async () => {
  const properties = { clientId: "d7a3c06d-d64d-46d1-a344-ef79f1862b47", accountEnabled: true };
  const created = createPrincipal("e24a-sp-patch-404-partial", properties.clientId);
  const failure = await created.catch((error: unknown) => error as CallFailure);
  expect(player.slept).toEqual([]);
  const id = "/servicePrincipals/db9d8724-4000-4c0a-9d90-9d682e5cf98b";
  expect(failure).toMatchObject({ partial: { id, properties } });
  const update = { urn: urns.principal, id, olds: properties, news: properties };
  const updated = await player.play("e24c-up-after", "Update onesp (ServicePrincipal)", "Update", update);
  expect(fields(updated["properties"])["id"]).toBe(id);
});

test("a service principal without accountEnabled reads as disabled", async () => {
  const { properties } = await createPrincipal("m20-sp-minimal-get", "2089f2a3-50ba-4604-b1a0-7d020c403f63");
  expect(fields(properties)["accountEnabled"]).toBe(false);
});

test("a password is looked for five times, a second apart, and keeps Graph's dates to the letter", async () => {
  const applicationId = "/applications/6e4074ab-6b3b-4755-a89f-2afff4545aa1";
  const { properties } = await createPassword("m12-password-fractional", applicationId);
  expect(fields(properties)).toMatchObject({
    startDate: "2026-11-24T23:25:54.7096875Z",
    endDate: "2028-11-24T23:25:54.7096875Z",
  });
  expect(player.slept).toEqual([1, 1, 1, 1]);
});

test("a password without its text is an error", async () => {
  const applicationId = "/applications/2e1a3afe-6f61-4e22-a959-e6a0838c8dd8";
  await expect(createPassword("m11-addpassword-no-secret", applicationId)).rejects.toThrow(
    "nil or empty password received",
  );
});

test("an assignment not yet possible is asked for again", async () => {
  const principal = "99be4bb2-4843-4aed-897e-62d3da374abe";
  await player.play("e29-404x2-grant-ara-fic", "Create ara (AppRoleAssignment)", "Create", {
    urn: urns.assignment,
    properties: {
      appRoleId: "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
      principalObjectId: principal,
      resourceObjectId: "50000000-0000-0000-0000-000000000003",
    },
  });
  expect(player.slept).toEqual([1, 2]);
});

test("a group that is gone has lost its members: the membership reads as deleted", async () => {
  const id = "60000000-0000-0000-0000-000000000001/member/7293f5aa-ec9f-4610-b4b1-5b8090f359f2";
  const found = await player.play("o4-group-gone-refresh", "Read gm (GroupMember)", "Read", { urn: urns.member, id });
  expect(found).toEqual({});
});
