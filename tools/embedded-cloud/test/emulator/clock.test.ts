/** The emulator's clock at difficult dates, in a process whose machine uses summer time. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Announcement } from "../../emulator/announcement";
import { asking, type Ask } from "../../testing/callers";
import { trust } from "../../testing/emulator";

let directory: string;
let child: ChildProcess;
let cloud: Announcement;

// One for each, because its clock only moves on.
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "emulator-clock-"));
  const program = path.resolve("tools", "embedded-cloud", "bin", "emulator", "main.js");
  const env = { ...process.env, TZ: "Europe/Berlin" };
  const started = spawn(process.execPath, [program, "--directory", directory, "--exit-with-parent"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  const [line] = (await once(createInterface({ input: started.stdout }), "line")) as [string];
  cloud = JSON.parse(line) as Announcement;
  trust(cloud.caFile);
});
afterEach(async () => {
  child.kill("SIGTERM");
  await once(child, "exit");
  rmSync(directory, { recursive: true, force: true });
});

const administer = (): Ask => asking(cloud.url, `Bearer ${readFileSync(cloud.adminTokenFile, "utf8")}`);

/** Moves the cloud's clock, by admin request, and returns the new time in milliseconds. */
async function move(milliseconds: number): Promise<number> {
  const { body } = await administer()("POST", "/_admin/clock", { advance: milliseconds });
  return Date.parse((body as { now: string }).now);
}

async function moveTo(instant: string): Promise<number> {
  const { body } = await administer()("GET", "/_admin/clock");
  return await move(Date.parse(instant) - Date.parse((body as { now: string }).now));
}

/** An access token of the deployer, and its claims. */
async function token(origin: string): Promise<{ text: string; iat: number; exp: number }> {
  const { clientId, clientSecret } = cloud.deployer;
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const response = await fetch(`${cloud.url}/${cloud.tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({ ...form, scope: `${origin}/.default` }),
  });
  const { access_token: text } = (await response.json()) as { access_token: string };
  const claims = JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString()) as {
    iat: number;
    exp: number;
  };
  return { text, ...claims };
}

const graphAs = (text: string) => asking(cloud.origins.microsoftGraph, `Bearer ${text}`);
const hour = 3_600;

test.each([
  ["midnight", "2027-06-30T23:59:59Z", "2029-07-01"],
  ["the end of a year", "2027-12-31T23:59:59Z", "2030-01-01"],
  ["the beginning of 29 February", "2028-02-28T23:59:59Z", "2030-03-01"],
  ["the end of 29 February", "2028-02-29T23:59:59Z", "2030-03-01"],
  ["the beginning of summer time", "2028-03-26T00:59:59Z", "2030-03-26"],
  ["the end of summer time", "2028-10-29T00:59:59Z", "2030-10-29"],
])("over %s tokens go on, last an hour, and a secret ends two years later on the calendar", async (_, instant, end) => {
  const before = await moveTo(instant);
  const old = await token(cloud.origins.microsoftGraph);
  const after = await move(2_000);
  expect(after - before).toBeGreaterThanOrEqual(2_000);
  expect(after - before).toBeLessThan(60_000);
  const fresh = await token(cloud.origins.microsoftGraph);
  expect([old.exp - old.iat >= hour - 1, fresh.exp - fresh.iat >= hour - 1, fresh.iat - old.iat >= 2]).toEqual([
    true,
    true,
    true,
  ]);
  expect(fresh.iat - old.iat).toBeLessThan(60);
  // Issued before, and still valid after that time.
  const { status, body } = await graphAs(old.text)("POST", "/v1.0/applications", { displayName: instant });
  const { id } = body as { id: string };
  const added = await graphAs(old.text)("POST", `/v1.0/applications/${id}/addPassword`, {});
  const { startDateTime, endDateTime } = added.body as { startDateTime: string; endDateTime: string };
  expect([status, added.status, endDateTime.slice(0, 10)]).toEqual([201, 200, end]);
  expect(startDateTime.slice(11, 19)).toBe(endDateTime.slice(11, 19));
  expect(Math.abs(Date.parse(startDateTime) - after)).toBeLessThan(60_000);
  await move((hour + 300) * 1000);
  expect((await graphAs(old.text)("GET", `/v1.0/applications/${id}`)).status).toBe(401);
});
