import { listenForRedirect, type RedirectListener } from "../../lib/oauth/redirect-listener";
import { Browser, type Page } from "./browser";
import { freePort } from "../../tools/embedded-cloud/free-port";

const authorizationUrl = "https://login.example/authorize?state=the-state";
const good = { good: true, title: "Consent stored", lines: ["svc@partner.example consented."] };

let listener: RedirectListener;
let browser: Browser;

beforeEach(async () => {
  listener = await listenForRedirect(await freePort());
  browser = new Browser(new URL(listener.startUrl).origin);
});
afterEach(async () => {
  // A browser that came back is waited for; here it always goes on to the last page, where that is still open.
  await Promise.all([browser.open("/outcome").catch(() => undefined), listener.close(good)]);
});

const start = (): Promise<Page> => browser.open(new URL(listener.startUrl).pathname);
const wait = (signal = new AbortController().signal, onForeign?: () => void): Promise<URLSearchParams> =>
  listener.wait({ url: authorizationUrl, state: "the-state" }, signal, onForeign);
const right = "/consent?code=right&state=the-state";
/** Whether a promise is settled now: only pending callbacks are awaited. */
const settled = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ]);
/** The flow that nothing has ended goes on to its own answer. */
async function goesOn(callback: Promise<URLSearchParams>): Promise<void> {
  expect(await settled(callback)).toBe(false);
  expect((await browser.open(right)).status).toBe(303);
  expect((await callback).get("code")).toBe("right");
}
const refusal = (status: number, title: string, why: string): object => ({
  status,
  headers: expect.objectContaining({ "content-type": "text/html; charset=utf-8" }) as object,
  body: expect.stringMatching(
    new RegExp(`<title>${title} · Partner consent</title>.*${title}</h1><p>${why}</p>`, "su"),
  ) as string,
});
const notThisBrowser = "This sign-in was not started in this browser. Open the address the command printed.";

test("the whole way: start, cookie, callback, clean URL, outcome; the code is on no page", async () => {
  const callback = wait();
  const started = await start();
  const leadsTo = (location: string): object => expect.objectContaining({ location }) as object;
  expect(started).toEqual({ status: 302, headers: leadsTo(authorizationUrl), body: "" });
  const [cookie, ...attributes] = String(started.headers["set-cookie"]).split("; ");
  expect(cookie).toMatch(/^consent-flow=[\w-]{32}$/u);
  expect(attributes.sort()).toEqual(["HttpOnly", "Path=/", "SameSite=Lax"]);

  const headers = { Cookie: `other=1; ${browser.cookie}` };
  const returned = await browser.open("/consent?code=code-canary&state=the-state", { headers });
  expect(returned).toEqual({ status: 303, headers: leadsTo("/done"), body: "" });
  expect(Object.fromEntries(await callback)).toEqual({ code: "code-canary", state: "the-state" });

  const done = browser.open("/outcome");
  await listener.close({ good: true, title: "Consent stored", lines: ["<svc> & co consented.", "Until 2027."] });
  const page = await done;
  expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(page.body).toContain("</svg>Consent stored</h1><p>&#60;svc&#62; &#38; co consented.</p><p>Until 2027.</p>");
  expect(JSON.stringify([started, returned, page])).not.toContain("canary");
});

test("the address in a command's arguments serves the first browser: again with its cookie, and no other", async () => {
  const callback = wait();
  const { pathname } = new URL(listener.browserUrl);
  await browser.open(pathname);
  const { cookie } = browser;
  const stranger = new Browser(browser.address);
  for (const brought of ["", "consent-flow=guessed"]) {
    stranger.cookie = brought;
    const refused = await stranger.open(pathname);
    expect(refused).toEqual(
      refusal(
        409,
        "Opened in a browser already",
        "A browser has opened this address already. To use another, open the address the command printed.",
      ),
    );
    expect(refused.headers).not.toHaveProperty("set-cookie");
  }
  const reloaded = await browser.open(pathname);
  expect([reloaded.status, reloaded.headers["location"], browser.cookie]).toEqual([302, authorizationUrl, cookie]);
  await goesOn(callback);
});

test("the printed address serves any browser, and the last one to open it may finish", async () => {
  const callback = wait();
  await browser.open(new URL(listener.browserUrl).pathname);
  const other = new Browser(browser.address);
  expect((await other.open(new URL(listener.startUrl).pathname)).status).toBe(302);
  expect((await other.open("/consent?code=code-canary&state=the-state")).status).toBe(303);
  expect((await callback).get("code")).toBe("code-canary");
});

test("addresses name localhost and the port, and no two flows share a start", async () => {
  const { host } = new URL(browser.address);
  expect(listener.redirectUri).toBe(`http://${host}/consent`);
  const addresses = [listener.startUrl, listener.browserUrl];
  for (const url of addresses) expect(url).toMatch(new RegExp(`^http://${host}/start/[\\w-]{8}$`, "u"));
  const other = await listenForRedirect(await freePort());
  await other.close(good);
  const paths = [...addresses, other.startUrl, other.browserUrl].map((url) => new URL(url).pathname);
  expect(new Set(paths).size).toBe(4);
});

test("no answer is cached, framed, or leads a referrer on", async () => {
  void wait();
  const stranger = new Browser(browser.address);
  const answers = [await start(), await stranger.open("/consent?code=1"), await browser.open("/nothing")];
  await browser.open(new URL(listener.browserUrl).pathname);
  answers.push(await stranger.open(new URL(listener.browserUrl).pathname));
  answers.push(await browser.open("/consent?code=1"), await browser.open(right), await browser.open(right));
  const done = browser.open("/outcome");
  await listener.close(good);
  answers.push(await done);
  expect(answers.map(({ status }) => status)).toEqual([302, 403, 404, 409, 400, 303, 409, 200]);
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    });
  }
});

test.each(["", "consent-flow=guessed"])(
  "a callback with the cookie %j is refused, and the flow goes on",
  async (cookie) => {
    const callback = wait();
    await start();
    const stranger = new Browser(browser.address);
    stranger.cookie = cookie;
    expect(await stranger.open("/consent?code=code-canary")).toEqual(
      refusal(403, "Not started in this browser", notThisBrowser),
    );
    await goesOn(callback);
  },
);

const notThisSignIn = "This answer belongs to another sign-in. The one that is waiting continues.";

test.each([
  ["another state", "code=code-canary&state=wrong"],
  ["a longer state", "code=code-canary&state=the-state2"],
  ["no state", "code=code-canary"],
  ["a refusal without the state", "error=access_denied&error_description=AADSTS65004"],
  ["a refusal of another sign-in", "error=access_denied&state=wrong"],
  ["two states", "code=code-canary&state=wrong&state=the-state"],
  ["nothing", ""],
])("a page elsewhere in the same browser that comes with %s ends nothing and uses nothing up", async (_, query) => {
  const onForeign = jest.fn();
  const callback = wait(undefined, onForeign);
  // Both addresses were opened in it, so that it sends the cookie of either.
  await start();
  await browser.open(new URL(listener.browserUrl).pathname);
  for (let time = 0; time < 2; time++) {
    const answer = await browser.open(`/consent?${query}`);
    expect(answer).toEqual(refusal(400, "The answer of another sign-in", notThisSignIn));
    expect(answer.headers).not.toHaveProperty("set-cookie");
    expect(await settled(callback)).toBe(false);
  }
  expect(onForeign).toHaveBeenCalledTimes(1);
  await goesOn(callback);
});

test("a refusal with the state is the answer", async () => {
  const callback = wait();
  await start();
  expect((await browser.open("/consent?error=access_denied&state=the-state")).status).toBe(303);
  expect((await callback).get("error")).toBe("access_denied");
});

test("a second callback is refused: one flow, one answer", async () => {
  const callback = wait();
  await start();
  await browser.open("/consent?code=first&state=the-state");
  const answer = await browser.open("/consent?code=second&state=the-state");
  expect(answer).toEqual(
    refusal(409, "This sign-in came back already", "This sign-in has come back already. Start again for another one."),
  );
  expect((await callback).get("code")).toBe("first");
});

test.each([
  ["under another name of this machine", { headers: { Host: "rebound.example" } }],
  ["under another port", { headers: { Host: "localhost:1" } }],
  ["by another method", { method: "POST" }],
])("a request %s is refused, with the right cookie too", async (_, visit) => {
  const callback = wait();
  await start();
  for (const path of [new URL(listener.startUrl).pathname, "/consent?code=code-canary", "/done", "/outcome"]) {
    expect(await browser.open(path, visit)).toEqual(
      refusal(400, "No sign-in here", "This address only takes part in one sign-in."),
    );
  }
  expect(await settled(callback)).toBe(false);
});

test.each(["/", "/start", "/start/guessed1", "/done", "/outcome", "//", "//evil.example/start", "http://[", "/%ff"])(
  "%s is nothing, and ends nothing",
  async (path) => {
    const callback = wait();
    const answer = await browser.open(path);
    expect(answer).toEqual(
      refusal(404, "Nothing here", "There is nothing here. Open the address the command printed."),
    );
    expect(await settled(callback)).toBe(false);
  },
);

test("the start leads nowhere before it is known where to", async () => {
  expect((await start()).status).toBe(404);
});

test("the deadline ends the wait with its own reason, before or while it waits", async () => {
  const deadline = new AbortController();
  const callback = wait(deadline.signal);
  deadline.abort(new Error("Nobody signed in."));
  await expect(callback).rejects.toThrow("Nobody signed in.");
  await expect(wait(AbortSignal.abort(new Error("Too late.")))).rejects.toThrow("Too late.");
});
