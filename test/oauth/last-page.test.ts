/** The page that is shown while the outcome of a sign-in is not known yet. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { listenForRedirect, type RedirectListener } from "../../oauth/redirect-listener";
import { ownCommand, run } from "../../errors/failure";
import { Browser } from "./browser";
import { freePort } from "../../embedded-cloud/free-port";

let listener: RedirectListener;
let browser: Browser;
beforeEach(async () => {
  listener = await listenForRedirect(await freePort());
  browser = new Browser(new URL(listener.startUrl).origin);
  const request = { url: "https://login.example/authorize", state: "s" };
  const callback = listener.wait(request, new AbortController().signal);
  await browser.open(new URL(listener.startUrl).pathname);
  await browser.open("/consent?code=the-code&state=s");
  await callback;
});

/** Opens the last page; its first part is there when this resolves. */
async function openTab(): Promise<{ response: IncomingMessage; text: () => string; leave: () => void }> {
  const { port } = new URL(browser.address);
  const headers = { Host: `localhost:${port}`, Cookie: browser.cookie };
  const sent = request({ host: "127.0.0.1", port, path: "/done", headers }).on("error", () => undefined);
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let text = "";
  response.on("data", (part: Buffer) => (text += part.toString())).on("error", () => undefined);
  await once(response, "data");
  return { response, text: () => text, leave: () => sent.destroy() };
}

test("it begins at once, and ends with the outcome: its title, ids and lines that stay whole, and commands as code", async () => {
  const { response, text } = await openTab();
  expect(text()).toMatch(/<div class="waiting" role="status"><p>The sign-in came back\. [^<]+<\/p><\/div>$/u);
  const ended = once(response, "end");
  const lines = ["Tenant 5e1d8f6a-2c94-4b7e-8a35.\nRun it again."];
  const fixes = [run("Consent again", ownCommand("consent", "--tenant", "<tenant>"))];
  await listener.close({ good: false, title: "Consent not stored", lines, failure: { what: "Declined.", fixes } });
  await ended;
  // The first title of a page is the browser's.
  expect(text().match(/<title>.*?<\/title>/gu)).toEqual(["<title>Consent not stored · Partner consent</title>"]);
  expect(text()).toMatch(
    /<p>Declined\.<\/p><p>Consent again:<\/p><pre><code>[^<]*secure-app-model consent --tenant &#60;tenant&#62;<\/code><\/pre>/u,
  );
  expect(text()).toContain(
    `Consent not stored</h1><p>Tenant <span class="whole">5e1d8f6a-2c94-4b7e-8a35.</span>\nRun it again.</p>`,
  );
});

test("a tab that was closed holds up nothing for long, and one that is opened anew shows the outcome", async () => {
  const outcome = { good: true, title: "Consent stored", lines: [] };
  (await openTab()).leave();
  const { response, text } = await openTab();
  const ended = once(response, "end");
  await listener.close(outcome);
  await ended;
  expect(text()).toContain("Consent stored</h1>");
});

test("the listener stops after two seconds if the page is not opened again", async () => {
  (await openTab()).leave();
  const since = performance.now();
  await listener.close({ good: true, title: "Consent stored", lines: [] });
  expect(performance.now() - since).toBeLessThan(4000);
});
