import { fixesText } from "../../lib/errors/text";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { aadsts } from "../../lib/oauth/aadsts";
import { anything, AzureApi } from "../../lib/azure/api";
import { CredentialError } from "../../lib/azure/credential-error";
import { failureOf } from "../oauth/failure";
import { withShortPauses } from "../support/pauses";
import { serverCertificate, trust } from "../../embedded-cloud/testing/emulator";

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

const directory = mkdtempSync(join(tmpdir(), "api-test-"));
let server: Server;
let origin: string;
let arrived: string[];
let answers: Answer[];
const getToken = jest.fn();

beforeAll(async () => {
  const { caFile, certificate, key } = await serverCertificate(directory);
  trust(caFile);
  server = createServer({ cert: certificate, key }, (request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      arrived.push([method, url, headers.authorization, headers["content-type"], body].join(" ").trim());
      const answer = answers.shift() ?? { status: 500, body: "" };
      response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers }).end(answer.body);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  arrived = [];
  getToken.mockReset().mockResolvedValue({ token: "canary", expiresOnTimestamp: Date.now() + 3_600_000 });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

const api = () => new AzureApi("Microsoft Graph", origin, { getToken });
const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) });

test("every method carries the service's token and says what it sends", async () => {
  answers = [json(200, { id: "a" }), json(201, { id: "b" }), { status: 204, body: "" }, { status: 204, body: "" }];
  const graph = api();
  expect([await graph.get("/v1.0/a", anything), await graph.post("/v1.0/b", { x: 1 }, anything)]).toEqual([
    { id: "a" },
    { id: "b" },
  ]);
  await graph.patch("/v1.0/c", { x: 2 });
  await graph.delete("/v1.0/d");
  expect(arrived).toEqual([
    "GET /v1.0/a Bearer canary",
    'POST /v1.0/b Bearer canary application/json {"x":1}',
    'PATCH /v1.0/c Bearer canary application/json {"x":2}',
    "DELETE /v1.0/d Bearer canary",
  ]);
  expect(getToken.mock.calls.map(([scopes]: unknown[]) => scopes)).toEqual([[`${origin}/.default`]]);
});

test("a list goes over its pages", async () => {
  answers = [
    json(200, { value: [{ n: 1 }], "@odata.nextLink": `${origin}/v1.0/things?page=2` }),
    json(200, { value: [{ n: 2 }], nextLink: "/v1.0/things?page=3" }),
    json(200, { value: [{ n: 3 }] }),
  ];
  expect(await api().list("/v1.0/things", anything)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(arrived.map((line) => line.split(" ")[1])).toEqual([
    "/v1.0/things",
    "/v1.0/things?page=2",
    "/v1.0/things?page=3",
  ]);
});

test.each([
  ["another host", () => "https://elsewhere.example/v1.0/things?page=2", "https://elsewhere.example"],
  ["another port", () => `${origin.replace(/\d+$/u, "1")}/v1.0/things`, "https://127.0.0.1:1"],
  ["no https", () => origin.replace("https", "http"), /http:.*/u],
  // After an origin of the same length, the rest could continue as a user name in the URL.
  [
    "a user",
    () => `https://${"u".repeat("elsewhere.example".length)}.@elsewhere.example/v1.0/things`,
    "https://elsewhere.example",
  ],
])("a list ends where its next page is elsewhere, and no token goes there: %s", async (_, link, named) => {
  answers = [json(200, { value: [{ n: 1 }], "@odata.nextLink": link() })];
  const address = typeof named === "string" ? named : named.source;
  expect(await failureOf(api().list("/v1.0/things", anything))).toMatchObject({
    name: "HttpFailure",
    code: "http-elsewhere",
    message: expect.stringMatching(
      new RegExp(
        String.raw`^Microsoft Graph \(${origin}\) names another address, ${address}, for its next page\. `,
        "u",
      ),
    ) as string,
  });
  expect(arrived).toHaveLength(1);
});

test("a list ends where its next page has no address", async () => {
  answers = [json(200, { value: [{ n: 1 }], "@odata.nextLink": "https://" })];
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
  answers = [json(200, { id: "a" })];
  const resourceManager = new AzureApi("Resource Manager", service, { getToken });
  const failure = await failureOf(resourceManager.find(path(), anything));
  expect([arrived, getToken.mock.calls]).toEqual([[], []]);
  expect(failure).toMatchObject({
    code: "http-elsewhere",
    message:
      `Resource Manager (${service}) would be asked for another address, at ${named()}. ` +
      "The token is for this service, and for the path as it is written. " +
      "Look for a name that is none in the stack's state, its settings and the vault's tags.",
  });
});

test.each(["/v1.0/groups/a/../b", "/v1.0/groups/%2e%2E/b", "/v1.0/groups/a\\b", "/v1.0/groups/a#/members"])(
  "a path is asked for as it is written, or not at all: %s",
  async (path) => {
    answers = [{ status: 204, body: "" }];
    expect(await failureOf(api().delete(path))).toMatchObject({
      code: "http-elsewhere",
      message: expect.stringContaining(`Microsoft Graph (${origin}) would be asked for another path. `) as string,
    });
    expect([arrived, getToken.mock.calls]).toEqual([[], []]);
  },
);

test("a name may hold whatever a name holds, and two slashes are two slashes", async () => {
  answers = [json(200, {}), json(200, {})];
  await api().get("/v1.0/groups/ä (b)..c/x?$filter=a eq '../#'".replace("#", "%23"), anything);
  await api().get("//evil.example/x", anything);
  expect(arrived.map((line) => line.split(" ")[1])).toEqual([
    "/v1.0/groups/%C3%A4%20(b)..c/x?$filter=a%20eq%20%27../%23%27",
    "//evil.example/x",
  ]);
});

test("what is not there is undefined to find, and an error to get", async () => {
  const gone = json(404, { error: { code: "Request_ResourceNotFound", message: "No such thing." } });
  answers = [gone, gone];
  expect(await api().find("/v1.0/a", anything)).toBeUndefined();
  expect(await failureOf(api().get("/v1.0/a?$select=id", anything))).toMatchObject({
    status: 404,
    serviceCode: "Request_ResourceNotFound",
    message: "Microsoft Graph refused GET /v1.0/a: 404 Request_ResourceNotFound: No such thing.",
  });
});

test("throttling is waited for as long as the service asks", async () => {
  answers = [{ status: 429, body: "", headers: { "Retry-After": "0" } }, json(200, { id: "a" })];
  expect(await api().get("/v1.0/a", anything)).toEqual({ id: "a" });
  expect(arrived).toHaveLength(2);
});

test("a refusal that is a proxy's page is told by its status", async () => {
  answers = [{ status: 403, body: "<html>" }];
  expect(await failureOf(api().get("/v1.0/a", anything))).toMatchObject({
    status: 403,
    serviceCode: "",
    message: "Microsoft Graph refused GET /v1.0/a: 403.",
  });
});

test.each([
  ["GET", "<html>", () => api().find("/v1.0/a?$select=id", anything)],
  ["GET", "", () => api().find("/v1.0/a", anything)],
  ["POST", "<html>", () => api().post("/v1.0/a", {}, anything)],
  ["DELETE", "<html>", () => api().delete("/v1.0/a")],
])("a proxy's page with the status 200 is no answer of the service: %s %j", async (method, body, ask) => {
  answers = [{ status: 200, body, headers: { "Content-Type": "text/html" } }];
  expect(await failureOf(ask())).toEqual({
    name: "HttpFailure",
    code: "http-unexpected",
    reason: "unexpected",
    origin,
    happening: expect.anything() as object,
    message:
      `Microsoft Graph (${origin}) answered ${method} /v1.0/a with 200 and no JSON, as a proxy's page does. ` +
      `Check the proxy (HTTPS_PROXY, NO_PROXY), and that it lets ${origin} through.`,
  });
});

test("a byte order mark before the JSON is no part of it", async () => {
  answers = [{ status: 200, body: '\uFEFF{"id":"a"}' }];
  expect(await api().get("/v1.0/a", anything)).toEqual({ id: "a" });
});

test("a credential that does not work is told before anything is sent", async () => {
  getToken.mockRejectedValue(new Error("AADSTS7000215: Invalid client secret provided.\nTrace ID: 1"));
  await expect(api().get("/v1.0/a", anything)).rejects.toThrow(
    new CredentialError(
      "Signing in to Microsoft Graph failed: the Azure credential of this process did not work " +
        "(AADSTS7000215: Invalid client secret provided.), which means: the client secret is wrong, or is the secret's id instead of its value. " +
        "Sign in: az login; or: Name a service principal: export 'ARM_TENANT_ID=<tenant>', then export 'ARM_CLIENT_ID=<client id>', then export 'ARM_CLIENT_SECRET=<client secret>'",
    ),
  );
  expect(arrived).toEqual([]);
});

test("a workload's token that no federated credential fits is told with that fix", async () => {
  getToken.mockRejectedValue(new Error("AADSTS700212: No matching federated identity record found.\nTrace ID: 1"));
  const { message } = (await failureOf(api().get("/v1.0/a", anything))) as { message: string };
  expect(message.slice(message.indexOf("(AADSTS"))).toBe(
    "(AADSTS700212: No matching federated identity record found.), which means: no federated credential names the audience of this " +
      `workload's token. ${fixesText(aadsts[700212]?.fixes ?? [])}`,
  );
});

test("an origin that nobody answers at is named", async () => {
  const nobody = new AzureApi("Microsoft Graph", "https://127.0.0.1:1", { getToken });
  await expect(withShortPauses(() => nobody.post("/v1.0/a", {}, anything))).rejects.toThrow(
    `Microsoft Graph (https://127.0.0.1:1) cannot be reached: ECONNREFUSED. Check the network and the proxy (HTTPS_PROXY, NO_PROXY).`,
  );
});
