/** The page of `status` in a real browser: by sight, screen reader, keyboard and print, on a telephone and a desktop, in light and dark. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { pageText as pageOf } from "../../cli/status/page/page";
import { inDays, refused, reportOf, secretOf, thousands, tokenOf } from "../cli/status-page/reports";
import { pageForEach } from "./support/chromium";
import { audit } from "./support/page-audit";

const folder = mkdtempSync(join(tmpdir(), "status-page-"));
const canary = `"><script>document.title = "owned"</script><img src="https://elsewhere.example/x">`;
const secrets = [
  secretOf("client-credential-1a2b3c4d", 399),
  secretOf("client-credential-2b3c4d5e", -3, { inUse: false }),
  secretOf("client-credential-3c4d5e6f", 399, { kind: "certificate", previousExpiresOn: inDays(30) }),
];
const pages = {
  fine: pageOf(reportOf([tokenOf(1, 89)])),
  all: pageOf(
    reportOf(
      [
        ...thousands(20),
        tokenOf(90, 80, { health: "unreadable", problem: { what: "403." } }),
        tokenOf(91, 9, { accountName: canary }),
      ],
      secrets,
    ),
  ),
  refused: pageOf({
    ...reportOf([]),
    tokens: Array.from({ length: 51 }, (_, n) =>
      refused(tokenOf(n, 80), new Error(`Revoked ${inDays(-n)}. `.repeat(8))),
    ),
  }),
  folded: pageOf(reportOf(thousands(60), secrets)),
  thousands: pageOf(reportOf(thousands(3000), secrets)),
  empty: pageOf(reportOf([], [])),
};

let browser: Browser;
let page: Page;
let complaints: string[];
let asked: string[];
pageForEach((opened) => {
  ({ browser, page, complaints } = opened);
  asked = [];
  page.on("request", (request) => asked.push(request.url()));
});
beforeAll(() => {
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, `${name}.html`), text);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const open = (name: keyof typeof pages) => page.goto(pathToFileURL(join(folder, `${name}.html`)).href);

/** All but thousands of rows, which are as these are: it would take a minute. */
test.each(["fine", "all", "refused", "folded", "empty"] as const)(
  "%s: whole for everybody, on a telephone and a desk",
  async (name) => {
    await open(name);
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await audit(page)).toMatchObject({ language: "en", unnamed: [], overflows: false, violations: [] });
    }
    expect(await page.locator("h1").count()).toBe(1);
    expect([asked.filter((url) => !/^(?:file|data):/u.test(url)), complaints]).toEqual([[], []]);
    expect(await page.title()).not.toBe("owned");
  },
);

test.each([390, 720, 800, 1024, 1440])("no label of the time line stands in another, %i wide", async (width) => {
  await open("folded");
  await page.setViewportSize({ width, height: 900 });
  const rows = await page.evaluate<{ left: number; right: number }[][]>(`
    [...document.querySelectorAll(".axis")].map((axis) =>
      [...axis.children].filter((label) => getComputedStyle(label).visibility === "visible").map((label) => {
        const text = document.createRange();
        text.selectNodeContents(label);
        return text.getBoundingClientRect().toJSON();
      }))`);
  const gaps = rows.flatMap((labels) => labels.slice(1).map(({ left }, index) => left - (labels[index]?.right ?? 0)));
  expect(gaps.length).toBeGreaterThan(0);
  expect(gaps.filter((gap) => gap < 4)).toEqual([]);
});

test("thousands: the worst are open, the others unfold, and typing finds", async () => {
  await open("thousands");
  const rows = page.locator("section[aria-labelledby=tokens] tbody tr");
  const seen = () =>
    rows.evaluateAll(
      (all) => all.filter((row) => (row as { checkVisibility?: () => boolean }).checkVisibility?.()).length,
    );
  expect([await rows.count(), await seen()]).toEqual([3000, 12]);
  expect(await rows.first().innerText()).toMatch(/Failed: expired/u);
  await page.getByLabel("Find").focus();
  await page.keyboard.type("partner-2999.");
  expect([await seen(), await page.getByRole("status").first().textContent()]).toEqual([1, "1 of 3,000"]);
  await page.getByLabel("Find").fill("");
  expect(await seen()).toBe(12);
  await page.getByLabel("State").selectOption("Warning");
  expect(await seen()).toBe(96);
  expect(complaints).toEqual([]);
});

test("without its script it has all rows, and no field that does nothing", async () => {
  const still = await browser.newContext({ javaScriptEnabled: false });
  page = await still.newPage();
  await open("thousands");
  const controls = [page.locator("form"), page.getByRole("button")].map((one) => one.first().isVisible());
  expect([await page.locator("tbody tr").count(), ...(await Promise.all(controls))]).toEqual([3003, false, false]);
  await still.close();
});

test("a command is selected by one click, whole", async () => {
  await open("all");
  await page.locator("pre code").first().click();
  expect(await page.evaluate("getSelection().toString()")).toMatch(/secure-app-model \w+.*$|^pulumi /u);
});

test("a button copies a command, with no permission for the clipboard; refused, the command is selected", async () => {
  await open("all");
  const [copy, find] = [page.getByRole("button", { name: "Copy" }).first(), page.getByLabel("Find")];
  const command = (await page.locator("pre code").first().textContent()) ?? "";
  await copy.click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  await find.focus();
  await page.keyboard.press("Control+V");
  expect([await find.inputValue(), complaints]).toEqual([command, []]);
  await page.evaluate("document.execCommand = () => false");
  await page.getByRole("button", { name: "Copy" }).first().click();
  await page.getByRole("button", { name: "Selected" }).waitFor();
  expect(await page.evaluate("getSelection().toString()")).toBe(await page.locator("pre code").nth(1).textContent());
});

test.each([390, 760, 1024, 1440])("names of credentials are broken between words, %i wide", async (width) => {
  await open("all");
  await page.setViewportSize({ width, height: 900 });
  const broken = await page.evaluate<string[]>(`
    [...document.querySelectorAll("[aria-labelledby=client-secrets] tbody :is(td, th)")].flatMap((cell) => {
      const found = [], texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = document.createRange();
      for (let text; (text = texts.nextNode()); )
        for (const { 0: word, index } of text.data.matchAll(/\\w+/g)) {
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          if (range.getClientRects().length > 1) found.push(word);
        }
      return found;
    })`);
  expect(broken).toEqual([]);
});

test("fifty-one tokens that are refused for one reason fit two screens", async () => {
  await open("refused");
  for (const [width, highest] of [
    [1440, 2000],
    [390, 4000],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate<number>("document.documentElement.scrollHeight")).toBeLessThan(highest);
  }
});

test("on paper there is no field, and what is folded stays so", async () => {
  await open("thousands");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await page.locator("form").isVisible()).toBe(false);
  expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(27, 32, 40)");
});
