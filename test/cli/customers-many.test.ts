/** `customers` for more than one customer, built, on an emulator. */
import { existsSync, readdirSync } from "node:fs";
import { parse } from "csv-parse/sync";
import type { FailureDocument } from "../../lib/errors/document";
import { hasModes } from "./support/as-windows";
import { finished } from "./support/built-command";
import { consentedTo, RunFolder, serveCustomers, watch } from "./support/many-customers";
import { customersOf } from "./support/relationships";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
let folder: RunFolder;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
  folder = new RunFolder();
});
afterEach(() => {
  folder.remove();
});

const seeded = () => stage.emulator.seeds.customers;
const customers = async (...argv: string[]) => await stage.run(["customers", ...argv]);
const consent = async (...argv: string[]) => await customers("consent", ...argv, ...folder.options);
const json = async (...argv: string[]): Promise<Record<string, unknown>> => {
  const { code, stdout } = await customers(...argv, ...folder.options, "--json");
  return { ...(JSON.parse(stdout) as Record<string, unknown>), code };
};
const application = () => stage.application.clientId;
const failed = () =>
  parse<Record<"tenantId" | "name" | "reason" | "fix", string>>(folder.read(folder.failures), { columns: true });
/** What was asked of Partner Center beyond reading, and its answers. */
const changes = (seen: ReturnType<typeof watch>) =>
  seen.filter(({ method }) => method !== "GET").map(({ method, status }) => [method, status]);
const wordsOf = (line = "") => line.split(" ").slice(1);

test("all of them, and all of them again: what is there is read by redeeming", async () => {
  const stdout = `Application ${application()}: 3 consented.\n`;
  expect(await consent("--all")).toEqual({ code: 0, stdout, stderr: "" });
  expect(consentedTo(stage)).toEqual(seeded().map(({ id }) => id));
  expect(await json("consent", "--all")).toMatchObject({ code: 0, outcomes: { already: 3 }, before: 0, failed: 0 });
  expect(readdirSync(folder.path)).toEqual([]);
});

// Runs the fix "cli/customers/consent-one.ts: Replace it".
test("another consent is a failure with its fix in the file, which then works; --replace makes it what was asked for", async () => {
  const [contoso, wingtip] = seeded();
  await customers("consent", contoso.id, "--grant", "graph=User.Read,Directory.Read.All");
  const grants = folder.file("grants.json", JSON.stringify({ graph: ["User.Read"], arm: ["user_impersonation"] }));
  const { stdout, code } = await consent(contoso.domain, wingtip.companyName, "--grants", grants);
  expect({ stdout, code }).toEqual({
    code: 3,
    stdout: `Application ${application()}: 1 consented, 1 failed.\n  1  there is a different consent\nEach failure and its fix: ${folder.failures}\n`,
  });
  const [failure] = failed();
  expect(failure).toMatchObject({
    tenantId: contoso.id,
    name: "Contoso",
    why: "It lacks arm user_impersonation. It also has graph Directory.Read.All.",
    fix: `secure-app-model customers consent ${contoso.id} --replace --grants ${grants}`,
  });
  expect(await stage.run(wordsOf(failure?.fix))).toMatchObject({ code: 0 });
  await customers("consent", contoso.id, "--replace", "--grant", "graph=Mail.Read");
  // The failures list the remaining customers.
  const replaced = { code: 0, outcomes: { replaced: 1 }, before: 0 };
  expect(await json("consent", "--from", folder.failures, "--grants", grants, "--replace")).toMatchObject(replaced);
});

test("names of several customers and of none are failures of their own, and nothing is guessed", async () => {
  const [contoso, wingtip] = customersOf(stage);
  wingtip.companyProfile.companyName = "=CONTOSO";
  contoso.companyProfile.companyName = "=Contoso";
  const file = folder.file("customers.csv", 'name\n=contoso\n"Nobody;"" ＝Ltd"\nnobody.example\nAdventure Works\n');
  expect(await json("consent", "--from", file)).toMatchObject({
    code: 2,
    outcomes: { consented: 1 },
    failed: 3,
    reasons: [
      { reason: "no customer's id, domain or name", count: 2 },
      { reason: "the name of several customers", count: 1 },
    ],
  });
  const names = failed().map(({ name }) => name);
  // A spreadsheet must not execute a name as a formula.
  expect(names.sort()).toEqual(["'=contoso", "Nobody;'\" ＝Ltd", "nobody.example"]);
  expect(consentedTo(stage)).toEqual([seeded()[2].id]);
});

test.each(["failures.csv", "failures.jsonl"])(
  "a run without failures leaves no %s of an earlier one, and takes no file that is something else",
  async (name) => {
    const file = folder.file(name, "Customers\nContoso\n");
    const check = ["check", "--grant", "graph=User.Read", "--failures", file];
    await consent("--all");
    expect((await customers(...check)).code).toBe(0);
    expect(folder.read(file)).toBe("Customers\nContoso\n");
    await customers("revoke", seeded()[0].id);
    expect((await customers(...check)).code).toBe(3);
    expect((await customers("consent", seeded()[0].id)).code).toBe(0);
    expect(existsSync(file)).toBe(true);
    const list = name.endsWith(".csv") ? ["--from", file] : [];
    expect((await customers(...check, ...list)).code).toBe(0);
    expect(existsSync(file)).toBe(false);
  },
);

test("a dry run changes nothing and writes no file", async () => {
  const seen = watch(stage);
  const { code, stdout } = await consent("--all", "--dry-run");
  const wanted = seeded().map(({ id, domain, companyName }) => `${id}  ${domain.padEnd(17)}  ${companyName}`);
  expect({ code, lines: stdout.trimEnd().split("\n") }).toEqual({
    code: 0,
    lines: [`Would consent application ${application()} for 3 customers:`, ...wanted],
  });
  expect(seen.map(({ method }) => method)).toEqual(["GET"]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("the limit is kept to: Partner Center refuses nothing, and a refusal is waited out", async () => {
  // What is sent evenly may arrive less so on a busy machine; without a pace all would come within one second.
  serveCustomers(stage, 200, 190);
  const seen = watch(stage);
  expect(await json("consent", "--all", "--rate", "100")).toMatchObject({
    ...{ code: 0, outcomes: { consented: 203 } },
    requests: { sent: 204, refused: 0 },
  });
  expect((seen.at(-1)?.time ?? 0) - (seen[0]?.time ?? 0)).toBeGreaterThan(1500);
  const { faults } = stage.emulator;
  faults.add({ service: "partnerCenter", method: "DELETE", status: 429, headers: { "retry-after": "1" } });
  const three = seeded().map(({ id }) => id);
  expect(await json("revoke", ...three, "--yes")).toMatchObject({
    code: 0,
    outcomes: { revoked: 3 },
    requests: { sent: 4, refused: 1 },
  });
});

test("an access token that nears its end is renewed on the way", async () => {
  const { emulator } = stage;
  const token = async () => JSON.parse((await stage.run(["token", "partner-center", "--json"])).stdout) as object;
  const { accessToken } = (await token()) as { accessToken: string };
  emulator.faults.add({
    ...{ service: "authority", form: { grant_type: "refresh_token" } },
    ...{ status: 200, headers: { "content-type": "application/json" } },
    body: { token_type: "Bearer", expires_in: 200, access_token: accessToken, refresh_token: "x", scope: "x/y" },
  });
  emulator.requests.clear();
  expect(await json("consent", "--all")).toMatchObject({ code: 0, outcomes: { consented: 3 } });
  const redeemed = emulator.requests.entries().filter(({ note }) => note?.startsWith("refresh_token"));
  expect(redeemed).toHaveLength(1);
});

test("what no customer is to blame for ends the run", async () => {
  serveCustomers(stage, 250);
  const body = { code: 900421, description: "no MFA" };
  stage.emulator.faults.add({ service: "partnerCenter", method: "POST", times: 0, status: 401, body });
  // As many as are begun at once, and no second until they are sent.
  const { code, error, left } = await json("consent", "--all", "--rate", "1000");
  expect({ code, error }).toMatchObject({ code: 3, error: { what: expect.stringContaining("401") as string } });
  expect(Number(left)).toBeGreaterThan(100);
});

// Runs the fix "cli/customers/summary.ts: Continue".
test("the first Ctrl-C ends it with what is under way; the same command goes on, and each is consented to once", async () => {
  serveCustomers(stage, 57);
  const seen = watch(stage);
  const argv = ["customers", "consent", "--all", ...folder.options, "--rate", "30"];
  const child = stage.spawn(argv);
  const end = finished(child);
  while (seen.filter(({ method }) => method === "POST").length < 10) await new Promise((next) => setTimeout(next, 10));
  child.kill("SIGINT");
  const { code, stdout, stderr } = await end;
  expect({ code, stdout }).toEqual({
    code: 130,
    stdout: expect.stringMatching(/: \d+ consented, \d+ not started\.\n$/u) as string,
  });
  const line = `secure-app-model ${argv.join(" ")}`;
  expect(stderr).toMatch(/^error: Stopped: \d+ customers were not started, the others are done\.\n {2}Continue: /u);
  expect(stderr.trimEnd().endsWith(`Continue: ${line}`)).toBe(true);
  const first = consentedTo(stage).length;
  expect(await stage.run(wordsOf(line))).toMatchObject({
    code: 0,
    stdout: `Application ${application()}: ${60 - first} consented, ${first} already.\n`,
  });
  expect(consentedTo(stage)).toHaveLength(60);
  expect(changes(seen).filter(([, status]) => status === 201)).toHaveLength(60);
});

// Runs the fix "cli/terminal/require-yes.ts: Confirm with --yes".
test("taking back those of several takes a yes, and then all are gone", async () => {
  await consent("--all");
  const revoke = ["customers", "revoke", "--all", ...folder.options];
  const { code, stderr } = await stage.run(revoke);
  const line = `secure-app-model ${revoke.join(" ")} --yes`;
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `error: No terminal to confirm at, so this was not done: revoke the consent to application ${application()} for 3 customers.\n  Confirm with --yes: ${line}\n`,
  });
  expect(consentedTo(stage)).toHaveLength(3);
  expect(await stage.run(wordsOf(line))).toMatchObject({
    code: 0,
    stdout: `Application ${application()}: 3 revoked.\n`,
  });
  expect(consentedTo(stage)).toEqual([]);
  expect(await stage.run(wordsOf(line))).toMatchObject({ stdout: `Application ${application()}: 3 absent.\n` });
});

test.each([[[]], [["--replace"]]])(
  "a killed run again, %j: each is consented to once, and nothing is taken back",
  async (more) => {
    serveCustomers(stage, 57);
    const seen = watch(stage);
    const words = ["customers", "consent", "--all", "--rate", "30", ...folder.options, ...more];
    const child = stage.spawn(words);
    const end = finished(child);
    while (changes(seen).length < 10) await new Promise((next) => setTimeout(next, 10));
    child.kill("SIGKILL");
    await end;
    expect(await stage.run(words)).toMatchObject({ code: 0, stderr: "" });
    expect(consentedTo(stage)).toHaveLength(60);
    const made = changes(seen).filter(([, status]) => status === 201);
    expect([made.length, changes(seen).filter(([method]) => method === "DELETE")]).toEqual([60, []]);
    expect(readdirSync(folder.path)).toEqual([]);
  },
);

(process.platform === "linux" && hasModes ? test : test.skip)(
  "a file of failures that cannot be written ends the run at the first one",
  async () => {
    // In /proc not even root may.
    const { code, stdout, stderr } = await customers("check", "--failures", "/proc/failures.csv");
    expect([code, stdout, stderr]).toEqual([
      2,
      "",
      expect.stringMatching(/^error: The failures cannot be written to \/proc\/failures\.csv\S+ \(E\w+\)\./u),
    ]);
  },
);

// Entra may take a while, and Partner Center says at once that there is a consent.
test.each([[[]], [["--replace"]]])("a consent that has not taken effect yet is no different one, %j", async (more) => {
  await consent("--all");
  const [{ id }] = seeded();
  const seen = watch(stage);
  const path = `/${id}/oauth2/v2.0/token`;
  stage.emulator.faults.add({ service: "authority", method: "POST", path, entra: 65001, times: 2 });
  expect(await json("consent", "--all", ...more)).toMatchObject({ code: 0, outcomes: { already: 3 } });
  expect(changes(seen)).toEqual(Array(3).fill(["POST", 409]));
});

test("what is told of one alone is what the file of failures tells of it among many", async () => {
  const [forbidden, different, unread] = customersOf(stage);
  await customers("consent", different.id, unread.id, "--grant", "graph=Directory.Read.All", ...folder.options);
  const path = `/${unread.id}/*`;
  stage.emulator.faults.add({ service: "authority", method: "POST", path, entra: 53003, times: 0 });
  forbidden.relationships = [];
  const names = [different.id, unread.companyProfile.domain, forbidden.companyProfile.companyName, "Nobody Ltd"];
  const file = `${folder.path}/failures.jsonl`;
  const grant = ["--grant", "graph=User.Read"];
  await customers("consent", ...names, ...grant, "--failures", file);
  const told = ({ code, message, fixes }: FailureDocument) => ({ code, message, fixes });
  const among = folder.read(file).trimEnd().split("\n");
  const alone = names.map(async (name) => {
    const { stdout } = await customers("consent", name, ...grant, "--json");
    return told((JSON.parse(stdout) as { error: FailureDocument }).error);
  });
  const byCode = Object.fromEntries((await Promise.all(alone)).map((one) => [one.code, one]));
  expect(among.map((line) => told(JSON.parse(line) as FailureDocument))).toEqual(
    expect.arrayContaining(Object.values(byCode)),
  );
  expect([among.length, Object.keys(byCode).sort()]).toEqual([
    4,
    ["customer-consent-different", "customer-consent-unread", "customer-unknown", "partner-center-refused"],
  ]);
});

// Runs the fix "cli/customers/consent-one.ts: Consent to it there".
test("check says where it does not work, why, and what helps there", async () => {
  const [contoso, wingtip, adventure] = seeded();
  await customers("consent", contoso.id);
  await customers("consent", wingtip.id, "--grant", "graph=User.Read");
  const check = ["customers", "check", "--failures", folder.failures];
  const { code, stdout } = await stage.run(check);
  expect({ code, stdout }).toEqual({
    code: 3,
    stdout: `Application ${application()}: 1 ok, 2 failed.\n  2  requested permissions are not granted there\nEach failure and its fix: ${folder.failures}\n`,
  });
  const all = failed();
  expect(all.map(({ fix }) => fix).sort()).toEqual(
    [
      `secure-app-model customers consent ${wingtip.id} --replace`,
      `secure-app-model customers consent ${adventure.id}`,
    ].sort(),
  );
  // Of one alone it is told at once, and no file is written.
  const [command = "", ...argv] = all.find(({ tenantId }) => tenantId === wingtip.id)?.fix.split(" ") ?? [];
  expect(await customers("check", wingtip.domain)).toEqual({
    code: 3,
    stdout: "",
    stderr: `error: Customer ${wingtip.id} lacks a consent to application ${application()}. It lacks arm user_impersonation.\n  Consent to it there: ${[command, ...argv].join(" ")}\n`,
  });
  for (const { fix } of all) expect(await stage.run(wordsOf(fix))).toMatchObject({ code: 0 });
  expect(await stage.run(check)).toMatchObject({ code: 0, stdout: `Application ${application()}: 3 ok.\n` });
});

test("check asks Entra for a few at a time", async () => {
  serveCustomers(stage, 30);
  let [now, most] = [0, 0];
  const three = Promise.withResolvers<undefined>();
  const { faults } = stage.emulator;
  const strike = faults.strike.bind(faults);
  faults.strike = async (struck) => {
    const { pathname } = new URL(struck.request.url);
    // The first redemption is for Partner Center, in the own tenant.
    if (!pathname.endsWith("/token") || pathname.includes(stage.tenantId)) return await strike(struck);
    most = Math.max(most, ++now);
    if (most === 3) three.resolve(undefined);
    await three.promise;
    // For a fourth one to come.
    await new Promise((next) => setTimeout(next, 20));
    now -= 1;
    return await strike(struck);
  };
  await customers("check", "--grant", "graph=User.Read", "--redemptions", "3", "--failures", folder.failures);
  expect(most).toBe(3);
});

// Runs the fix "cli/options/number-options.ts: Leave it out, for the default".
test("a number that is none is told before anything is asked, and left out it has its default", async () => {
  const seen = watch(stage);
  const { stderr } = await customers("list", "--filter", "works", "--redemptions", "-1");
  expect(stderr).toBe(
    "error: --redemptions -1 is not a whole number from 1 to 64.\n  Leave it out, for the default: secure-app-model customers list --filter works\n",
  );
  expect(seen).toEqual([]);
  expect(await stage.run(wordsOf(stderr.trimEnd().split("default: ")[1]))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Adventure Works") as string,
  });
});

test("the list in columns, filtered, and as JSON lines", async () => {
  const [contoso, , adventure] = seeded();
  expect((await customers("list")).stdout.split("\n")[0]).toBe(`${contoso.id}  contoso.example    Contoso`);
  expect((await customers("list", "--filter", " WORKS")).stdout).toBe(
    `${adventure.id}  adventure.example  Adventure Works\n`,
  );
  const { stdout } = await customers("list", "--json-lines", "--filter", contoso.id.slice(0, 8));
  expect(JSON.parse(stdout)).toEqual({ tenantId: contoso.id, domain: "contoso.example", name: "Contoso" });
  expect(await customers("list", "--json-lines", "--json")).toMatchObject({
    code: 2,
    stdout: expect.stringContaining("option '--json-lines' cannot be used with option '--json'.") as string,
  });
});
