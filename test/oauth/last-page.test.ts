/** The page that is open while the outcome of a sign-in is not known yet, and the one after it. */
import { once } from "node:events";
import { request } from "node:http";
import { listenForRedirect, type RedirectListener } from "../../lib/oauth/redirect-listener";
import { ownCommand, run } from "../../lib/errors/failure";
import { Browser, closeAtOnce } from "./browser";
import { freePort } from "../../tools/embedded-cloud/free-port";

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
afterEach(() => {
  jest.useRealTimers();
});

const titlesIn = (page: string) => page.match(/<title>.*?<\/title>/gu);
const good = { good: true, title: "Consent stored", lines: [] };

test("it comes at once, says what is awaited, and asks for the outcome by itself or by its link", async () => {
  const { status, body } = await browser.open("/done");
  expect([status, titlesIn(body)]).toEqual([200, ["<title>Checking and finishing · Partner consent</title>"]]);
  expect(body).toContain('<meta http-equiv="refresh" content="0; url=/outcome">');
  expect(body).toMatch(/<main><h1>The sign-in came back<\/h1>.*<a href="\/outcome">What came of it<\/a>/u);
  await Promise.all([browser.open("/outcome"), listener.close(good)]);
});

test("the outcome: its title, ids and lines that stay whole, and commands as code", async () => {
  const answer = browser.open("/outcome");
  const lines = ["Tenant 5e1d8f6a-2c94-4b7e-8a35.\nRun it again."];
  const fixes = [run("Consent again", ownCommand("consent", "--tenant", "<tenant>"))];
  await listener.close({ good: false, title: "Consent not stored", lines, failure: { what: "Declined.", fixes } });
  const { body } = await answer;
  expect(titlesIn(body)).toEqual(["<title>Consent not stored · Partner consent</title>"]);
  expect(body).not.toContain("refresh");
  expect(body).toMatch(
    /<p>Declined\.<\/p><p>Consent again:<\/p><pre><code>[^<]*secure-app-model consent <span>--tenant<\/span> (?:'|&#39;)&#60;tenant&#62;(?:'|&#39;)<\/code><\/pre>/u,
  );
  expect(body).toContain(
    `Consent not stored</h1><p>Tenant <span class="whole">5e1d8f6a-2c94-4b7e-8a35.</span>\nRun it again.</p>`,
  );
});

test("what takes longer than a browser waits for an answer: the same page again, and at last the outcome", async () => {
  jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "performance"] });
  const asked = browser.open("/outcome");
  const answers: number[] = [];
  void asked.then(({ status }) => answers.push(status));
  while (answers.length === 0) {
    await jest.advanceTimersByTimeAsync(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(titlesIn((await asked).body)).toEqual(["<title>Checking and finishing · Partner consent</title>"]);
  jest.useRealTimers();
  const [{ body }] = await Promise.all([browser.open("/outcome"), listener.close(good)]);
  expect(body).toContain("Consent stored</h1>");
});

/** A tab that asks for the outcome and is closed before it comes. */
async function closedTab(): Promise<void> {
  const { port } = new URL(browser.address);
  const headers = { Host: `localhost:${port}`, Cookie: browser.cookie };
  const sent = request({ host: "127.0.0.1", port, path: "/outcome", headers }).on("error", () => undefined);
  sent.end();
  await once(sent, "finish");
  // The answer to a later request: this one has been seen, and then its end.
  await browser.open("/done");
  sent.destroy();
  await browser.open("/done");
}

test("a tab that was closed holds up nothing for long, and one that is opened anew shows the outcome", async () => {
  await closedTab();
  const [{ body }] = await Promise.all([browser.open("/outcome"), listener.close(good)]);
  expect(body).toContain("Consent stored</h1>");
});

test("where nobody opens it again, the listener gives up after two seconds", async () => {
  await closedTab();
  expect(await closeAtOnce(listener, good)).toEqual([2000]);
});

test("a browser that is slow to open it at all has twenty", async () => {
  expect(await closeAtOnce(listener, good)).toEqual([20_000]);
});
