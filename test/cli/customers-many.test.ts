/** `customers` for more than one customer, built, on an emulator. */
import { existsSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { parse } from "csv-parse/sync";
import { partnerTenant } from "../embedded-cloud/emulator/support/applications";
import { finished } from "./support/built-command";
import { failing } from "./support/failing";
import { consentedTo, RunFolder, serveCustomers, watch } from "./support/many-customers";
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
const wordsOf = (line = "") => line.split(" ").slice(1);
const lines = () => folder.read(folder.journal).trimEnd().split("\n");

test("all of them, and all of them again: what is there is read by redeeming", async () => {
  expect(await consent("--all")).toEqual({
    code: 0,
    stdout: `Application ${application()}: 3 consented.\n`,
    stderr: "",
  });
  expect(consentedTo(stage)).toEqual(seeded().map(({ id }) => id));
  const [head, ...done] = lines();
  expect(JSON.parse(head ?? "")).toEqual({
    command: "consent",
    applicationId: application(),
    grants: expect.stringMatching(/^[0-9a-f]{64}$/u) as string,
  });
  const wanted = seeded().map(({ id }) => JSON.stringify({ customer: id, outcome: "consented" }));
  expect(done.sort()).toEqual([...wanted, JSON.stringify({ outcome: "finished" })].sort());
  // A completed run is not continued.
  expect(await json("consent", "--all")).toMatchObject({ code: 0, outcomes: { already: 3 }, before: 0, failed: 0 });
});

test("a journal that a kill cut off: what is done is not asked for again, and what was only begun is found", async () => {
  await consent("--all");
  const [head, first] = lines();
  folder.file("journal.jsonl", `${head ?? ""}\n${first ?? ""}\n{"customer":"${seeded()[1].id.slice(0, 9)}`);
  const seen = watch(stage);
  expect(await json("consent", "--all")).toMatchObject({ code: 0, outcomes: { already: 2 }, before: 1 });
  expect(seen.filter(({ method }) => method === "POST").map(({ status }) => status)).toEqual([409, 409]);
  expect(lines()).toHaveLength(5);
});

test("another run's journal, and a file that is none, are refused before anything is sent", async () => {
  await consent("--all", "--grant", "graph=User.Read");
  folder.file("journal.jsonl", `${lines().slice(0, 2).join("\n")}\n`);
  const seen = watch(stage);
  expect(await consent("--all", "--grant", "arm=user_impersonation")).toMatchObject({
    code: 2,
    stderr: `error: The journal ${folder.journal} is of another run. It is of another application, or of other grants. Name another file for it, or ask for what it was begun with.\n`,
  });
  expect((await customers("revoke", "--all", "--yes", ...folder.options)).stderr).toContain(
    "It is of customers consent.",
  );
  folder.file("journal.jsonl", "Shopping: milk\n");
  expect(await consent("--all")).toMatchObject({ code: 2, stderr: expect.stringContaining("is no journal") as string });
  expect(folder.read(folder.journal)).toBe("Shopping: milk\n");
  expect(seen.filter(({ method }) => method !== "GET")).toEqual([]);
});

// Runs the fix "cli/customers/consent-one.ts: Replace it".
test("another consent is a failure with its fix in the file, which then works; --replace makes it what was asked for", async () => {
  const [contoso, wingtip] = seeded();
  await customers("consent", contoso.id, "--grant", "graph=User.Read,Directory.Read.All");
  const grants = folder.file("grants.json", JSON.stringify({ graph: ["User.Read"], arm: ["user_impersonation"] }));
  const { stdout, code } = await consent(contoso.domain, wingtip.companyName, "--grants", grants);
  expect({ stdout, code }).toEqual({
    code: 3,
    stdout: `Application ${application()}: 1 consented, 1 failed.\n  1  another consent is there\nEach failure and its fix: ${folder.failures}\n`,
  });
  const [failure] = failed();
  expect(failure).toMatchObject({
    tenantId: contoso.id,
    name: "Contoso",
    why: "It lacks arm user_impersonation. It has besides graph Directory.Read.All.",
    fix: `secure-app-model customers consent ${contoso.id} --replace --grants ${grants}`,
  });
  expect(await stage.run(wordsOf(failure?.fix))).toMatchObject({ code: 0 });
  await customers("consent", contoso.id, "--replace", "--grant", "graph=Mail.Read");
  // The failures list the remaining customers.
  expect(await json("consent", "--from", folder.failures, "--grants", grants, "--replace")).toMatchObject({
    code: 0,
    outcomes: { replaced: 1 },
    before: 0,
  });
});

test.each([
  [
    "Partner Center's export",
    "Microsoft ID,Company name,Primary domain name,Relationship,Tags\n%,Contoso,contoso.example,x,\n",
  ],
  ["one with semicolons and quotes", 'Company name;Domain\n"Contoso";"contoso.example"\n'],
  ["one with a byte order mark, by names alone", "\uFEFFname\n Contoso \n"],
  ["one column without a heading", "contoso.example\n\n%\n"],
])("--from %s", async (_, text) => {
  const [contoso] = seeded();
  const file = folder.file("customers.csv", text.replaceAll("%", contoso.id));
  expect(await json("consent", "--from", file)).toMatchObject({ code: 0, outcomes: { consented: 1 } });
  expect(consentedTo(stage)).toEqual([contoso.id]);
});

test("names of several customers and of none are failures of their own, and nothing is guessed", async () => {
  const [contoso, wingtip] = partnerTenant(stage.emulator).customers;
  if (contoso === undefined || wingtip === undefined) throw new Error("The seeds have no customers.");
  wingtip.companyProfile.companyName = "=CONTOSO";
  contoso.companyProfile.companyName = "=Contoso";
  const file = folder.file("customers.csv", "name\n=contoso\nNobody Ltd\nnobody.example\nAdventure Works\n");
  expect(await json("consent", "--from", file)).toMatchObject({
    code: 1,
    outcomes: { consented: 1 },
    failed: 3,
    reasons: [
      { reason: "no customer's id, domain or name", count: 2 },
      { reason: "the name of several customers", count: 1 },
    ],
  });
  // A spreadsheet must not execute a name as a formula.
  expect(
    failed()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["'=contoso", "Nobody Ltd", "nobody.example"]);
  expect(consentedTo(stage)).toEqual([seeded()[2].id]);
});

test("no selection, two of them, and files that are none, are told before anything is asked", async () => {
  const grants = folder.file("grants.json", '{"graph":"User.Read"}');
  const none = folder.file("none.csv", "\n");
  const cases: [string[], RegExp][] = [
    [["consent"], /^No customer was named\./u],
    [["consent", "--all", "--from", none], /^Customers were named in more than one way\./u],
    [["consent", "a.example", "--grants", grants], /has no resource with a list of scopes at "graph"/u],
    [["consent", "--all", "--grants", none], /is no JSON/u],
    [["consent", "--all", "--grants", grants, "--grant", "graph=User.Read"], /both say what to grant/u],
    [["consent", "--all", "--rate", "0"], /^--rate 0 is not a whole number from 1 to 1000/u],
    [["consent", "--from", folder.path], /cannot be read|is no table|EISDIR/u],
    [["consent", "--from", none], /names no customer/u],
  ];
  for (const [argv, message] of cases) {
    expect(await failing(stage, ["customers", ...argv])).toMatchObject({
      code: 2,
      message: expect.stringMatching(message) as string,
    });
  }
});

test("a dry run changes nothing and writes no file", async () => {
  const seen = watch(stage);
  const { code, stdout } = await consent("--all", "--dry-run");
  const wanted = seeded().map(({ id, domain, companyName }) => `${id}  ${domain.padEnd(17)}  ${companyName}`);
  expect({ code, lines: stdout.trimEnd().split("\n") }).toEqual({
    code: 0,
    lines: [`Would consent application ${application()} for 3 customers:`, ...wanted],
  });
  expect(seen.map(({ method }) => method)).toEqual(["GET"]);
  expect([existsSync(folder.journal), existsSync(folder.failures)]).toEqual([false, false]);
});

test("the rate is kept to, and a refusal is waited out", async () => {
  serveCustomers(stage, 250);
  const before = performance.now();
  const wanted = { code: 0, outcomes: { consented: 253 } };
  expect(await json("consent", "--all", "--rate", "100")).toMatchObject({
    ...wanted,
    requests: { sent: 254, refused: 0 },
  });
  // The last one is sent two whole seconds behind the 54th.
  expect(performance.now() - before).toBeGreaterThan(2000);
  const { faults } = stage.emulator;
  faults.add({ service: "partnerCenter", method: "DELETE", status: 429, headers: { "retry-after": "1" } });
  expect(
    await json("revoke", "--all", "--yes", "--rate", "100", "--journal", `${folder.journal}.revoked`),
  ).toMatchObject({
    code: 0,
    outcomes: { revoked: 253 },
    requests: { sent: 255, refused: 1 },
  });
});

test("an access token that nears its end is renewed on the way", async () => {
  const { emulator } = stage;
  const token = async () => JSON.parse((await stage.run(["token", "partner-center", "--json"])).stdout) as object;
  const { accessToken } = (await token()) as { accessToken: string };
  const body = { token_type: "Bearer", expires_in: 200, access_token: accessToken, refresh_token: "x", scope: "x/y" };
  const form = { grant_type: "refresh_token" };
  emulator.faults.add({
    service: "authority",
    method: "POST",
    form,
    status: 200,
    headers: { "content-type": "application/json" },
    body,
  });
  emulator.requests.clear();
  expect(await json("consent", "--all")).toMatchObject({ code: 0, outcomes: { consented: 3 } });
  const redeemed = emulator.requests.entries().filter(({ note }) => note?.startsWith("refresh_token"));
  expect(redeemed).toHaveLength(1);
});

test("what no customer is to blame for ends the run, and the journal keeps what was done", async () => {
  serveCustomers(stage, 200);
  const body = { code: 900421, description: "no MFA" };
  stage.emulator.faults.add({ service: "partnerCenter", method: "POST", times: 0, status: 401, body });
  const { code, error, left } = await json("consent", "--all");
  expect({ code, error }).toMatchObject({ code: 3, error: { what: expect.stringContaining("401") as string } });
  expect(Number(left)).toBeGreaterThan(100);
});

// Runs the fix "cli/customers/summary.ts: Go on".
test("the first Ctrl-C ends it with what is under way; the same command goes on, and each is consented to once", async () => {
  serveCustomers(stage, 97);
  const seen = watch(stage);
  const argv = ["customers", "consent", "--all", ...folder.options];
  const child = stage.spawn(argv);
  const end = finished(child);
  while (seen.filter(({ method }) => method === "POST").length < 10) await new Promise((next) => setTimeout(next, 10));
  child.kill("SIGINT");
  const { code, stdout, stderr } = await end;
  expect({ code, stdout }).toEqual({
    code: 130,
    stdout: expect.stringMatching(/: \d+ consented, \d+ not begun\.\n$/u) as string,
  });
  const line = `secure-app-model ${argv.join(" ")}`;
  expect(stderr).toMatch(/^error: Interrupted; \d+ customers were not begun, and what was begun is done\. Go on: /u);
  expect(stderr.trimEnd().endsWith(`Go on: ${line}`)).toBe(true);
  const first = consentedTo(stage).length;
  expect(lines()).toHaveLength(first + 1);
  expect(await stage.run(wordsOf(line))).toMatchObject({
    code: 0,
    stdout: `Application ${application()}: ${100 - first} consented, ${first} done before.\n`,
  });
  expect(seen.filter(({ method }) => method === "POST").map(({ status }) => status)).toEqual(Array(100).fill(201));
});

// Runs the fix "cli/customers/confirmation.ts: Say yes beforehand".
test("taking back those of several takes a yes, and then all are gone", async () => {
  await consent("--all");
  const revoke = ["customers", "revoke", "--all", ...folder.options.map((one) => one.replace("journal.", "revoked."))];
  const { code, stderr } = await stage.run(revoke);
  const line = `secure-app-model ${revoke.join(" ")} --yes`;
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `error: To take back the consent to application ${application()} for 3 customers, somebody has to say yes. Say yes beforehand: ${line}\n`,
  });
  expect(consentedTo(stage)).toHaveLength(3);
  expect(await stage.run(wordsOf(line))).toMatchObject({
    code: 0,
    stdout: `Application ${application()}: 3 revoked.\n`,
  });
  expect(consentedTo(stage)).toEqual([]);
  expect(await stage.run(wordsOf(line))).toMatchObject({ stdout: `Application ${application()}: 3 absent.\n` });
});

test("a journal is one run's at a time: another is told whose, and goes on once that was killed", async () => {
  serveCustomers(stage, 17);
  const seen = watch(stage);
  const posts = () => seen.filter(({ method }) => method === "POST").map(({ status }) => status);
  const words = ["customers", "consent", "--all", ...folder.options];
  const child = stage.spawn([...words, "--rate", "10"]);
  const end = finished(child);
  while (posts().length < 2) await new Promise((next) => setTimeout(next, 10));
  // However long the other one takes to start.
  stage.emulator.faults.add({ service: "partnerCenter", method: "POST", delay: 100_000, times: 0 });
  const { code, stderr } = await stage.run(words);
  const pid = String(child.pid);
  expect({
    code,
    stderr: stderr.replaceAll(hostname(), "<host>").replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/u, "<time>"),
  }).toEqual({
    code: 2,
    stderr:
      `error: The journal ${folder.journal} is in use by process ${pid} on <host>, since <time>. Wait for that run to end, and go on: ` +
      `secure-app-model ${words.join(" ")}; or: If there is no such process any more, remove ${folder.journal}.<host>.${pid}.lock.\n`,
  });
  child.kill("SIGKILL");
  await end;
  stage.emulator.faults.clear();
  expect(await stage.run(words)).toMatchObject({ code: 0, stderr: "" });
  expect(consentedTo(stage)).toHaveLength(20);
  expect(posts().filter((status) => status === 201)).toHaveLength(20);
  expect(readdirSync(folder.path)).toEqual(["journal.jsonl"]);
});

// Runs the fix "cli/commands/customers-many.ts: Consent to it there".
test("check says where it does not work, why, and what helps there", async () => {
  const [contoso, wingtip, adventure] = seeded();
  await customers("consent", contoso.id);
  await customers("consent", wingtip.id, "--grant", "graph=User.Read");
  const check = ["customers", "check", "--failures", folder.failures];
  const { code, stdout } = await stage.run(check);
  expect({ code, stdout }).toEqual({
    code: 3,
    stdout: `Application ${application()}: 1 ok, 2 failed.\n  2  what was asked for is not granted there\nEach failure and its fix: ${folder.failures}\n`,
  });
  const all = failed();
  expect(all.map(({ fix }) => fix).sort()).toEqual(
    [
      `secure-app-model customers consent ${wingtip.id} --replace`,
      `secure-app-model customers consent ${adventure.id}`,
    ].sort(),
  );
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
  await stage.run([
    "customers",
    "check",
    "--grant",
    "graph=User.Read",
    "--redemptions",
    "3",
    "--failures",
    folder.failures,
  ]);
  expect(most).toBe(3);
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
