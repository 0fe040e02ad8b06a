/** The sign-in robot as the BROWSER command, against an emulator in this process. Runs the build in bin/. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Emulator } from "../../emulator/emulator";
import { personFrom } from "../../sign-in-robot";
import { modelPermissions, registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { startEmulator } from "../../testing/emulator";
import { grantsOf } from "../../testing/grants";
import { authorizeUrl } from "../../testing/oauth";

const program = path.resolve("tools", "embedded-cloud", "bin", "sign-in-robot.js");

let cloud: Emulator;
let application: RegisteredApplication;
let listener: Server;
let origin: string;
/** Requests to the application's own pages: path, query, cookie. */
let visits: { path: string; answer: Record<string, string>; cookie: string | undefined }[];

beforeAll(async () => {
  cloud = await startEmulator();
  listener = createServer((request, response) => {
    const url = new URL(request.url ?? "/", origin);
    visits.push({
      path: url.pathname,
      answer: Object.fromEntries(url.searchParams),
      cookie: request.headers.cookie,
    });
    const away = { "/start": authorizeUrl(cloud, application), "/consent": `${origin}/done` }[url.pathname];
    const cookie = url.pathname === "/start" ? { "set-cookie": "opened=yes; HttpOnly; SameSite=Lax" } : {};
    const page = url.pathname === "/done" ? '<meta http-equiv="refresh" content="0; url=/outcome">' : "Done.";
    response.writeHead(away === undefined ? 200 : 302, { ...cookie, ...(away && { location: away }) }).end(page);
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  origin = `http://localhost:${(listener.address() as AddressInfo).port}`;
});
beforeEach(() => {
  cloud.reset();
  visits = [];
  application = { ...registerModestApplication(cloud), redirectUri: `${origin}/consent` };
});
afterAll(async () => {
  listener.close();
  await cloud.close();
});

async function robot(parameters: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...parameters], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { NODE_EXTRA_CA_CERTS: cloud.caFile, ...environment },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, ...output };
}

test("begins at the start page, keeps cookies, signs in, and stays until the application's last page", async () => {
  expect(await robot([`${origin}/start`])).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(visits).toEqual([
    { path: "/start", answer: {}, cookie: "" },
    {
      path: "/consent",
      answer: { code: expect.any(String) as unknown, state: "the-state" },
      cookie: "opened=yes",
    },
    { path: "/done", answer: {}, cookie: "opened=yes" },
    { path: "/outcome", answer: {}, cookie: "opened=yes" },
  ]);
});

test("can decline", async () => {
  expect(await robot([`${origin}/start`], { SIGN_IN_ROBOT_CONSENT: "cancel" })).toMatchObject({ code: 0 });
  expect(visits[1]?.answer).toMatchObject({ error: "access_denied", state: "the-state" });
});

test("leaves Need admin approval without a consent", async () => {
  application.application.requiredResourceAccess = modelPermissions;
  expect(await robot([`${origin}/start`])).toMatchObject({ code: 0 });
  expect(visits[1]?.answer).toMatchObject({
    error: "access_denied",
    error_subcode: "cancel",
  });
});

test("ticks the box, and answers the page of adminconsent", async () => {
  application.application.requiredResourceAccess = modelPermissions;
  const administrator = { SIGN_IN_ROBOT_ACCOUNT: cloud.seeds.users.administrator.userPrincipalName };
  const everybody = { ...administrator, SIGN_IN_ROBOT_CONSENT: "accept-for-organization" };
  expect(await robot([`${origin}/start`], everybody)).toMatchObject({ code: 0 });
  expect(grantsOf(cloud, application).map(({ type }) => type)).toEqual(Array(3).fill("AllPrincipals"));
  for (const environment of [administrator, everybody]) {
    const query = new URLSearchParams({ client_id: application.clientId, redirect_uri: application.redirectUri });
    const address = `${cloud.url}/partner.example/adminconsent?${query.toString()}`;
    expect(await robot([address], environment)).toMatchObject({ code: 0 });
    expect(visits.findLast((one) => one.path === "/consent")?.answer).toMatchObject({ admin_consent: "True" });
  }
});

test("can be another account", async () => {
  const { userPrincipalName, id } = cloud.seeds.users.otherAccount;
  expect(await robot([`${origin}/start`], { SIGN_IN_ROBOT_ACCOUNT: userPrincipalName })).toMatchObject({ code: 0 });
  expect([...(cloud.clouds.get("AzureCloud")?.signIns.codes.values() ?? [])].map(({ userId }) => userId)).toEqual([id]);
});

test("a refusal on a page is its failure, in the page's words", async () => {
  expect(await robot([`${origin}/start`], { SIGN_IN_ROBOT_SECOND_FACTOR: "deny" })).toEqual({
    code: 1,
    stdout: "",
    stderr: `sign-in robot: ${cloud.url} refused: AADSTS500121: Authentication failed during strong authentication request.\n`,
  });
});

test("an address where nobody answers is its failure, with the reason", async () => {
  const gone = createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = gone.address() as AddressInfo;
  gone.close();
  const { code, stderr } = await robot([`http://127.0.0.1:${port}/start`]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("ECONNREFUSED")]);
});

test("one address is its only argument", async () => {
  for (const parameters of [[], ["not-an-address"], [origin, origin]]) {
    expect(await robot(parameters)).toEqual({ code: 2, stdout: "", stderr: "usage: sign-in-robot <address>\n" });
  }
});

test("unknown accounts and answers are named, with what is allowed", () => {
  expect(() => personFrom({ SIGN_IN_ROBOT_ACCOUNT: "bob@partner.example" })).toThrow(
    'SIGN_IN_ROBOT_ACCOUNT is "bob@partner.example"; seeded accounts are svc-partner@partner.example, svc-nomfa@partner.example, alice@partner.example, ' +
      "admin@partner.example, svc-partner@northwind.example, admin@northwind.example, svc-partner@partner-gov.example, " +
      "svc-nomfa@partner-gov.example, bob@partner-gov.example, admin@partner-gov.example",
  );
  expect(() => personFrom({ SIGN_IN_ROBOT_CONSENT: "maybe" })).toThrow(
    'SIGN_IN_ROBOT_CONSENT is "maybe"; allowed are accept, cancel, and accept-for-organization',
  );
});
