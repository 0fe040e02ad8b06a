/** `status --html` and `--open`, built, on an emulator: in addition to the usual output of `status`, with the same exit code. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BrowserLauncher } from "../e2e/support/browser-launcher";
import { proveFix } from "../fixes/support/printed";
import { hasModes } from "./support/as-windows";
import { finished } from "./support/built-command";
import { withoutSecrets } from "./support/failing";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
let folder: string;
let secrets: string[];
stageForEach(async (fresh) => {
  stage = fresh;
  folder = mkdtempSync(join(tmpdir(), "status-page-"));
  secrets = [stage.application.clientSecret, await stage.storeToken()];
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const place = (name = "status.html") => join(folder, name);
const page = () => readFileSync(place(), "utf8");
/** Windows has none. */
const expectMode = (file: string, mode: number): void => {
  if (hasModes) expect(statSync(file).mode & 0o777).toBe(mode);
};

test("beside --probe and --json, with status's own exit code; no secret on it, and its owner's alone", async () => {
  const plain = await stage.run(["status", "--probe", "--json"]);
  const paged = await stage.run(["status", "--probe", "--json", "--html", place()]);
  const untimed = (text: string) => text.replace(/"checkedOn":"[^"]+"/u, "");
  expect({ ...paged, stdout: untimed(paged.stdout) }).toEqual({ ...plain, stdout: untimed(plain.stdout) });
  expect(page()).toContain("<h1>The token works.</h1>");
  expect(page()).toContain("works; signed in with MFA");
  withoutSecrets(secrets, page());
  expect(readdirSync(folder)).toEqual(["status.html"]);
  expectMode(place(), 0o600);
  // A file that a web server may read keeps its mode.
  chmodSync(place(), 0o644);
  await stage.storeToken({ expiresOn: new Date(Date.now() + 3 * 86_400_000) });
  expect(await stage.run(["status", "--json-lines", "--html", place()])).toMatchObject({ code: 3, stderr: "" });
  expect(page()).toContain("<h1>The token needs a person now.</h1>");
  expectMode(place(), 0o644);
});

test("a vault that cannot be read: the page says so, and does not stay as it was", async () => {
  writeFileSync(place(), "All is well.");
  stage.emulator.faults.add({ service: "keyVault", status: 403, body: {}, times: 0 });
  expect((await stage.run(["status", "--html", place()])).code).toBe(1);
  expect(page()).toContain("could not be checked.</h1>");
});

test("a folder that is not there: nothing is looked at, and the printed commands make it", async () => {
  const file = join(folder, "pages", "today", "status.html");
  stage.emulator.requests.clear();
  const terminal = { env: stage.environment() };
  // Runs the fix "cli/terminal/whole-file.ts: Make the folder".
  await proveFix(terminal, {
    command: `secure-app-model status --html ${file}`,
    fix: "cli/terminal/whole-file.ts: Make the folder",
  });
  expect(existsSync(file)).toBe(true);
  mkdirSync(place("folder.html"));
  // Runs the fix "cli/terminal/whole-file.ts: Name one".
  const fill = { file: place("other.html") };
  await proveFix(terminal, {
    command: `secure-app-model status --html ${place("folder.html")}`,
    fix: "cli/terminal/whole-file.ts: Name one",
    fill,
    itself: true,
  });
});

(process.platform === "linux" && hasModes ? test : test.skip)(
  "a folder where nobody may make a file: what was found is told, and why there is no page",
  async () => {
    // In /proc not even root may.
    const { code, stdout, stderr } = await stage.run(["status", "--html", "/proc/status.html"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/The page could not be written to \/proc\/status\.html \(E\w+\)\.\n {2}Free space there/u),
    ]);
    expect(stdout).toMatch(/^ok /mu);
  },
);

test("--open: in the browser that BROWSER names, for nobody who guesses, until Ctrl-C; then with status's exit code", async () => {
  await stage.storeToken({ expiresOn: new Date(Date.now() + 3 * 86_400_000) });
  const launcher = await BrowserLauncher.in(folder);
  const child = stage.spawn(["status", "--json", "--open"], { BROWSER: launcher.command });
  const ended = finished(child);
  const address = await launcher.nextAddress();
  const answer = await fetch(address);
  const whole = [200, expect.stringContaining("needs a person now")];
  expect([answer.status, await answer.text()]).toEqual(whole);
  // What opens the browser stands in the process list.
  expect((await fetch(address)).status).toBe(404);
  const [cookie = ""] = answer.headers.getSetCookie().map((one) => one.split(";", 1)[0] ?? "");
  expect((await fetch(address, { headers: { cookie } })).status).toBe(200);
  expect(answer.headers.get("content-security-policy")).toBe("frame-ancestors 'none'");
  expect((await fetch(new URL("/", address))).status).toBe(404);
  child.kill("SIGINT");
  const { code, stdout, stderr } = await ended;
  expect([code, JSON.parse(stdout)]).toMatchObject([3, { exitCode: 3 }]);
  const [, printed = ""] = /^The page stays at (http\S+) until Ctrl-C\.\n$/u.exec(stderr) ?? [];
  expect(new URL(printed).origin).toBe(new URL(address).origin);
  expect(printed).not.toBe(address);
});
