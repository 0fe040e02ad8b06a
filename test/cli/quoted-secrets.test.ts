/** A service quotes the request in its error: no secret in it reaches a terminal, a script, a page, an issue or a channel. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formsOf } from "../e2e/support/canary";
import type { CallFailure } from "../../tools/embedded-cloud/testing/plugin-replies";
import { signInFor } from "../../tools/embedded-cloud/testing/emulator";
import { Browser } from "../oauth/browser";
import { consentCode, consentInputs } from "../providers/consent-inputs";
import { ProviderProcess } from "../providers/provider-process";
import { begun } from "./support/address-elsewhere";
import { withoutSecrets } from "./support/failing";
import { type Listeners, listenersForEach } from "./support/listeners";
import { credentialName, type Stage, stageForEach } from "./support/stage";

let stage: Stage;
let { tracker, webhook, variables } = {} as Listeners;
listenersForEach((fresh) => ({ tracker, webhook, variables } = fresh));
let folder: string;
/** In every form in which they could be quoted. */
let secrets: string[];
stageForEach(async (fresh) => {
  stage = fresh;
  folder = mkdtempSync(join(tmpdir(), "quoted-"));
  const { clientSecret } = stage.emulator.seeds.deployer;
  const own = [clientSecret, stage.application.clientSecret, await stage.storeToken(), webhook.secret, tracker.token];
  secrets = own.flatMap(formsOf);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const quoted = "We were asked: <request>";
/** The ways in which each service tells of an error. */
const refusals = {
  authority: { error: "invalid_grant", error_description: `AADSTS50173: ${quoted} Trace ID: x` },
  microsoftGraph: { error: { code: "Authorization_RequestDenied", message: quoted } },
  resourceManager: { error: { code: "AuthorizationFailed", message: quoted } },
  partnerCenter: { code: 1, description: quoted },
  keyVault: { error: { code: "Forbidden", message: quoted } },
} as const;
type Service = keyof typeof refusals;

/** @param form only requests with these fields @param number of an AADSTS error */
function quotes(service: Service, form?: Record<string, string>, number = "50173"): void {
  const headers = { "x-ms-request-id": quoted, "request-id": quoted };
  const body = JSON.parse(JSON.stringify(refusals[service]).replace("50173", number)) as object;
  const how = { status: service === "authority" ? 400 : 403, body, headers, echo: true, times: 0 };
  // The first request to a vault has no token: it asks which one the vault takes.
  const path = service === "keyVault" ? { path: "/secrets/*" } : {};
  stage.emulator.faults.add({ service, ...how, ...path, ...(form && { form }) });
}

const redemption = { grant_type: "refresh_token" };

test.each([
  ["authority", ["token", "graph"]],
  ["authority", ["renew"]],
  ["authority", ["customers", "list"]],
  ["keyVault", ["token", "graph"]],
  ["keyVault", ["status", "--probe"]],
  ["partnerCenter", ["customers", "list"]],
  ["microsoftGraph", ["doctor", "--client-id", "<client id>"]],
  ["resourceManager", ["doctor"]],
] as const)("%s quotes what it was asked by %j: as text, as JSON and as an annotation", async (service, words) => {
  quotes(service, service === "authority" ? redemption : undefined);
  const argv = words.map((word) => (word === "<client id>" ? stage.application.clientId : word));
  const ended = [
    await stage.run(argv),
    await stage.run([...argv, "--json"]),
    await stage.run(argv, { GITHUB_ACTIONS: "true" }),
  ];
  const said = ended.flatMap(({ stdout, stderr }) => [stdout, stderr]);
  withoutSecrets(secrets, ...said);
  expect(said.join("\n")).toContain("We were asked:");
});

test("in an issue, in a channel and on a page of status", async () => {
  quotes("authority", redemption);
  const page = join(folder, "status.html");
  const argv = ["status", "--probe", "--html", page, "--issue", "--notify"];
  const { stdout, stderr } = await stage.run(argv, variables);
  const told = [stdout, readFileSync(page, "utf8"), JSON.stringify(tracker.issues), JSON.stringify(webhook.posts)];
  withoutSecrets(secrets, stderr, ...told);
  for (const text of told) expect(text).toMatch(/We were asked:\s/u);
});

test("on the page after the sign-in, and in the words of consent", async () => {
  quotes("authority", { grant_type: "authorization_code" });
  const about = ["--tenant", stage.tenantId, "--client-id", stage.application.clientId];
  const argv = ["consent", "--force", ...about, "--credential", credentialName];
  const { end, said } = await begun(stage, argv, { BROWSER: "/nowhere/browser" });
  const start = new URL(/http:\/\/localhost:\S+/u.exec(said)?.[0] ?? "");
  const browser = new Browser(start.origin);
  const { location } = (await browser.open(start.pathname)).headers;
  const answer = await signInFor(String(location));
  await browser.open(`/consent?${new URLSearchParams(answer).toString()}`);
  const { body } = await browser.open("/outcome");
  const { code, stdout, stderr } = await end;
  withoutSecrets([...secrets, ...formsOf(answer["code"] ?? "")], body, stdout, stderr);
  expect([code, body, stderr]).toEqual([
    3,
    ...[body, stderr].map(() => expect.stringContaining("We were asked: ") as string),
  ]);
});

test("GitHub quotes its own token", async () => {
  tracker.faults.push({ status: 403, body: { message: `${quoted} ${tracker.token}` } });
  stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000;
  const { stdout, stderr } = await stage.run(["status", "--probe", "--issue"], variables);
  withoutSecrets(secrets, stdout, stderr);
  expect(stderr).toContain("We were asked: ");
});

test("broken over lines, in Base64, in an address: it is the same secret", async () => {
  const [, , , , , , ...others] = formsOf(stage.application.clientSecret);
  const lines = [stage.application.clientSecret, ...others].map(
    (form) => form.match(/.{1,9}/gu)?.join(" \u200b") ?? "",
  );
  const description = `AADSTS50173: We were asked: ${[...lines, ...others].join(" and ")}`;
  stage.emulator.faults.add({
    service: "authority",
    form: redemption,
    status: 400,
    body: { error: "invalid_grant", error_description: description },
    times: 0,
  });
  const { stderr } = await stage.run(["token", "graph"]);
  withoutSecrets(
    secrets.map((secret) => secret.replace(/\s/gu, "")),
    stderr.replace(/\s/gu, ""),
  );
  expect(stderr).toContain("We were asked: ");
});

test("the access token that was asked for is printed all the same", async () => {
  const plain = await stage.run(["token", "graph"]);
  const json = JSON.parse((await stage.run(["token", "graph", "--json"])).stdout) as { accessToken: string };
  const cmdlet = await stage.run(["token", "graph", "--powershell", "--json"]);
  for (const text of [plain.stdout, json.accessToken, cmdlet.stdout]) expect(text).toMatch(/eyJ[\w-]+\.eyJ/u);
});

test("the engine's process for dynamic resources: in a failure, in what it keeps of it, and in its log", async () => {
  const code = await consentCode();
  const inputs = { ...consentInputs(stage), mode: "never", deadlineMinutes: 1, port: 8400, stack: "test" };
  const id = `${stage.vaultUri}/secrets/${stage.tokenName}`;
  const provider = await ProviderProcess.startFor(stage.emulator);
  try {
    quotes("authority", redemption);
    const all = { ...inputs, __provider: code };
    const toldOf = (asked: Promise<unknown>) =>
      asked.then(
        (found) => JSON.stringify(found),
        (error: unknown) => `${(error as CallFailure).message} ${JSON.stringify((error as CallFailure).partial)}`,
      );
    const created = await toldOf(provider.create(all));
    stage.emulator.faults.clear();
    quotes("authority", redemption, "7000215");
    const told = [created, await toldOf(provider.read(id, all)), provider.log];
    withoutSecrets(secrets, ...told);
    expect(told.map((text) => text.includes("We were asked: "))).toEqual([true, false, true]);
  } finally {
    await provider.stop();
  }
});
