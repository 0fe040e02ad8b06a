/** The way of a sign-in that test/cli/consent.test.ts and test/e2e/browser.test.ts do not go. */
import { RecordedCredential } from "../../lib/credential/client-credential";
import { openBrowser } from "../../lib/consent/browser";
import { OlderTokensError, VerificationError } from "../../lib/token/errors";
import { signIn, type SignInUi } from "../../lib/consent/sign-in";
import { writeToken, type Written } from "../../lib/token/writer";
import { Browser } from "../oauth/browser";
import { freePort } from "../../tools/embedded-cloud/free-port";
import { failureOf } from "../oauth/failure";
import { MemoryVault, target } from "../token/fixtures";
import { forgetInterruption, interrupt } from "../../lib/startup/waiting";
import { Person } from "./person";

jest.mock("../../lib/consent/browser", () => {
  const browser = jest.requireActual<typeof import("../../lib/consent/browser.js")>("../../lib/consent/browser");
  return { ...browser, openBrowser: jest.fn(browser.openBrowser) };
});

jest.mock("../../lib/token/writer", () => ({ writeToken: jest.fn() }));

const stored = { accountName: "svc@partner.example", expiresOn: "2027-02-22T10:00:00.000Z" };
const browserBefore = process.env["BROWSER"];

beforeEach(() => {
  // A command that does nothing: the tests are the browser.
  process.env["BROWSER"] = "true";
  settle.mockReset().mockResolvedValue({ token: stored } as Written);
});
afterAll(() => {
  if (browserBefore === undefined) delete process.env["BROWSER"];
  else process.env["BROWSER"] = browserBefore;
});
afterEach(() => {
  jest.useRealTimers();
  forgetInterruption();
  jest.restoreAllMocks();
});

const fakeTimers = () =>
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance", "Date"] });
const settle = jest.mocked(writeToken);

async function attempt(ui: SignInUi): Promise<Written["token"]> {
  const options = { port: await freePort(), deadlineMinutes: 10 };
  const vault = MemoryVault.withSecret().asVault;
  const credential = new RecordedCredential(target, vault, target.credential);
  const writer = { target, vault, before: [] };
  return (await signIn({ writer, credential, options, ui, prompt: undefined })).token;
}

const code = { code: "the-code" };
const signsIn = () => new Person([[code]]);
/** Somebody who never comes. */
const nobody = () => new Person([]);

test("a page elsewhere in the browser ends no sign-in, whatever it comes with: it is told once, and the answer counts", async () => {
  const declined = { error: "access_denied", error_description: "AADSTS65004", state: "" };
  const person = new Person([[{ code: "foreign-canary", state: "another" }, declined, code]]);
  expect(await attempt(person.ui)).toBe(stored);
  expect(person.codes).toEqual(["the-code"]);
  expect(person.lines).toContain(
    "An answer of another sign-in came, from an old tab or another page. It was not used; this sign-in continues.",
  );
  expect(JSON.stringify([person.lines, await person.page()])).not.toContain("canary");
});

const [refused, left] = ["Nothing was stored.", "The token is stored, but an older one may still be enabled."];
test.each([
  ["tokens that do not hold", new VerificationError(refused), `Consent not stored</h1><p>${refused}</p>`],
  [
    "a token that is stored while an older one stays enabled",
    new OlderTokensError("v2", left),
    `Consent stored, an older token still enabled</h1><p>${left}</p>`,
  ],
])("the page tells as well of %s", async (_, error, page) => {
  settle.mockRejectedValue(error);
  const person = signsIn();
  await expect(attempt(person.ui)).rejects.toBe(error);
  expect(await person.page()).toContain(page);
});

test("a sign-in that fails before anybody waits for the callback leaves no rejection behind", async () => {
  jest.mocked(openBrowser).mockImplementationOnce(() => {
    throw new Error("No browser.");
  });
  // An unhandled rejection fails the test.
  await expect(attempt(nobody().ui)).rejects.toThrow("No browser.");
});

test("the sign-in's end is told before a browser opens, and that it goes on; an interruption ends it, and the browser is told", async () => {
  fakeTimers();
  const person = nobody();
  const { lines } = person;
  const failed = failureOf(attempt(person.ui));
  const { origin } = await person.start.promise;
  expect(lines).toEqual([
    "Waiting for the sign-in, for at most 10 minutes …",
    expect.stringMatching(/AADSTS number: press Ctrl-C, then (npx --no )?secure-app-model explain '<number>'$/u),
  ]);
  jest.advanceTimersByTime(60_000);
  expect(lines.slice(2)).toEqual([expect.stringMatching(/^Still waiting for the sign-in, for at most .* more …$/u)]);
  interrupt();
  expect(await failed).toMatchObject({ code: "interrupted" });
  await expect(new Browser(origin).open("/")).rejects.toThrow("ECONNREFUSED");
});

test("a fault of Entra's while the code is redeemed costs one press: the page starts the sign-in again, no code is sent twice, no browser opens", async () => {
  const person = new Person([[{ code: "code-1" }], [{ code: "code-2" }], [{ code: "code-3" }]], 2);
  jest.mocked(openBrowser).mockClear();
  expect(await attempt(person.ui)).toBe(stored);
  expect(person.codes).toEqual(["code-1", "code-2", "code-3"]);
  expect(new Set(person.shown).size).toBe(1);
  expect(openBrowser).toHaveBeenCalledTimes(1);
  expect(person.lines.filter((line) => line.includes("once more"))).toEqual(
    Array(2).fill(
      "Redeeming the authorization code failed by a fault of Entra's that passes by itself: the directory does not answer. " +
        "Sign in once more: continue in the browser where you signed in, or open an address below (none opens by itself).",
    ),
  );
  expect(await person.page()).toContain("Consent stored</h1>");
  const [first] = person.pages;
  expect(first).toContain("Sign in once more</h1>");
  expect(first).toContain(">Start the sign-in again</a>");
  expect(first).not.toContain("You can close this window");
});

test("who does not press gets the fault at the deadline, and nothing is stored", async () => {
  fakeTimers();
  const person = new Person([[code]], 1);
  const failed = failureOf(attempt(person.ui));
  while (person.shown.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await person.page();
  jest.advanceTimersByTime(600_000);
  expect(await failed).toMatchObject({ code: "entra-passing", remedy: "passing" });
  expect([person.codes, settle.mock.calls]).toEqual([["the-code"], []]);
});

test("a redirect that tells of such a fault asks once more as well", async () => {
  const description = "AADSTS90041: A transient error has occurred.";
  const person = new Person([[{ error: "server_error", error_description: description }], [code]]);
  expect(await attempt(person.ui)).toBe(stored);
  expect(person.shown.length).toBe(2);
});
