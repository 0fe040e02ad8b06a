/** The page of `status` in a real browser: by sight, screen reader, keyboard and print, on a telephone and a desktop, in light and dark. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { customersPart } from "../../cli/status/page/customers-part";
import { driftPart } from "../../cli/status/page/drift-part";
import { runsPart } from "../../cli/status/page/runs-part";
import { check, drift, pageOf, reportOf, run, secretOf, thousands, tokenOf } from "../cli/status-page/reports";
import { pageForEach } from "./support/chromium";
import { audit } from "./support/page-audit";

const folder = mkdtempSync(join(tmpdir(), "status-page-"));
const canary = `"><script>document.title = "owned"</script><img src="https://elsewhere.example/x">`;
const parts = [driftPart(drift(), 0), customersPart(check(), 0), runsPart([run("Drift", "failure", 1)])];
const secrets = [secretOf("client-secret-a", 399), secretOf("client-secret-b", -3, { inUse: false })];
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
    { parts },
  ),
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
test.each(["fine", "all", "folded", "empty"] as const)(
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
  // On a telephone there is no time line's head: all of it has no width.
  expect(gaps.filter((gap) => gap < (width === 390 ? 0 : 4))).toEqual([]);
});

test("thousands: the worst are open, the others unfold, and typing finds", async () => {
  await open("thousands");
  const rows = page.locator("section[aria-labelledby=tokens] tbody tr");
  const seen = () =>
    rows.evaluateAll(
      (all) => all.filter((row) => (row as { checkVisibility?: () => boolean }).checkVisibility?.()).length,
    );
  expect([await rows.count(), await seen()]).toEqual([3000, 25]);
  expect(await rows.first().innerText()).toMatch(/Failed: expired/u);
  await page.getByLabel("Find").focus();
  await page.keyboard.type("partner-2999.");
  expect([await seen(), await page.getByRole("status").first().textContent()]).toEqual([1, "1 of 3,000"]);
  await page.getByLabel("Find").fill("");
  expect(await seen()).toBe(25);
  await page.getByLabel("State").selectOption("Warning");
  expect(await seen()).toBe(96);
  expect(complaints).toEqual([]);
});

test("without its script it has all rows, and no field that does nothing", async () => {
  const still = await browser.newContext({ javaScriptEnabled: false });
  page = await still.newPage();
  await open("thousands");
  expect([await page.locator("tbody tr").count(), await page.locator("form").isVisible()]).toEqual([3002, false]);
  await still.close();
});

test("a command is selected by one click, whole", async () => {
  await open("all");
  await page.locator("pre code").first().click();
  expect(await page.evaluate("getSelection().toString()")).toMatch(/secure-app-model \w+.*$|^pulumi /u);
});

test("on paper there is no field, and what is folded stays so", async () => {
  await open("thousands");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await page.locator("form").isVisible()).toBe(false);
  expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(27, 32, 40)");
});
