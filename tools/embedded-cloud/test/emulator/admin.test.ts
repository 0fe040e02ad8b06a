import { statSync } from "node:fs";
import { allDirectories } from "../../emulator/seeds";
import { consentForEverybody, registerApplication, registerModestApplication } from "../../testing/applications";
import { askAdmin, asking } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";
import {
  askForToken,
  claimsOf,
  codeFor,
  ownForm,
  redemption,
  refreshing,
  refusal,
  signedIn,
} from "../../testing/oauth";

const cloud = emulatorForEach();
const administer = askAdmin(cloud);
const admin = async (path: string, method = "GET", body?: unknown) => {
  const answer = await administer(method, path, body);
  return { status: answer.status, body: answer.body as Record<string, unknown> | undefined };
};
const asDeployer = () => askForToken(cloud, ownForm(cloud));

test("nothing under /_admin answers without the token, which only this user can read", async () => {
  for (const path of ["state", "reset", "clock", "faults", "requests", "anything"]) {
    expect((await asking(cloud.url, "Bearer wrong")("GET", `/_admin/${path}`)).status).toBe(401);
  }
  expect(statSync(cloud.adminTokenFile).mode & 0o777).toBe(0o600);
});

test("the state holds everything stored and no secret, token, code, password or hash", async () => {
  const application = registerModestApplication(cloud);
  const code = await codeFor(cloud, application);
  const answer = await askForToken(cloud, redemption(application, code));
  const { status, body } = await admin("state");
  const text = JSON.stringify(body);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    clouds: [
      {
        cloud: "AzureCloud",
        tenants: [
          { id: cloud.seeds.partner.id, subscriptions: [{ subscriptionId: cloud.seeds.subscription.id }] },
          { id: cloud.seeds.otherPartners[0].partner.id, subscriptions: [] },
        ],
        signIns: { underWay: 0, codes: 1 },
        refreshTokens: [{ clientId: application.clientId, isUsable: true, amr: ["pwd", "mfa"] }],
      },
    ],
  });
  const secrets = [
    ...[code, answer.body["access_token"], answer.body["refresh_token"], application.clientSecret],
    ...application.application.passwordCredentials.map(({ secretHash }) => secretHash),
    ...allDirectories.flatMap(({ users }) => Object.values(users)).map(({ password }) => password),
  ];
  expect(secrets.filter((secret) => text.includes(String(secret)))).toEqual([]);
});

test("an application is given permissions, as an administrator grants them, and none that Microsoft Graph does not have", async () => {
  const { clientId, appRoles } = cloud.seeds.deployer;
  const appRole = "AppRoleAssignment.ReadWrite.All";
  expect((await admin(`applications/${clientId}`, "POST", { appRoles: [appRole] })).status).toBe(200);
  const { body } = await asDeployer();
  expect((claimsOf(String(body["access_token"]))["roles"] as string[]).sort()).toEqual([...appRoles, appRole].sort());
  expect((await admin(`applications/${clientId}`, "POST", { appRoles: ["Anything"] })).status).toBe(400);
  expect((await admin(`applications/${cloud.seeds.partner.id}`, "POST", { appRoles: [appRole] })).status).toBe(404);
});

test("reset brings back the seeds and forgets sign-ins, clock, faults and requests", async () => {
  const application = registerModestApplication(cloud);
  const { refresh_token: token } = await signedIn(cloud, application);
  cloud.clock.advance(1000);
  cloud.faults.add({ status: 500, service: "azureAdGraph" });
  expect((await admin("reset", "POST")).status).toBe(204);
  const form = refreshing(application, String(token), cloud.origins.partnerCenter);
  expect(refusal(await askForToken(cloud, form))).toEqual([400, "unauthorized_client", [700016]]);
  expect((await admin("state")).body).toMatchObject({ clouds: [{ refreshTokens: [] }] });
  expect((await admin("faults")).body).toEqual({ faults: [] });
  expect((await asDeployer()).status).toBe(200);
});

test("the clock moves forward by what it is told", async () => {
  const day = 24 * 60 * 60 * 1000;
  const { body } = await admin("clock", "POST", { advance: day });
  expect(Date.parse(String(body?.["now"])) - Date.now()).toBeGreaterThan(day - 60_000);
  expect((await admin("clock")).body).toEqual({ now: expect.any(String) as unknown });
  expect(await admin("clock", "POST", { advance: -1 })).toMatchObject({ status: 400 });
});

describe("faults", () => {
  const only = { service: "authority", path: "/*/oauth2/v2.0/token" };

  test("strike as often as they say, then the service answers again", async () => {
    const { status, body } = await admin("faults", "POST", {
      ...only,
      times: 2,
      status: 429,
      headers: { "retry-after": "3" },
      body: { error: "throttled" },
    });
    expect([status, body]).toEqual([201, expect.objectContaining({ id: expect.any(String) as unknown, struck: 0 })]);
    for (let time = 0; time < 2; time += 1) {
      expect(await asDeployer()).toEqual({ status: 429, body: { error: "throttled" } });
    }
    expect((await asDeployer()).status).toBe(200);
    expect((await admin("faults")).body).toMatchObject({ faults: [{ struck: 2 }] });
  });

  test("can make Entra ask for a second factor, for one grant alone", async () => {
    await admin("faults", "POST", { ...only, form: { grant_type: "refresh_token" }, entra: 50076 });
    const application = registerModestApplication(cloud);
    const { refresh_token: token } = await signedIn(cloud, application);
    const form = refreshing(application, String(token), cloud.origins.partnerCenter);
    const refused = await askForToken(cloud, form);
    expect(refusal(refused)).toEqual([400, "interaction_required", [50076]]);
    expect(refused.body["suberror"]).toBe("basic_action");
    expect((await askForToken(cloud, form)).status).toBe(200);
  });

  test("can be what passes by itself, in turn, for one answer in so many, and the same ones in each run", async () => {
    const turns = async (service: string, path: string) => {
      await admin("faults", "POST", { service, path, passing: true, oneIn: 4, times: 0 });
      const found: string[] = [];
      const url = cloud.origins[service as "authority"] + path.replace("/*/", `/${cloud.seeds.partner.id}/`);
      const form = { method: "POST", body: new URLSearchParams(ownForm(cloud)) };
      for (let time = 0; time < 80; time += 1) {
        const answer = await fetch(url, service === "authority" ? form : {}).catch(() => undefined);
        const after = answer?.headers.get("Retry-After");
        const words = answer?.headers.get("Content-Type")?.includes("json")
          ? ((await answer.json()) as { error_codes?: number[] })
          : {};
        found.push([answer?.status ?? "lost", after, words.error_codes?.[0]].filter(Boolean).join(" "));
      }
      await admin("faults", "DELETE");
      return found;
    };
    const token = await turns("authority", only.path);
    const cycle = ["500", "503 1", "lost", "503", "503 90033", "504", "lost"];
    const faults = token.filter((one) => one !== "200");
    expect(faults.slice(0, 7)).toEqual(cycle);
    expect(faults.length).toBeGreaterThan(10);
    expect(faults.length).toBeLessThan(30);
    const graph = await turns("microsoftGraph", "/v1.0/applications");
    expect(graph.map((one) => one === "401")).toEqual(token.map((one) => one === "200"));
    expect(graph.filter((one) => one !== "401").slice(0, 7)).toEqual(
      cycle.map((one) => (one === "503 90033" ? "502" : one)),
    );
  });

  test.each([
    [50076, "interaction_required", "basic_action", "polids"],
    [53003, "invalid_grant", "message_only", "capolids"],
    [50097, "interaction_required", "basic_action", undefined],
    [50129, "interaction_required", "basic_action", undefined],
    [135011, "invalid_grant", undefined, undefined],
    [530034, "invalid_grant", undefined, undefined],
    [530035, "invalid_grant", undefined, undefined],
  ])("Entra's %i comes with an error_uri, and with what a client passes on", async (entra, error, suberror, claim) => {
    await admin("faults", "POST", { ...only, entra });
    const { status, body } = await asDeployer();
    expect([status, body["error"], body["error_codes"], body["suberror"]]).toEqual([400, error, [entra], suberror]);
    expect(body["error_uri"]).toBe(`${cloud.url}/error?code=${entra}`);
    const claims = (body["claims"] ?? "{}") as string;
    expect(JSON.parse(claims)).toEqual(
      claim === undefined
        ? {}
        : { access_token: { [claim]: { essential: true, values: [expect.stringMatching(/^[\da-f-]{36}$/u)] } } },
    );
  });

  test("can break a connection", async () => {
    await admin("faults", "POST", { service: "partnerCenter", drop: true });
    await expect(fetch(`${cloud.origins.partnerCenter}/v1/customers`)).rejects.toThrow("fetch failed");
  });

  test("can break a connection once what was asked for is done", async () => {
    await admin("faults", "POST", { ...only, drop: "answer" });
    await expect(asDeployer()).rejects.toThrow("fetch failed");
    expect(cloud.requests.entries().at(-1)).toMatchObject({ service: "authority", method: "POST", status: 200 });
  });

  test("can only delay", async () => {
    await admin("faults", "POST", { ...only, delay: 80 });
    const started = performance.now();
    expect((await asDeployer()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(75);
  });

  test("are removed one by one or all at once, and never strike the admin surface", async () => {
    const { body } = await admin("faults", "POST", { times: 0, status: 500 });
    expect((await fetch(`${cloud.url}/`)).status).toBe(200);
    expect((await admin(`faults/${String(body?.["id"])}`, "DELETE")).status).toBe(204);
    expect((await admin(`faults/${String(body?.["id"])}`, "DELETE")).status).toBe(404);
    cloud.faults.add({ status: 500 });
    expect((await admin("faults", "DELETE")).status).toBe(204);
    expect(cloud.faults.list()).toEqual([]);
  });

  test.each([
    [{ service: "authority" }, "does nothing"],
    [{ entra: 1 }, "no AADSTS number"],
    [{ status: 99 }, "status: "],
    [{ delays: 5 }, "delays: "],
    [undefined, "body: "],
  ])("are refused when they make no sense: %j", async (rule, reason) => {
    const { status, body } = await admin("faults", "POST", rule);
    expect([status, body]).toEqual([
      400,
      { error: { code: "BadRequest", message: expect.stringContaining(reason) as unknown } },
    ]);
  });
});

test("the request log says who asked what, and nothing that opens anything", async () => {
  const application = registerModestApplication(cloud);
  const { access_token: accessToken, refresh_token: refreshToken } = await signedIn(cloud, application);
  await fetch(`${cloud.origins.partnerCenter}/v1/customers?size=1&code=sesame`, {
    headers: { authorization: `Bearer ${String(accessToken)}` },
  });
  const { body } = await admin("requests");
  const entries = (body as { requests: Record<string, unknown>[] }).requests;
  expect(entries.at(-1)).toEqual({
    number: expect.any(Number) as unknown,
    at: expect.any(String) as unknown,
    cloud: "AzureCloud",
    host: new URL(cloud.origins.partnerCenter).host,
    service: "partnerCenter",
    method: "GET",
    path: "/v1/customers?size=1&code=…",
    status: 501,
    milliseconds: expect.any(Number) as unknown,
    client: application.clientId,
  });
  expect(entries.map(({ service, method, note }) => [service, method, note])).toContainEqual([
    "authority",
    "POST",
    "authorization_code",
  ]);
  const text = JSON.stringify(body);
  const secrets = [accessToken, refreshToken, application.clientSecret, cloud.seeds.users.serviceAccount.password];
  expect([...secrets, "sesame"].filter((secret) => text.includes(String(secret)))).toEqual([]);
});

test("an account can be disabled, lose its second factor, and have its sessions revoked", async () => {
  const application = registerModestApplication(cloud);
  const { userPrincipalName } = cloud.seeds.users.serviceAccount;
  const { refresh_token: token } = await signedIn(cloud, application);
  const form = refreshing(application, String(token), cloud.origins.partnerCenter);
  await admin(`users/${userPrincipalName}`, "POST", { revokeSessions: true });
  expect(refusal(await askForToken(cloud, form))).toEqual([400, "invalid_grant", [50173]]);
  expect(await admin(`users/${userPrincipalName}`, "POST", { accountEnabled: false, mfa: false })).toEqual({
    status: 200,
    body: { userPrincipalName, accountEnabled: false, mfa: false },
  });
  expect(refusal(await askForToken(cloud, form))).toEqual([400, "invalid_grant", [50057]]);
  expect((await admin("users/nobody@partner.example", "POST", {})).status).toBe(404);
});

test("501 for anything else", async () => {
  expect(await admin("everything", "PUT")).toMatchObject({ status: 501, body: { error: { code: "NotImplemented" } } });
});

test("the overview page shows what is stored, by name, and no secret", async () => {
  const application = registerApplication(cloud);
  consentForEverybody(cloud, application.application);
  const { refresh_token: token } = await signedIn(cloud, application);
  const response = await fetch(`${cloud.url}/`);
  const text = await response.text();
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  for (const shown of [
    "Microsoft Partner Center",
    cloud.seeds.users.serviceAccount.userPrincipalName,
    "AdminAgents",
    "Wingtip Toys",
  ]) {
    expect(text).toContain(shown);
  }
  const secrets = [String(token), application.clientSecret, cloud.seeds.users.serviceAccount.password];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

test("another name than 127.0.0.1 or localhost is turned away", async () => {
  const { request } = await import("node:https");
  const { port } = new URL(cloud.url);
  const status = await new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, servername: "localhost", headers: { host: `rebound.example:${port}` } };
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(421);
});
