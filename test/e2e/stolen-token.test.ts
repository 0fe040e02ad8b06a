/** Somebody has the refresh token and the client secret: `revoke` ends all that they can do with them, and one consent brings the partner back. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { finished, startCommand } from "../cli/support/built-command";
import { stackForEach } from "./support/deployed-once";
import { aboutStack, redeem, secureAppModel } from "./support/command";
import { killAt } from "./support/kill";
import { type Project, thatIsThere } from "./support/project";
import { rewriteState } from "./support/deployed-stack";
import { letRevokeSessions } from "./support/deployer";
import { thiefOf, type Thief } from "./support/thief";

let project: Project;
let thief: Thief;
stackForEach({ deployed: true }, async (started) => {
  project = started;
  thief = await thiefOf(project);
});

const argv = () => ["revoke", ...project.ofStack, "--customers", file()];
const file = () => join(project.folder, "reached.json");
const revoke = (...more: string[]) => secureAppModel(project, [...argv(), ...more]);

// Runs the fix "lib/token/errors.ts: First find out who has it and how, and end that. Then deploy, which brings back what was revoked".
test("the thief is refused by every way, the customers that it reached are in a file, and one consent brings the partner back", async () => {
  const [customer] = project.seeds.customers;
  expect(await thief.ways()).toEqual({ token: 200, secretAlone: 200 });
  letRevokeSessions(project);
  const { code, stdout, stderr } = await revoke("--yes");
  expect([code, stderr]).toEqual([0, expect.stringContaining("svc-partner@partner.example")]);
  expect(await thief.ways()).toEqual({ token: 7000215, secretAlone: 7000215 });
  const { applicationId } = await project.outputs();
  expect(stdout).toContain(`AADNonInteractiveUserSignInLogs | where AppId == "${applicationId}"`);
  const reached = JSON.parse(readFileSync(file(), "utf8")) as { tenantId: string }[];
  expect(reached.map(({ tenantId }) => tenantId)).toContain(customer?.id);
  expect(reached).toHaveLength(project.seeds.customers.length);
  for (const secret of [thief.refreshToken, thief.clientSecret])
    expect([stdout, stderr, readFileSync(file(), "utf8")].join()).not.toContain(secret);
  // Nobody makes a new token out of the old one.
  const vault = (await project.outputs()).vaultUri;
  expect((await secureAppModel(project, ["renew", "--vault", vault])).code).toBe(3);
  expect((await redeem(project)).code).toBe(3);

  expect(stdout).toContain(`secure-app-model up ${project.ofStack.join(" ")}, then secure-app-model drift`);
  expect((await aboutStack(project, "up")).code).toBe(0);
  expect((await redeem(project)).stdout).toMatch(/^eyJ/u);
  // With the new client secret, too.
  expect(await (await thiefOf(project)).ways(thief.refreshToken)).toEqual({ token: 50173, secretAlone: 200 });
  expect(await thief.ways()).toEqual({ token: 7000215, secretAlone: 7000215 });
  const drift = await aboutStack(project, "drift");
  expect([drift.code, drift.stdout]).toEqual([0, "Stack dev has not drifted.\n"]);
});

// Runs the fix "cli/revoke/next.ts: Run this again with an account that may: it continues with the rest".
test("killed in the middle it is run again and finishes; without the right to end sessions it does the rest and names what is left, and who does it", async () => {
  const run = startCommand([...argv(), "--yes"], project.environment);
  const [, at] = await Promise.all([
    finished(run),
    killAt(project, run, ({ path }) => path.endsWith("/removePassword"), "cli"),
  ]);
  expect(at).toMatch(/removePassword$/u);
  // A vault that lets nobody in keeps nothing else waiting.
  const code = { error: { code: "Forbidden", innererror: { code: "ForbiddenByFirewall" } } };
  project.emulator.faults.add({ service: "keyVault", path: "/secrets*", status: 403, body: code, times: 0 });
  const closed = await revoke("--yes");
  project.emulator.faults.clear();
  expect([closed.code, closed.stderr]).toEqual([1, expect.stringMatching(/Not all of .*ForbiddenByFirewall.*403/su)]);
  expect(await thief.ways()).toEqual({ token: 7000215, secretAlone: 7000215 });

  const { serviceAccount } = project.seeds.users;
  const left = await revoke("--yes", "--json");
  const url = `${project.cloud.origins.microsoftGraph}/v1.0/users/${serviceAccount.id}/revokeSignInSessions`;
  const fixes = [{ byPerson: true, commands: [{ line: `az rest --method POST --url ${url}` }] }];
  expect(left.code).toBe(1);
  expect(JSON.parse(left.stdout)).toMatchObject({
    ...{ stack: "dev", done: false, credentials: [], sessions: [], customers: null },
    left: [{ code: "sessions-not-revoked", fixes }],
  });
  expect(existsSync(file())).toBe(false);
  letRevokeSessions(project);
  expect((await revoke("--yes")).code).toBe(0);
  const account = project.tenant.users.get(serviceAccount.id);
  expect(account?.revokedBefore).toBeGreaterThan(0);
});

test("an application that Entra does not show as this stack's keeps its credential, and that is told before and after", async () => {
  letRevokeSessions(project);
  const { applicationId } = await project.outputs();
  const application = thatIsThere([...project.tenant.applications.values()].find((one) => one.appId === applicationId));
  application.identifierUris = ["https://partner.example/another-stack"];
  const { code, stdout, stderr } = await revoke("--yes", "--json");
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('is left on the application "Partner Center Web App", which is not seen to be this stack'),
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ credentials: [], left: [{ code: "application-of-others" }] });
  expect((await thief.ways()).secretAlone).toBe(200);
});

test("where the state names another application and no account, what was not found is told: nothing is called done", async () => {
  letRevokeSessions(project);
  const other = "eeeeeeee-1111-4222-8333-444444444444";
  await rewriteState(project, (state) => {
    for (const { type, outputs = {} } of state.deployment.resources) {
      if (type.endsWith(":Consent")) delete outputs["accountId"];
      if (type === "pulumi:pulumi:Stack") outputs["applicationId"] = other;
    }
    return state;
  });
  const { code, stdout } = await revoke("--yes", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ done: false, tokens: [], credentials: [], sessions: [] });
  const { left } = JSON.parse(stdout) as { left: { code: string }[] };
  expect(new Set(left.map((one) => one.code))).toEqual(
    new Set(["token-not-ours", "token-not-found", "application-not-found", "sessions-not-revoked"]),
  );
  expect(await thief.ways()).toEqual({ token: 200, secretAlone: 200 });
});

test.each([
  ["a folder that is not there", () => join(project.folder, "nowhere", "x.json"), "Make the folder: mkdir"],
  ["a folder", () => project.folder, "Name one: "],
])("the customers' file cannot be in %s: told before anything is asked or done", async (_, customers, fix) => {
  const { code, stderr } = await revoke("--yes", "--customers", customers());
  expect([code, stderr]).toEqual([2, expect.stringContaining(fix)]);
  expect(await thief.ways()).toEqual({ token: 200, secretAlone: 200 });
});

test("customers that are not written are left; a resource of any type keeps nothing else", async () => {
  letRevokeSessions(project);
  await rewriteState(project, (state) => {
    const [stack, ...others] = state.deployment.resources;
    const strange = { ...stack, urn: String(stack?.urn).replace(/pulumi:pulumi:Stack::.*/u, "constructor::x") };
    const resources = [stack, { ...strange, type: "constructor", outputs: { keyId: "x" } }, ...others];
    return { ...state, deployment: { ...state.deployment, resources } } as typeof state;
  });
  // In /proc not even root may.
  const { code, stderr } = await revoke("--yes", "--customers", "/proc/reached.json");
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/Not all of .*could not be written to \/proc\/reached.json/su),
  ]);
  expect(await thief.ways()).toEqual({ token: 7000215, secretAlone: 7000215 });
});

test("interrupted while the customers are listed, it has told what is left, and tells it again with the logs", async () => {
  const partnerCenter = { service: "partnerCenter", path: "/v1/customers*", status: 503, times: 0 } as const;
  project.emulator.faults.add({ ...partnerCenter, headers: { "retry-after": "60" } });
  const run = startCommand([...argv(), "--yes"], project.environment);
  let told = "";
  run.stderr?.on("data", (piece: Buffer) => {
    // A second signal would end it at once.
    const isFirst = !told.includes("Waiting 60 seconds");
    told += String(piece);
    if (isFirst && told.includes("Waiting 60 seconds")) run.kill("SIGINT");
  });
  const { code, stdout, stderr } = await finished(run);
  const [before = "", after = ""] = stderr.split("Waiting 60 seconds");
  expect(before).toMatch(/Not done: The sign-in sessions of .*revokeSignInSessions/u);
  expect([code, after]).toEqual([130, expect.stringMatching(/Not all of .*revokeSignInSessions/su)]);
  expect(stdout).toContain("AADNonInteractiveUserSignInLogs | where AppId");
});

test("a setting that is wrong and of no use here keeps nobody from it", async () => {
  await project.set({ "vault.diagnostics": "x" });
  const { code, stderr } = await revoke("--dry-run");
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('partner-c1 is removed from the application "Partner Center Web App";'),
  ]);
});
