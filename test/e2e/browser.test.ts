/** The sign-in as a person does it: a real browser, clicks and keys. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { freePort } from "../../tools/embedded-cloud/free-port";
import { story } from "../support/story";
import { BrowserLauncher } from "./support/browser-launcher";
import { pages } from "./support/chromium";
import type { Finished } from "../cli/support/built-command";
import { secureAppModel } from "./support/command";
import { audit, whole } from "./support/page-audit";
import { stackForAll } from "./support/deployed-once";
import { finished, type Project } from "./support/project";
import { newestOf, tokenVersions } from "./support/vault";

/** Consent is requested only from an administrator, because the deployment grants nothing. */
const settings = { adminConsent: undefined, consent: { account: "admin@partner.example" } };
let project: Project;
let launcher: BrowserLauncher;
stackForAll({ signIn: "nobody", settings }, async (started) => {
  project = started;
  launcher = await BrowserLauncher.in(project.folder);
});

let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
const test = story(pages((opened) => ({ browser, context, page, complaints } = opened)));

const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
const versions = () => tokenVersions(project);

/** The command's own sign-in, even if there is already a token. */
async function consentCommand(account: string): Promise<Finished> {
  const { applicationId, credential, tenantId, vaultUri } = await project.outputs();
  const argv = ["consent", "--force", "--cloud", "AzureCloud", "--vault", vaultUri, "--tenant", tenantId];
  const port = String(await freePort());
  const names = ["--client-id", applicationId, "--credential", credential.name];
  return await secureAppModel(project, [...argv, ...names, "--account", account, "--port", port, "--deadline", "1"], {
    BROWSER: launcher.command,
  });
}

async function signIn(password: string): Promise<void> {
  await page.getByLabel("Password").fill(password);
  await press("Sign in");
}

test("signing in during pulumi up: a wrong password, the second factor, the consent, and what was stored", async () => {
  const { userPrincipalName, password } = project.emulator.seeds.users.administrator;
  project.environment["BROWSER"] = launcher.command;
  const up = finished(project.spawn("up", "--yes", "--skip-preview"));
  await page.goto(await launcher.nextAddress());
  expect(await audit(page, "Sign in")).toEqual(whole("Sign in"));
  expect(await page.getByLabel("Account").inputValue()).toBe(userPrincipalName);
  expect(await page.locator(":focus").getAttribute("name")).toBe("password");

  await signIn("wrong");
  expect(await page.getByRole("alert").textContent()).toContain("AADSTS50126");
  expect(await page.getByLabel("Account").inputValue()).toBe(userPrincipalName);
  expect(await audit(page, "Sign in")).toEqual(whole("Sign in"));

  await signIn(password);
  expect(await audit(page, "Approve sign-in")).toEqual(whole("Approve sign-in"));
  await press("Approve");
  expect(await audit(page, "Permissions requested")).toEqual(whole("Permissions requested"));
  await press("Accept");

  expect(await audit(page, "Consent stored")).toEqual(whole("Consent stored"));
  expect(new URL(page.url())).toMatchObject({ hostname: "localhost", pathname: "/outcome", search: "", hash: "" });
  const { code, text } = await up;
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
  const { refreshTokenName, tenantId, vaultUri } = await project.outputs();
  const said = await page.getByRole("main").last().innerText();
  expect(said).toContain(`${userPrincipalName} consented for tenant ${tenantId}.`);
  expect(said).toContain(`The refresh token is in ${vaultUri} as ${refreshTokenName}, until `);
  expect(newestOf(await versions())).toMatchObject({ enabled: true });
  expect(complaints).toEqual([]);
});

test("declining: the page says why, and nothing is stored", async () => {
  const { userPrincipalName, password } = project.emulator.seeds.users.administrator;
  const before = await versions();
  const { grants } = project.tenant;
  const granted = [...grants];
  grants.clear();
  const command = consentCommand(userPrincipalName);
  await page.goto(await launcher.nextAddress());
  await signIn(password);
  await press("Approve");
  await press("Cancel");
  for (const [id, grant] of granted) grants.set(id, grant);
  expect(await audit(page, "Consent not stored")).toEqual(whole("Consent not stored"));
  expect(await page.title()).toBe("Consent not stored · Partner consent");
  expect(await page.locator("pre code").first().innerText()).toMatch(/^(?:npx --no )?secure-app-model consent /u);
  expect(await page.getByRole("main").last().innerText()).toContain("the consent was declined");
  expect(page.url()).toMatch(/^http:\/\/localhost:\d+\/outcome$/u);
  expect(await command).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("declined") as string });
  expect(await versions()).toEqual(before);
  expect(complaints).toEqual([]);
});

test("an ordinary account is told who has to consent before a browser opens; the administrator does, and stores no token", async () => {
  const { otherAccount, administrator } = project.emulator.seeds.users;
  const before = await versions();
  const refused = await consentCommand(otherAccount.userPrincipalName);
  expect(refused).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringContaining("--as-administrator") as string,
  });
  const { applicationId, tenantId } = await project.outputs();
  const about = ["--cloud", "AzureCloud", "--tenant", tenantId, "--client-id", applicationId];
  const argv = ["consent", "--as-administrator", ...about, "--port", String(await freePort()), "--deadline", "1"];
  const command = secureAppModel(project, argv, { BROWSER: launcher.command });
  await page.goto(await launcher.nextAddress());
  await page.getByLabel("Account").fill(administrator.userPrincipalName);
  await signIn(administrator.password);
  await press("Approve");
  expect(await audit(page, "Permissions requested")).toEqual(whole("Permissions requested"));
  await press("Accept");
  expect(await audit(page, "Consent given")).toEqual(whole("Consent given"));
  expect(new URL(page.url())).toMatchObject({ hostname: "localhost", pathname: "/outcome", search: "", hash: "" });
  expect(await command).toMatchObject({ code: 0 });
  expect(await versions()).toEqual(before);
  expect(complaints).toEqual([]);
});

test("somebody else's browser cannot finish the sign-in, and does not end it", async () => {
  const { userPrincipalName, password } = project.emulator.seeds.users.administrator;
  const before = await versions();
  const command = consentCommand(userPrincipalName);
  // Another browser is faster: the own one gets the redirect to the callback after it.
  const callback = Promise.withResolvers<string>();
  const tried = Promise.withResolvers<undefined>();
  await context.route("**/sign-in/second-factor", async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    callback.resolve(response.headers()["location"] ?? "");
    await tried.promise;
    await route.fulfill({ response });
  });
  const address = await launcher.nextAddress();
  await page.goto(address);
  const stranger = await browser.newPage();
  expect([(await stranger.goto(address))?.status(), await audit(stranger)]).toEqual([
    409,
    whole("Opened in a browser already"),
  ]);
  expect(await stranger.getByRole("main").innerText()).toContain("A browser has opened this address already.");
  // The own browser may open the address again.
  await page.goto(address);
  await signIn(password);
  const approved = press("Approve");
  const answer = await stranger.goto(await callback.promise);
  expect([answer?.status(), await audit(stranger)]).toEqual([403, whole("Not started in this browser")]);
  expect(await stranger.getByRole("main").innerText()).toContain("This sign-in was not started in this browser.");
  await stranger.close();
  tried.resolve(undefined);
  await approved;
  await page.getByRole("heading", { name: "Consent stored" }).waitFor();
  expect(await command).toMatchObject({ code: 0 });
  expect(newestOf(await versions()).version).not.toBe(newestOf(before).version);
  expect(complaints).toEqual([]);
});

test("what the cloud holds, and a sign-in that cannot begin, fit a telephone", async () => {
  await page.goto(project.emulator.url);
  expect(await audit(page, "What this cloud holds")).toEqual(whole("What this cloud holds"));
  expect((await page.locator("body").boundingBox())?.height).toBeLessThan(6000);
  const nowhere = await page.goto(new URL("/nothing/here", project.emulator.url).href);
  expect([nowhere?.status(), await audit(page)]).toEqual([501, whole("There is no page here")]);
  await page.getByRole("link", { name: "What this cloud holds" }).click();
  expect(await page.title()).toBe("Overview · Embedded cloud");
  const unknown = new URL("/common/oauth2/v2.0/authorize?client_id=unknown&response_type=code", project.emulator.url);
  const answer = await page.goto(unknown.href);
  expect([answer?.status(), await audit(page)]).toEqual([400, whole("Sign-in is not possible")]);
  expect(await page.getByRole("main").innerText()).toMatch(/AADSTS700016.*the application.*still waiting/su);
  // The browser's own texts for the statuses.
  expect(complaints.filter((complaint) => !/status of (?:400|501)/u.test(complaint))).toEqual([]);
});
