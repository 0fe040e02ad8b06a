/**
 * How the local azuread plugin takes a Graph that refuses, lags or answers oddly: requests, pauses and results against steps
 * of the recording whose engine calls were not kept. What the texts of those steps were is in their description.
 */
import { azureadPlugin } from "../../local/providers/azuread/plugin";
import type { Graph } from "../../local/providers/azuread/graph";
import { fields, type Values } from "../../local/providers/base/values";
import { open, type CallFailure, type Door, type Request } from "./plugin-door";
import { exchangesOf } from "./recorded-calls";
import { comparable, completed, expected, ReplayedGraph, SIGN_IN } from "./replayed-graph";

const urn = (type: string, name: string): string => `urn:pulumi:dev::rec::azuread:index/${type}::${name}`;
const URNS = {
  application: urn("application:Application", "one"),
  password: urn("applicationPassword:ApplicationPassword", "onepw"),
  principal: urn("servicePrincipal:ServicePrincipal", "onesp"),
  member: urn("groupMember:GroupMember", "gm"),
  grant: urn("servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant", "grant"),
  assignment: urn("appRoleAssignment:AppRoleAssignment", "ara"),
};
const APPLICATION: Request = {
  urn: URNS.application,
  properties: { displayName: "one", signInAudience: "AzureADMyOrg" },
};

let graph: ReplayedGraph;
let slept: number[];
let door: Door;

/** @param retryAfter seconds that a refusal with 429 asks for. */
async function start(retryAfter?: number): Promise<void> {
  graph = new ReplayedGraph(retryAfter);
  graph.replaceFetch();
  const sleep = (milliseconds: number): Promise<void> => {
    slept.push(milliseconds / 1000);
    return Promise.resolve();
  };
  door = await open<Graph>(azureadPlugin({ environment: { LOCAL_PROVIDERS_REAL_WAITS: "true" }, sleep }));
  graph.playSignIn();
  await door.call("Configure", { args: SIGN_IN });
  slept = [];
}

beforeEach(() => start());

afterEach(() => {
  door.close();
  jest.restoreAllMocks();
});

/** Plays one resource's part of a step; checks that every recorded request was made, and none besides. */
async function play(step: string, resource: string, run: () => Promise<Values>): Promise<Values> {
  const exchanges = completed(exchangesOf(step, resource));
  graph.play(exchanges);
  try {
    return await run();
  } finally {
    expect(graph.asked.map(comparable)).toEqual(exchanges.map(expected));
  }
}

const createApplication = (step: string): Promise<Values> =>
  play(step, "Create one (Application)", () => door.call("Create", APPLICATION));

test("a 429 with Retry-After waits exactly that long, each time", async () => {
  door.close();
  await start(5);
  await createApplication("e04-429-create-app");
  expect(slept).toEqual([5, 5]);
});

test("a read that is throttled waits as it is told", async () => {
  door.close();
  await start(3);
  await createApplication("e05-429-read");
  expect(slept).toEqual([3]);
});

test("a 503 is tried again after 1 and 2 seconds", async () => {
  await createApplication("e07-503x2-create-app");
  expect(slept).toEqual([1, 2]);
});

test("an application not yet replicated is renamed after 1, 2 and 4 seconds", async () => {
  const { properties } = await createApplication("m05-patch-404x3");
  expect(slept).toEqual([1, 2, 4]);
  expect(fields(properties)["displayName"]).toBe("one");
});

test("an application that cannot be read after its creation is an error, and no partial state", async () => {
  const failure = await createApplication("m06-get-404x3").catch((error: unknown) => error as CallFailure);
  expect(failure).toMatchObject({
    message: `expected non-nil error with nil state during Create of ${URNS.application}`,
    partial: undefined,
  });
  expect(slept).toEqual([]);
});

test("an application whose first owner cannot be removed stays in state, in part", async () => {
  const failure = await createApplication("m08-owner-delete-404").catch((error: unknown) => error as CallFailure);
  const id = "0807c9c6-bd3f-4493-9bb6-dd85105276fc";
  expect(failure).toMatchObject({
    message: expect.stringContaining(
      `creating ${URNS.application}: 1 error occurred:\n\t* Could not remove initial owner`,
    ) as unknown,
    partial: { id: `/applications/${id}`, properties: { displayName: "one", objectId: id } },
  });
});

test("a document without groupMembershipClaims reads as one empty claim", async () => {
  const { properties } = await createApplication("m03c-app-minimal-get");
  expect(fields(properties)).toMatchObject({ groupMembershipClaims: [""], displayName: "one", identifierUris: null });
});

test("a service principal is asked for again while its application is not replicated", async () => {
  const request = {
    urn: URNS.principal,
    properties: { clientId: "3474f70f-84a7-49f8-81e1-45cd65513640", accountEnabled: true },
  };
  const { id } = await play("e25-sp-post-400-app-not-replicated", "Create onesp (ServicePrincipal)", () =>
    door.call("Create", request),
  );
  expect(id).toBe("/servicePrincipals/f2c946c6-6bc2-4c7e-8fdd-fee38cd71e19");
  expect(slept).toEqual([1, 2]);
});

test("a service principal not yet replicated stays in state, in part, and the next update finishes it", async () => {
  const request = {
    urn: URNS.principal,
    properties: { clientId: "d7a3c06d-d64d-46d1-a344-ef79f1862b47", accountEnabled: true },
  };
  const failure = await play("e24a-sp-patch-404-partial", "Create onesp (ServicePrincipal)", () =>
    door.call("Create", request),
  ).catch((error: unknown) => error as CallFailure);
  expect(slept).toEqual([]);
  const id = "/servicePrincipals/db9d8724-4000-4c0a-9d90-9d682e5cf98b";
  expect(failure).toMatchObject({
    partial: { id, properties: { clientId: request.properties.clientId, accountEnabled: true } },
  });
  const update = { urn: URNS.principal, id, olds: request.properties, news: request.properties };
  const { properties } = await play("e24c-up-after", "Update onesp (ServicePrincipal)", () =>
    door.call("Update", update),
  );
  expect(fields(properties)["id"]).toBe(id);
});

test("a service principal without accountEnabled reads as disabled", async () => {
  const request = {
    urn: URNS.principal,
    properties: { clientId: "2089f2a3-50ba-4604-b1a0-7d020c403f63", accountEnabled: true },
  };
  const { properties } = await play("m20-sp-minimal-get", "Create onesp (ServicePrincipal)", () =>
    door.call("Create", request),
  );
  expect(fields(properties)["accountEnabled"]).toBe(false);
});

test("a password is looked for five times, a second apart, and keeps Graph's dates to the letter", async () => {
  const applicationId = "/applications/6e4074ab-6b3b-4755-a89f-2afff4545aa1";
  const { properties } = await play("m12-password-fractional", "Create onepw (ApplicationPassword)", () =>
    door.call("Create", { urn: URNS.password, properties: { applicationId, displayName: "p" } }),
  );
  expect(fields(properties)).toMatchObject({
    startDate: "2026-11-24T23:25:54.7096875Z",
    endDate: "2028-11-24T23:25:54.7096875Z",
  });
  expect(slept).toEqual([1, 1, 1, 1]);
});

test("a password without its text is an error", async () => {
  const applicationId = "/applications/2e1a3afe-6f61-4e22-a959-e6a0838c8dd8";
  const answer = play("m11-addpassword-no-secret", "Create onepw (ApplicationPassword)", () =>
    door.call("Create", { urn: URNS.password, properties: { applicationId, displayName: "p" } }),
  );
  await expect(answer).rejects.toThrow("nil or empty password received");
});

test("grants and assignments not yet possible are asked for again", async () => {
  const principal = "99be4bb2-4843-4aed-897e-62d3da374abe";
  await play("e29-404x2-grant-ara-fic", "Create ara (AppRoleAssignment)", () =>
    door.call("Create", {
      urn: URNS.assignment,
      properties: {
        appRoleId: "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
        principalObjectId: principal,
        resourceObjectId: "50000000-0000-0000-0000-000000000003",
      },
    }),
  );
  await play("e29-404x2-grant-ara-fic", "Create grant (ServicePrincipalDelegatedPermissionGrant)", () =>
    door.call("Create", {
      urn: URNS.grant,
      properties: {
        claimValues: ["user_impersonation"],
        resourceServicePrincipalObjectId: "50000000-0000-0000-0000-000000000004",
        servicePrincipalObjectId: principal,
      },
    }),
  );
  expect(slept).toEqual([1, 2, 1, 2]);
});

test("a group that is gone has lost its members: the membership reads as deleted", async () => {
  const id = "60000000-0000-0000-0000-000000000001/member/7293f5aa-ec9f-4610-b4b1-5b8090f359f2";
  const found = await play("o4-group-gone-refresh", "Read gm (GroupMember)", () =>
    door.call("Read", { urn: URNS.member, id }),
  );
  expect(found).toEqual({});
});

test.each([
  [
    "application",
    "Delete one (Application)",
    "m19-delete-already-gone",
    "/applications/6f518536-0336-43fc-98a5-4067a615d099",
    "[id] deleting Application (Application: ",
  ],
  [
    "application",
    "Delete one (Application)",
    "m17-403-delete-app",
    "/applications/f2f38549-4c19-47f9-af7d-987a997312d2",
    "unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied",
  ],
  [
    "member",
    "Delete gm (GroupMember)",
    "e28-destroy-all-already-gone",
    "60000000-0000-0000-0000-000000000001/member/1a8987eb-4af9-4757-a983-6a36627423f1",
    'Removing Group Id Member (Group: "60000000-0000-0000-0000-000000000001"\n',
  ],
  [
    "assignment",
    "Delete ara (AppRoleAssignment)",
    "e28-destroy-all-already-gone",
    "/servicePrincipals/50000000-0000-0000-0000-000000000003/appRoleAssignedTo/0Z-qKcyGRfuX3lZjwZRIcE7q6U8bSUNfuBs1TnI3rOY",
    "Deleting Service Principal Id App Role Assigned To (Service Principal: ",
  ],
  [
    "grant",
    "Delete grant (ServicePrincipalDelegatedPermissionGrant)",
    "e28-destroy-all-already-gone",
    "/oauth2PermissionGrants/64eJGvlKV0epg2o2YnQj8QAAAFAAAAAAAAAAAAAAAAQ",
    'Deleting O Auth 2 Permission Grant (O Auth 2 Permission Grant: "64eJGvlKV0epg2o2YnQj8QAAAFAAAAAAAAAAAAAAAAQ"): unexpected status 404',
  ],
  [
    "password",
    "Delete pw-default (ApplicationPassword)",
    "e28-destroy-all-already-gone",
    "ec4b4162-526f-4eac-bbd3-302d350a6dbb/password/414baeb7-c96a-4ee1-9705-b2db780d053b",
    'Removing password credential "414baeb7-c96a-4ee1-9705-b2db780d053b" from Application (Application: "ec4b4162-526f-4eac-bbd3-302d350a6dbb"): unexpected status 404',
  ],
] as const)("deleting a %s that Graph refuses to delete fails: %s", async (kind, resource, step, id, text) => {
  const answer = play(step, resource, () => door.call("Delete", { urn: URNS[kind], id }));
  await expect(answer).rejects.toThrow(text);
});

test("a deletion that does not show at once is looked for at growing intervals, five times in a row", async () => {
  const id = "f2f38549-4c19-47f9-af7d-987a997312d2";
  const recorded = exchangesOf("m18-delete-still-visible-x3", "Delete one (Application)");
  // The recorder stopped after the fourth of five sightings.
  const exchanges = [...recorded, ...recorded.slice(-1)];
  graph.play(exchanges);
  await door.call("Delete", { urn: URNS.application, id: `/applications/${id}` });
  expect(graph.asked.map(comparable)).toEqual(exchanges.map(expected));
  expect(slept).toEqual([5, 10, 10, 10, 10, 10, 10]);
});

test.each([
  [
    "getGroup",
    "e20-403-getgroup",
    { displayName: "AdminAgents" },
    "Retrieving groups for filter (displayName eq 'AdminAgents'): unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: Insufficient privileges to complete the operation.",
  ],
  [
    "getApplication",
    "m21-getapplication-notfound",
    { clientId: "70000000-0000-0000-0000-0000000000a1" },
    "Application not found: no applications found matching filter: \"appId eq '70000000-0000-0000-0000-0000000000a1'\"",
  ],
  [
    "getServicePrincipal",
    "m22-getserviceprincipal-notfound",
    { clientId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd" },
    "No service principal found: no service principal found",
  ],
] as const)("%s fails with the recorded text in %s", async (name, step, args, text) => {
  const tok = `azuread:index/${name}:${name}`;
  const answer = play(step, `Invoke ${name}`, () => door.call("Invoke", { tok, args }));
  await expect(answer).rejects.toMatchObject({ message: `invoking ${tok}: 1 error occurred:\n\t* ${text}\n\n` });
});

test("two groups of one name are an error that quotes the filter", async () => {
  graph.play([{ ...groups("e12-group-duplicate"), responseBody: { value: [{ id: "a" }, { id: "b" }] } }]);
  const answer = door.call("Invoke", { tok: "azuread:index/getGroup:getGroup", args: { displayName: "NoSuchGroup" } });
  await expect(answer).rejects.toThrow(
    "More than one group found matching specified filter (displayName eq 'NoSuchGroup')",
  );
});

function groups(step: string): ReturnType<typeof exchangesOf>[number] {
  const [exchange] = exchangesOf(step, "Invoke getGroup");
  if (exchange === undefined) throw new Error(`nothing recorded in ${step}`);
  return exchange;
}
