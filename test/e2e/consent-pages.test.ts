/**
 * The embedded cloud's consent pages in a real browser, on a telephone: an account that may not consent, one that may for everybody, and a
 * posted response.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { freePort } from "../../embedded-cloud/free-port";
import { listenForRedirect } from "../../lib/oauth/redirect-listener";
import { registerApplication, type RegisteredApplication } from "../../embedded-cloud/testing/applications";
import { type Emulator, startEmulator, type UserSeed } from "../../embedded-cloud/testing/emulator";
import { grantsOf, rolesOf } from "../../embedded-cloud/testing/grants";
import { authorizeUrl } from "../../embedded-cloud/testing/oauth";
import { launchChromium } from "./support/chromium";
import { audit, complaintsOf, whole } from "./support/page-audit";

let cloud: Emulator;
let application: RegisteredApplication;
let listener: Server;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
/** Requests to the application: method and parameters. */
let answers: [method: string | undefined, parameters: Record<string, string>][];

beforeAll(async () => {
  [cloud, browser] = await Promise.all([startEmulator(), launchChromium()]);
  listener = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
      const sent = request.method === "POST" ? Buffer.concat(chunks).toString() : search;
      if (pathname === "/consent") answers.push([request.method, Object.fromEntries(new URLSearchParams(sent))]);
      const body = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><h1>Back</h1></html>';
      response.writeHead(200, { "content-type": "text/html" }).end(body);
    })();
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
});
beforeEach(async () => {
  cloud.reset();
  answers = [];
  const redirectUri = `http://localhost:${(listener.address() as AddressInfo).port}/consent`;
  application = { ...registerApplication(cloud), redirectUri };
  context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  complaints = complaintsOf(page);
});
afterEach(() => context.close());
afterAll(async () => {
  listener.close();
  await Promise.all([browser.close(), cloud.close()]);
});

const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
const back = () => page.getByRole("heading", { name: "Back" }).waitFor();

async function signInAs({ userPrincipalName, password }: UserSeed): Promise<void> {
  await page.getByLabel("Account").fill(userPrincipalName);
  await page.getByLabel("Password").fill(password);
  await press("Sign in");
  await press("Approve");
}

test("Need admin approval: an administrator signs in instead and consents for everybody", async () => {
  await page.goto(authorizeUrl(cloud, application));
  await signInAs(cloud.seeds.users.serviceAccount);
  expect(await audit(page)).toEqual(whole("Need admin approval"));
  await press("Sign in with that account");
  await signInAs(cloud.seeds.users.administrator);
  expect(await audit(page)).toEqual(whole("Permissions requested"));
  const box = page.getByLabel("Consent on behalf of your organization");
  expect(await box.isChecked()).toBe(false);
  await box.check();
  await press("Accept");
  await back();
  expect(answers).toEqual([["GET", { code: expect.any(String) as unknown, state: "the-state" }]]);
  expect([grantsOf(cloud, application).map(({ type }) => type), rolesOf(cloud, application).length]).toEqual([
    ["AllPrincipals", "AllPrincipals", "AllPrincipals"],
    3,
  ]);
  expect(complaints).toEqual([]);
});

test("Need admin approval is left without a consent", async () => {
  await page.goto(authorizeUrl(cloud, application));
  await signInAs(cloud.seeds.users.serviceAccount);
  await press("Return to the application without granting consent");
  await back();
  expect(answers).toMatchObject([["GET", { error: "access_denied", state: "the-state" }]]);
  expect(complaints).toEqual([]);
});

test("adminconsent: an administrator accepts for the organization", async () => {
  const query = new URLSearchParams({ client_id: application.clientId, redirect_uri: application.redirectUri });
  await page.goto(`${cloud.url}/partner.example/adminconsent?${query.toString()}`);
  await signInAs(cloud.seeds.users.administrator);
  expect(await audit(page)).toEqual(whole("Permissions requested"));
  expect(await page.getByRole("main").innerText()).toContain("Accept for your organization");
  await press("Accept");
  await back();
  expect(answers).toEqual([["GET", { admin_consent: "True", tenant: cloud.seeds.partner.id }]]);
  expect(complaints).toEqual([]);
});

test("what the cloud holds: on a desk no table is cut, and what is empty says so", async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(cloud.url);
  expect(await audit(page)).toEqual(whole("What this cloud holds"));
  const cut = `[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth).length`;
  expect(await page.evaluate(cut)).toBe(0);
  const requests = page.locator("section", { has: page.getByRole("heading", { name: "Last requests" }) });
  expect(await requests.innerText()).toMatch(/Last requests\s+None yet\./u);
});

test("after the sign-in: a page while it is checked, and one of what came of it, each with its title", async () => {
  const own = await listenForRedirect(await freePort());
  const callback = own.wait({ url: `${own.redirectUri}?code=c&state=s`, state: "s" }, new AbortController().signal);
  // Playwright looks at no page whose next one is on its way: as where a browser follows nothing by itself.
  await page.route("**/outcome", (route) => route.abort("aborted"));
  await Promise.all([page.waitForEvent("requestfailed"), page.goto(own.startUrl), callback]);
  expect([await page.title(), await audit(page)]).toEqual([
    "Checking and finishing · Partner consent",
    whole("The sign-in came back"),
  ]);
  await page.unroute("**/outcome");
  await Promise.all([
    page.getByRole("link", { name: "What came of it" }).click(),
    own.close({ good: false, title: "Consent not stored", failure: { what: "Declined." } }),
  ]);
  expect([await page.title(), await audit(page)]).toEqual([
    "Consent not stored · Partner consent",
    whole("Consent not stored"),
  ]);
  expect(complaints.filter((complaint) => !complaint.includes("ERR_ABORTED"))).toEqual([]);
});

test("response_mode=form_post: the answer is posted without a click", async () => {
  await page.goto(authorizeUrl(cloud, application, { response_mode: "form_post" }));
  await signInAs(cloud.seeds.users.administrator);
  await press("Accept");
  await back();
  expect(answers).toEqual([["POST", { code: expect.any(String) as unknown, state: "the-state" }]]);
  expect(complaints).toEqual([]);
});
