import { fixLines } from "../../lib/errors/text";
import { aadsts } from "../../lib/oauth/aadsts";
import { anything, AzureApi, isRefused } from "../../lib/azure/api";
import { CredentialError } from "../../lib/azure/credential-error";
import { type Answer, answering, cut, type HostileServer, startHostileServer } from "../http/hostile-server";
import { failureOf } from "../oauth/failure";
import { trust } from "../../tools/embedded-cloud/testing/emulator";

let server: HostileServer;
let origin: string;
const getToken = jest.fn();

beforeAll(async () => {
  server = await startHostileServer();
  ({ origin } = server);
  trust(server.caFile);
});
beforeEach(() => {
  server.answers();
  getToken.mockReset().mockResolvedValue({ token: "canary", expiresOnTimestamp: Date.now() + 3_600_000 });
});
afterAll(() => server.close());

const api = () => new AzureApi("Microsoft Graph", origin, { getToken });
const json = (status: number, body: object) => answering(status, JSON.stringify(body));
const empty = answering(204, "");
/** The addresses that were asked for. */
const paths = () => server.arrived.map((line) => line.split(" ")[1]);

test("every method carries the service's token and says what it sends", async () => {
  server.answers(json(200, { id: "a" }), json(201, { id: "b" }), empty, empty);
  const graph = api();
  expect([await graph.get("/v1.0/a", anything), await graph.post("/v1.0/b", { x: 1 }, anything)]).toEqual([
    { id: "a" },
    { id: "b" },
  ]);
  await graph.patch("/v1.0/c", { x: 2 });
  await graph.delete("/v1.0/d");
  expect(server.whole).toEqual([
    "GET /v1.0/a Bearer canary",
    'POST /v1.0/b Bearer canary application/json {"x":1}',
    'PATCH /v1.0/c Bearer canary application/json {"x":2}',
    "DELETE /v1.0/d Bearer canary",
  ]);
  expect(getToken.mock.calls.map(([scopes]: unknown[]) => scopes)).toEqual([[`${origin}/.default`]]);
});

test("a list goes over its pages", async () => {
  server.answers(
    json(200, { value: [{ n: 1 }], "@odata.nextLink": `${origin}/v1.0/things?page=2` }),
    json(200, { value: [{ n: 2 }], nextLink: "/v1.0/things?page=3" }),
    json(200, { value: [{ n: 3 }] }),
  );
  expect(await api().list("/v1.0/things", anything)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(paths()).toEqual(["/v1.0/things", "/v1.0/things?page=2", "/v1.0/things?page=3"]);
});

// test/http/hostile.test.ts has other forms of such an address, and other services.
test("a list ends where its next page is elsewhere, and no token goes there", async () => {
  const link = "https://elsewhere.example/v1.0/things?page=2";
  server.answers(json(200, { value: [{ n: 1 }], "@odata.nextLink": link }));
  const named = `Microsoft Graph (${origin}) names another address, https://elsewhere.example, for its next page. `;
  expect(await failureOf(api().list("/v1.0/things", anything))).toMatchObject({
    ...{ name: "HttpFailure", code: "http-elsewhere" },
    message: expect.stringContaining(named) as string,
  });
  expect(server.arrived).toHaveLength(1);
});

test("a list ends where its next page has no address", async () => {
  server.answers(json(200, { value: [{ n: 1 }], "@odata.nextLink": "https://" }));
  expect(await failureOf(api().list("/v1.0/things", anything))).toMatchObject({
    code: "http-elsewhere",
    message: expect.stringContaining(` (${origin}) names no address for its next page. `) as string,
  });
});

/** As a state, a tag or an answer could name it. */
test.each([
  ["a user", "https://management.example", () => `@${new URL(origin).host}/x`, () => origin],
  ["a port", "https://127.0.0.1", () => `:${new URL(origin).port}/x`, () => origin],
  [
    "a longer name",
    "https://management.example",
    () => ".elsewhere.example/x",
    () => "https://management.example.elsewhere.example",
  ],
])("a path never names another origin, and no token is asked for: %s", async (_, service, path, named) => {
  server.answers(json(200, { id: "a" }));
  const resourceManager = new AzureApi("Resource Manager", service, { getToken });
  const failure = await failureOf(resourceManager.find(path(), anything));
  expect([server.arrived, getToken.mock.calls]).toEqual([[], []]);
  expect(failure).toMatchObject({
    code: "http-elsewhere",
    message:
      `Resource Manager (${service}) would be asked for another address, at ${named()}. ` +
      "The token is for this service, and for the path as it is written. " +
      "Look for an invalid name in the stack's state, its settings and the vault's tags.",
  });
});

test.each([
  "/v1.0/groups/a/../b",
  "/v1.0/groups/%2e%2E/b",
  "/v1.0/groups/a\\b",
  "/v1.0/groups/x\\..\\../users/y",
  "/v1.0/groups/a#/members",
])("a path is asked for as it is written, or not at all: %s", async (path) => {
  server.answers(empty);
  expect(await failureOf(api().delete(path))).toMatchObject({
    code: "http-elsewhere",
    message: expect.stringContaining(`Microsoft Graph (${origin}) would be asked for another path. `) as string,
  });
  expect([server.arrived, getToken.mock.calls]).toEqual([[], []]);
});

test("a name may hold whatever a name holds, and two slashes are two slashes", async () => {
  server.answers(json(200, {}), json(200, {}));
  await api().get("/v1.0/groups/ä (b)..c/x?$filter=a eq '../#'".replace("#", "%23"), anything);
  await api().get("//evil.example/x", anything);
  expect(paths()).toEqual(["/v1.0/groups/%C3%A4%20(b)..c/x?$filter=a%20eq%20%27../%23%27", "//evil.example/x"]);
});

test("what is not there is undefined to find, and an error to get", async () => {
  const gone = json(404, { error: { code: "Request_ResourceNotFound", message: "No such thing." } });
  server.answers(gone);
  expect(await api().find("/v1.0/a", anything)).toBeUndefined();
  expect(await failureOf(api().get("/v1.0/a?$select=id", anything))).toMatchObject({
    status: 404,
    serviceCode: "Request_ResourceNotFound",
    message: "Microsoft Graph refused GET /v1.0/a: 404 Request_ResourceNotFound: No such thing.",
  });
});

test("throttling is waited for as long as the service asks", async () => {
  server.answers(answering(429, "", { "Retry-After": "0" }), json(200, { id: "a" }));
  expect(await api().get("/v1.0/a", anything)).toEqual({ id: "a" });
  expect(server.arrived).toHaveLength(2);
});

test.each<[boolean, string, Answer[]]>([
  [true, "alone", []],
  [true, "after one as one too many", [answering(429, "", { "retry-after-ms": "5" })]],
  [false, "after an answer that was lost", [cut]],
  [false, "after an outage", [json(504, {})]],
])("certainly nothing was changed: %s, for a refusal %s", async (isCertain, _, before) => {
  server.answers(...before, json(409, { error: { code: "Request_MultipleObjectsWithSameKeyValue", message: "" } }));
  expect(
    isRefused(
      await api()
        .post("/v1.0/a", {}, anything)
        .catch((error: unknown) => error),
    ),
  ).toBe(isCertain);
});

test("a refusal that is a proxy's page is told by its status", async () => {
  server.answers(answering(403, "<html>"));
  expect(await failureOf(api().get("/v1.0/a", anything))).toMatchObject({
    status: 403,
    serviceCode: "",
    message: "Microsoft Graph refused GET /v1.0/a: 403.",
  });
});

test.each([
  ["GET", "", () => api().find("/v1.0/a?$select=id", anything)],
  ["POST", "<html>", () => api().post("/v1.0/a", {}, anything)],
  ["DELETE", "<html>", () => api().delete("/v1.0/a")],
])("a proxy's page with the status 200 is no answer of the service: %s %j", async (method, body, ask) => {
  server.answers(answering(200, body));
  expect(await failureOf(ask())).toEqual({
    name: "HttpFailure",
    code: "http-unexpected",
    reason: "unexpected",
    origin,
    happening: expect.anything() as object,
    message:
      `Microsoft Graph (${origin}) answered ${method} /v1.0/a with 200 and no JSON (a proxy's page, perhaps). ` +
      `Check the proxy (HTTPS_PROXY, NO_PROXY), and that it lets ${origin} through.`,
  });
});

test("a byte order mark before the JSON is no part of it", async () => {
  server.answers(answering(200, '\uFEFF{"id":"a"}'));
  expect(await api().get("/v1.0/a", anything)).toEqual({ id: "a" });
});

test("a credential that does not work is told before anything is sent", async () => {
  getToken.mockRejectedValue(new Error("AADSTS7000215: Invalid client secret provided.\nTrace ID: 1"));
  await expect(api().get("/v1.0/a", anything)).rejects.toThrow(
    new CredentialError(
      "Signing in to Microsoft Graph failed: the Azure credential did not work " +
        "(AADSTS7000215: Invalid client secret provided.), which means: the client secret is wrong, or is the secret's id instead of its value. " +
        "Sign in: az login; or: Name a service principal: export 'ARM_TENANT_ID=<tenant>', then export 'ARM_CLIENT_ID=<client id>', then export 'ARM_CLIENT_SECRET=<client secret>'",
    ),
  );
  expect(server.arrived).toEqual([]);
});

test("a workload's token that no federated credential fits is told with that fix", async () => {
  getToken.mockRejectedValue(new Error("AADSTS700212: No matching federated identity record found.\nTrace ID: 1"));
  const { message } = (await failureOf(api().get("/v1.0/a", anything))) as { message: string };
  expect(message.slice(message.indexOf("(AADSTS"))).toBe(
    "(AADSTS700212: No matching federated identity record found.), which means: no federated credential names the audience of this " +
      `workload's token. ${fixLines(aadsts[700212]?.fixes ?? []).join("\n")}`,
  );
});
