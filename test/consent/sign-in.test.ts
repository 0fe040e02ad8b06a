import { openBrowser } from "../../lib/consent/browser";
import { DeadlineError, OlderTokensError, VerificationError } from "../../lib/consent/errors";
import { signIn, type SignInUi } from "../../lib/consent/sign-in";
import { PortTakenError } from "../../lib/oauth/redirect-listener";
import type { Tokens } from "../../lib/oauth/refresh-token";
import { Browser, holdPort } from "../oauth/browser";
import { freePort } from "../../embedded-cloud/free-port";
import { failureOf } from "../oauth/failure";
import { fakeEntra, jwt, refusal } from "../oauth/fake-entra";
import { target } from "./fixtures";
import { forgetInterruption, interrupt } from "../../lib/startup/waiting";
import { answerTo, Person, tokensFor } from "./person";

jest.mock("../../lib/consent/browser", () => {
  const browser = jest.requireActual<typeof import("../../lib/consent/browser.js")>("../../lib/consent/browser");
  return { ...browser, openBrowser: jest.fn(browser.openBrowser) };
});

const stored = { accountName: "svc@partner.example", expiresOn: "2027-02-22T10:00:00.000Z" };
const resource = target.cloud.partnerCenter;
const browserBefore = process.env["BROWSER"];

beforeAll(() => {
  // A command that does nothing: the tests are the browser.
  process.env["BROWSER"] = "true";
});
afterAll(() => {
  if (browserBefore === undefined) delete process.env["BROWSER"];
  else process.env["BROWSER"] = browserBefore;
});
afterEach(() => {
  jest.restoreAllMocks();
});

const fakeTimers = () =>
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance", "Date"] });
const settle = jest.fn<Promise<typeof stored>, [Tokens]>();
beforeEach(() => {
  settle.mockReset().mockResolvedValue(stored);
});
/** Without the markup that keeps ids and addresses on one line. */
const wordsOf = async ({ page }: Person): Promise<string | undefined> =>
  (await page)?.body.replaceAll(/<\/?span[^>]*>/gu, "");
async function attempt(ui: SignInUi, port?: number): Promise<typeof stored> {
  const options = { port: port ?? (await freePort()), deadlineMinutes: 10 };
  const store = async (obtain: () => Promise<Tokens>) => ({ token: await settle(await obtain()) });
  return (await signIn(target, { ...target, clientSecret: "secret" }, options, ui, undefined, store)).token;
}

test("who signs in hands on tokens once, and reads what was done with them", async () => {
  const person = new Person((state) => ({ code: "the-code", state }));
  expect(await attempt(person.ui)).toBe(stored);
  expect(settle.mock.calls).toEqual([
    [expect.objectContaining({ refreshToken: "refresh-canary", resource, accessToken: jwt({ aud: resource }) })],
  ]);
  expect([person.shown.length, person.hidden]).toEqual([1, 1]);
  expect(await wordsOf(person)).toContain(
    `Consent stored</h1><p>svc@partner.example consented for tenant ${target.tenantId}.</p>` +
      `<p>The refresh token is in ${target.vaultUri} as ${target.refreshTokenName}, until 2027-02-22.</p>`,
  );
});

test("a declined consent stores nothing, and the page says why", async () => {
  const description = "AADSTS65004: User declined to consent to access the app.";
  const person = new Person((state) => ({ error: "access_denied", error_description: description, state }));
  const message = `The sign-in was refused: the consent was declined. Entra says: ${description}`;
  expect(await failureOf(attempt(person.ui))).toMatchObject({
    name: "EntraError",
    error: "access_denied",
    aadsts: 65004,
    remedy: "consent",
    message: expect.stringContaining(message) as string,
  });
  expect(settle).not.toHaveBeenCalled();
  expect(await wordsOf(person)).toContain(
    `Consent not stored</h1><p>The sign-in was refused: the consent was declined.</p><p>Entra says: ${description}</p>`,
  );
});

test("a page elsewhere in the browser ends no sign-in, whatever it comes with: it is told once, and the answer counts", async () => {
  const person = new Person(
    () => ({ code: "foreign-canary", state: "another" }),
    () => ({ error: "access_denied", error_description: "AADSTS65004" }),
    (state) => ({ code: "the-code", state }),
  );
  expect(await attempt(person.ui)).toBe(stored);
  expect(person.sent.map(({ form }) => form["code"])).toEqual(["the-code"]);
  expect(person.lines).toContain(
    "An answer came that is not this sign-in's, from an old tab or another page, and was not used. The sign-in goes on.",
  );
  expect(JSON.stringify([person.lines, await person.page])).not.toContain("canary");
});

test("tokens that do not hold are told on the page too", async () => {
  settle.mockRejectedValue(new VerificationError("alice@partner.example signed in. Nothing was stored."));
  const person = new Person((state) => ({ code: "the-code", state }));
  await expect(attempt(person.ui)).rejects.toThrow(VerificationError);
  expect(await wordsOf(person)).toContain(
    "Consent not stored</h1><p>alice@partner.example signed in. Nothing was stored.</p>",
  );
});

test("a token that is stored while an older one stays enabled is not told as not stored", async () => {
  settle.mockRejectedValue(new OlderTokensError("v2", "The token is stored, but one before it may still be enabled."));
  const person = new Person((state) => ({ code: "the-code", state }));
  await expect(attempt(person.ui)).rejects.toThrow(OlderTokensError);
  expect(await wordsOf(person)).toContain(
    "Consent stored, an older token still enabled</h1><p>The token is stored, but one before it may still be enabled.</p>",
  );
});

test("a browser elsewhere counts by the address that is pasted", async () => {
  const pasted = Promise.withResolvers<string>();
  const shown = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const ui: SignInUi = {
    progress: () => undefined,
    showUrl: (url) => {
      shown.resolve(url);
      return () => undefined;
    },
    pastedUrl: (signal) => {
      signals.push(signal);
      return pasted.promise;
    },
  };
  const result = attempt(ui);
  const start = new URL(await shown.promise);
  const { location } = (await new Browser(start.origin).open(start.pathname)).headers;
  answerTo(String(location));
  const state = new URL(String(location)).searchParams.get("state") ?? "";
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  pasted.resolve(`http://localhost:1/consent?code=the-code&state=${state}`);
  expect(await result).toBe(stored);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test("nobody in time: the deadline is told, and the port is free again", async () => {
  fakeTimers();
  const port = await freePort();
  const shown = Promise.withResolvers<undefined>();
  const hide = jest.fn();
  const showUrl = (): (() => void) => {
    shown.resolve(undefined);
    return hide;
  };
  const failed = failureOf(attempt({ progress: () => undefined, showUrl }, port));
  await shown.promise;
  jest.advanceTimersByTime(600_000 - 1);
  expect(hide).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  jest.useRealTimers();
  expect(await failed).toMatchObject({
    name: "DeadlineError",
    message:
      "Nobody signed in within 10 minutes. Nothing was stored. Start again: secure-app-model '<command>'; or: Deploy again: pulumi up; or: " +
      "Give it longer: secure-app-model '<command>' --deadline 30; or: " +
      "Let a deployment wait longer: pulumi config set --path secure-application-model:consent.deadlineMinutes 30, then pulumi up",
  });
  expect(new DeadlineError("x").name).toBe("DeadlineError");
  expect(hide).toHaveBeenCalledTimes(1);
  await (await holdPort("127.0.0.1", port)).release();
});

test("a browser that the system refuses to start is done without", async () => {
  process.env["BROWSER"] = "/dev/null/browser";
  try {
    const person = new Person((state) => ({ code: "the-code", state }));
    expect(await attempt(person.ui)).toBe(stored);
  } finally {
    process.env["BROWSER"] = "true";
  }
});

test("a sign-in that fails before anybody waits for the callback leaves no rejection behind", async () => {
  jest.mocked(openBrowser).mockImplementationOnce(() => {
    throw new Error("No browser.");
  });
  // An unhandled rejection fails the test.
  await expect(attempt({ progress: () => undefined, showUrl: () => () => undefined })).rejects.toThrow("No browser.");
});

test("the sign-in's end is told before a browser opens, and that it goes on; an interruption ends it, and the browser is told", async () => {
  fakeTimers();
  try {
    const lines: string[] = [];
    const shown = Promise.withResolvers<string>();
    const showUrl = (url: string): (() => void) => {
      shown.resolve(url);
      return () => undefined;
    };
    const failed = failureOf(attempt({ progress: (line) => lines.push(line), showUrl }));
    const { origin } = new URL(await shown.promise);
    expect(lines).toEqual(["Waiting for the sign-in, for at most 10 minutes …"]);
    jest.advanceTimersByTime(60_000);
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^Still waiting for the sign-in, for at most .* more …$/u)]);
    interrupt();
    expect(await failed).toMatchObject({ code: "interrupted" });
    await expect(new Browser(origin).open("/")).rejects.toThrow("ECONNREFUSED");
  } finally {
    jest.useRealTimers();
    forgetInterruption();
  }
});

test("a port that is taken is told before anything is shown", async () => {
  const { port, release } = await holdPort("127.0.0.1");
  const person = new Person(() => ({}));
  await expect(attempt(person.ui, port)).rejects.toThrow(new PortTakenError(port));
  expect(person.shown).toEqual([]);
  await release();
});

/** A browser whose first code Entra fails to redeem, and that starts again by the page's link; or by nothing. */
class AskedAgain {
  readonly shown: string[] = [];
  readonly lines: string[] = [];
  readonly codes: (string | undefined)[] = [];
  readonly pages: string[] = [];
  browsed: Promise<void> | undefined;
  #authorizationUrl = "";
  #faults: number;
  readonly ui: SignInUi = {
    progress: (line) => this.lines.push(line),
    showUrl: (url, authorizationUrl) => {
      this.shown.push(url);
      this.#authorizationUrl = authorizationUrl;
      if (this.shown.length === 1) this.browsed = this.#signIn(url);
      return () => undefined;
    },
  };

  constructor(
    faults: number,
    readonly goesOn = true,
  ) {
    this.#faults = faults;
    const tokens = (): object => tokensFor(this.#authorizationUrl);
    fakeEntra(({ form }) => {
      this.codes.push(form["code"]);
      return this.#faults-- > 0 ? refusal503 : { body: tokens() };
    });
  }

  /** One round in the browser: from a start to the page of what came of it. */
  async #round(path: string, browser: Browser, code: string): Promise<void> {
    const location = new URL(String((await browser.open(path)).headers["location"]));
    const state = location.searchParams.get("state") ?? "";
    await browser.open(`/consent?${new URLSearchParams({ code, state }).toString()}`);
    this.pages.push((await browser.open("/outcome")).body);
  }

  async #signIn(url: string): Promise<void> {
    const browser = new Browser(new URL(url).origin);
    for (let [path, round]: [string | undefined, number] = [new URL(url).pathname, 1]; path !== undefined; round += 1) {
      await this.#round(path, browser, `code-${round}`);
      path = this.goesOn
        ? /<a href="http:\/\/localhost:\d+(\/start\/[^"]+)">/u.exec(this.pages.at(-1) ?? "")?.[1]
        : undefined;
    }
  }
}

const refusal503 = {
  ...refusal("temporarily_unavailable", "AADSTS90033: A transient error has occurred. Please try again."),
  status: 503,
};

test("a fault of Entra's while the code is redeemed costs one press: the page starts the sign-in again, no code is sent twice, no browser opens", async () => {
  const person = new AskedAgain(2);
  jest.mocked(openBrowser).mockClear();
  expect(await attempt(person.ui)).toBe(stored);
  expect(person.codes).toEqual(["code-1", "code-2", "code-3"]);
  expect(new Set(person.shown).size).toBe(1);
  expect(openBrowser).toHaveBeenCalledTimes(1);
  expect(person.lines.filter((line) => line.includes("once more"))).toEqual(
    Array(2).fill(
      "Redeeming the authorization code failed by a fault of Entra's that passes by itself: the directory does not answer. " +
        "The sign-in is needed once more: go on in the browser where you signed in, or open an address below; none opens by itself.",
    ),
  );
  await person.browsed;
  const [first, , last] = person.pages;
  expect(first).toContain("Sign in once more</h1>");
  expect(first).toContain(">Start the sign-in again</a>");
  expect(first).not.toContain("You can close this window");
  expect(last).toContain("Consent stored</h1>");
});

test("who does not press gets the fault at the deadline, and nothing is stored", async () => {
  fakeTimers();
  try {
    const person = new AskedAgain(1, false);
    const failed = failureOf(attempt(person.ui));
    while (person.shown.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await person.browsed;
    jest.advanceTimersByTime(600_000);
    expect(await failed).toMatchObject({ code: "entra-passing", remedy: "passing" });
    expect([person.codes, settle.mock.calls]).toEqual([["code-1"], []]);
  } finally {
    jest.useRealTimers();
  }
});

test("a redirect that tells of such a fault asks once more as well", async () => {
  let rounds = 0;
  const person = new Person((state) =>
    ++rounds === 1
      ? { error: "server_error", error_description: "AADSTS90041: A transient error has occurred.", state }
      : { code: "the-code", state },
  );
  expect(await attempt(person.ui)).toBe(stored);
  expect([rounds, person.shown.length]).toEqual([2, 2]);
});

test("pasted: the second address is read where the first one's code was lost", async () => {
  let [faults, url, asked] = [1, "", 0];
  const codes: (string | undefined)[] = [];
  fakeEntra(({ form }) => {
    codes.push(form["code"]);
    return faults-- > 0 ? refusal503 : { body: tokensFor(url) };
  });
  const ui: SignInUi = {
    progress: () => undefined,
    showUrl: (_, authorizationUrl) => {
      url = authorizationUrl;
      return () => undefined;
    },
    pastedUrl: () => {
      const state = new URL(url).searchParams.get("state") ?? "";
      return Promise.resolve(`http://localhost/consent?code=pasted-${++asked}&state=${state}`);
    },
  };
  expect(await attempt(ui)).toBe(stored);
  expect(codes).toEqual(["pasted-1", "pasted-2"]);
});
