/** The embedded cloud's consent pages in a real browser, on a telephone; what they grant is held by tools/embedded-cloud/test/emulator/entra. */
import type { Page } from "playwright-core";
import { freePort } from "../../tools/embedded-cloud/free-port";
import { listenForRedirect } from "../../lib/oauth/redirect-listener";
import { registerApplication, type RegisteredApplication } from "../../tools/embedded-cloud/testing/applications";
import { type Emulator, startEmulator, type UserSeed } from "../../tools/embedded-cloud/testing/emulator";
import { grantsOf } from "../../tools/embedded-cloud/testing/grants";
import { authorizeUrl } from "../../tools/embedded-cloud/testing/oauth";
import { type HttpStandIn, serveHttp } from "../support/stand-in/http";
import { pageForEach } from "./support/chromium";
import { audit, whole } from "./support/page-audit";

let cloud: Emulator;
let application: RegisteredApplication;
let server: HttpStandIn;
let page: Page;
let complaints: string[];
pageForEach((opened) => ({ page, complaints } = opened));
let answers: [method: string | undefined, parameters: Record<string, string>][];

beforeAll(async () => {
  cloud = await startEmulator();
  const body = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><h1>Back</h1></html>';
  server = await serveHttp(({ url = "", method }, sent) => {
    if (url === "/consent") answers.push([method, Object.fromEntries(new URLSearchParams(sent))]);
    return { status: 200, headers: { "content-type": "text/html" }, body };
  });
});
beforeEach(() => {
  cloud.reset();
  answers = [];
  const redirectUri = `${server.url.replace("127.0.0.1", "localhost")}/consent`;
  application = { ...registerApplication(cloud), redirectUri };
});
afterAll(async () => {
  await Promise.all([server.close(), cloud.close()]);
});

const press = (name: string) => page.getByRole("button", { name, exact: true }).click();

async function signInAs({ userPrincipalName, password }: UserSeed): Promise<void> {
  await page.getByLabel("Account").fill(userPrincipalName);
  await page.getByLabel("Password").fill(password);
  await press("Sign in");
  await press("Approve");
}

test("Need admin approval: an administrator signs in instead and consents for everybody; the answer is posted without a click", async () => {
  await page.goto(authorizeUrl(cloud, application, { response_mode: "form_post" }));
  await signInAs(cloud.seeds.users.serviceAccount);
  expect(await audit(page, "Need admin approval")).toEqual(whole("Need admin approval"));
  await press("Sign in with that account");
  await signInAs(cloud.seeds.users.administrator);
  expect(await audit(page, "Permissions requested")).toEqual(whole("Permissions requested"));
  const box = page.getByLabel("Consent on behalf of your organization");
  expect(await box.isChecked()).toBe(false);
  await box.check();
  await press("Accept");
  await page.getByRole("heading", { name: "Back" }).waitFor();
  expect(answers).toEqual([["POST", { code: expect.any(String) as unknown, state: "the-state" }]]);
  expect(new Set(grantsOf(cloud, application).map(({ type }) => type))).toEqual(new Set(["AllPrincipals"]));
  expect(complaints).toEqual([]);
});

test("what the cloud holds: on a desk no table is cut, and what is empty says so", async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(cloud.url);
  expect(await audit(page, "What this cloud holds")).toEqual(whole("What this cloud holds"));
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
    page.waitForURL("**/outcome"),
    own.close({ good: false, title: "Consent not stored", failure: { what: "Declined." } }),
  ]);
  expect([await page.title(), await audit(page)]).toEqual([
    "Consent not stored · Partner consent",
    whole("Consent not stored"),
  ]);
  expect(complaints.filter((complaint) => !complaint.includes("ERR_ABORTED"))).toEqual([]);
});
