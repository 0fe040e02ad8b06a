/**
 * `consent`, built, on an emulator, on a machine without a browser: it prints an address to open elsewhere, and the resulting address is
 * piped in.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assignDirectoryRole } from "../../tools/embedded-cloud/testing/directory";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { preloading } from "../../tools/embedded-cloud/testing/node-options";
import { freePort } from "../../tools/embedded-cloud/free-port";
import { addressElsewhere, begun, signInElsewhere } from "./support/address-elsewhere";
import { main } from "./support/built-command";
import { credentialName, type Stage, stageForEach } from "./support/stage";

let stage: Stage;
stageForEach((fresh) => {
  stage = fresh;
});

const account = "svc-partner@partner.example";
const about = (...more: string[]) => [
  "consent",
  ...["--tenant", "partner.example", "--client-id", stage.application.clientId],
  ...["--credential", credentialName, "--account", account],
  ...more,
];
const stored = async () => (await stage.enabled().catch(() => [])).length;

const begin = (input?: number) => begun(stage, about(), { BROWSER: "/nowhere/browser" }, input);

/** Every secret in a redirected address. */
const codeIn = (redirected: string): string => new URL(redirected).searchParams.get("code") ?? "";

test("at a terminal the prompt shows how long is left, and Ctrl-C ends it", async () => {
  const command = [process.execPath, main, ...about("--port", String(await freePort()), "--deadline", "1")].join(" ");
  const preloads = ["quick-intervals.cjs", "unconditional-kill.cjs"];
  const NODE_OPTIONS = preloads.map((file) => preloading(join(__dirname, "support", file))).join(" ");
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    env: { PATH: process.env["PATH"], ...stage.environment({ BROWSER: "/nowhere/browser", NODE_OPTIONS }) },
  });
  let text = "";
  child.stdout.on("data", (piece: Buffer) => {
    text += piece.toString();
    if (child.stdin.writable && /ended at \(5\d seconds left\): /u.test(text)) child.stdin.end("\u0003");
  });
  const [code] = (await once(child, "close")) as [number];
  expect([code, text]).toEqual([130, expect.stringMatching(/Waiting for the sign-in, for at most 60 seconds …/u)]);
  expect(text).not.toContain("Still waiting");
});

test("wrong lines are explained, this sign-in's own address is taken, and the process ends though its input is open", async () => {
  const { child, end, url } = await begin();
  const redirected = await signInElsewhere(url);
  const other = redirected.replace(/state=[^&]+/u, "state=11111111-2222-4333-8444-555555555555");
  child.stdin?.write(`yes\n\n${new URL(redirected).origin}/start/abc\n${url}\n${other}\n`);
  child.stdin?.write(`  ${redirected}\r\n`);
  const { code, stdout, stderr } = await end;
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      new RegExp(
        `^${account} consented on \\d{4}-\\d\\d-\\d\\d; the token in ${stage.vaultUri} ends on \\d{4}-\\d\\d-\\d\\d\\.\\n$`,
        "u",
      ),
    ) as string,
  });
  expect(stderr).toMatch(
    /^Sign in with the service account in the browser that opens, or open:\n\n {2}http:\/\/localhost:\S+\n\nIs your browser on another machine/mu,
  );
  const problems = stderr.split("\n").filter((line) => line.startsWith("That "));
  expect(problems.map((line) => line.slice(0, 40))).toEqual([
    "That is not an address. It starts with h",
    "That address holds no answer of a sign-i",
    "That is the address to open in a browser",
    "That address belongs to another sign-in,",
  ]);
  expect(stderr).not.toContain(codeIn(redirected));
  expect((await stage.run(["token", "graph"])).code).toBe(0);
});

test("Entra's answer to the code is lost: another address is printed, and its answer, pasted behind the first one, completes the consent", async () => {
  stage.emulator.faults.add({
    ...{ service: "authority", form: { grant_type: "authorization_code" } },
    ...{ status: 504, after: true },
  });
  const { child, end, url } = await begin();
  const again = addressElsewhere(stage, child);
  child.stdin?.write(`${await signInElsewhere(url)}\n`);
  const { url: second } = await again;
  expect(second).not.toBe(url);
  child.stdin?.write(`${await signInElsewhere(second)}\n`);
  const { code, stdout, stderr } = await end;
  expect([code, stdout]).toEqual([0, expect.stringContaining(`${account} consented on `) as string]);
  expect(stderr).toMatch(/failed by a fault of Entra's that passes by itself\. Sign in once more: /u);
  expect(await stored()).toBe(1);
});

test("through a named pipe, as docs/runbook.md tells it: nobody ever closes it, and the process ends all the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "named-pipe-"));
  execFileSync("mkfifo", [join(folder, "p")]);
  const pipe = openSync(join(folder, "p"), "r+");
  try {
    const { end, url } = await begin(pipe);
    writeSync(pipe, `${await signInElsewhere(url)}\n`);
    expect(await end).toMatchObject({ code: 0, stdout: expect.stringContaining(`${account} consented on `) as string });
  } finally {
    closeSync(pipe);
    rmSync(folder, { recursive: true });
  }
});

test("an input that ends in wrong lines ends the consent: nothing is stored, and the words say what was wrong", async () => {
  const { child, end, url } = await begin();
  const redirected = await signInElsewhere(url);
  child.stdin?.end(redirected.replace(/state=[^&]+/u, "state=x"));
  const { code, stdout, stderr } = await end;
  expect([code, stdout, await stored()]).toEqual([3, "", 0]);
  expect(stderr).toMatch(
    /error: Standard input ended without an address of this sign-in\. .*its state differs.* Nothing was stored\.\n$/u,
  );
  expect(stderr).not.toContain(codeIn(redirected));
});

test("Entra's refusal, pasted, is a refusal", async () => {
  const tenant = partnerTenant(stage.emulator);
  tenant.grants.clear();
  assignDirectoryRole(tenant, "globalAdministrator", stage.emulator.seeds.users.serviceAccount.id);
  const { child, end, url } = await begin();
  child.stdin?.write(`${await signInElsewhere(url, { consent: "cancel" })}\n`);
  const { code, stderr } = await end;
  expect([code, await stored()]).toEqual([3, 0]);
  expect(stderr).toMatch(/error: The sign-in was refused: the consent was declined\. .*AADSTS65004/u);
});

test("a device code is refused with the reason and the other way, before anything is looked at", async () => {
  stage.emulator.requests.clear();
  const { code, stdout, stderr } = await stage.run(about("--device-code"));
  expect({ code, stdout, requests: stage.emulator.requests.entries() }).toEqual({ code: 2, stdout: "", requests: [] });
  expect(stderr).toMatch(
    /^error: Device code is not supported\. It needs a public client.*AADSTS700025.*Leave it out: [^:]*: secure-app-model consent (?!.*--device-code)/su,
  );
});

describe("--import", () => {
  test("a token that exists is redeemed, verified and stored as the rolled one", async () => {
    const token = await stage.refreshToken();
    const { code, stdout, stderr } = await stage.run(about("--import"), {}, `${token}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^The token of ${account} was imported on \\d{4}-`, "u"));
    const { value, properties } = await stage.vault.getSecret(stage.tokenName);
    expect([value === token, properties.tags]).toEqual([
      false,
      stage.tags({
        "consented-at": properties.tags?.["consented-at"] ?? "",
        stack: "secure-app-model consent",
      }),
    ]);
    expect((await stage.run(["token", "graph"])).code).toBe(0);
  });

  /** Another application's: test/fixes/sign-in.test.ts. */
  test.each([
    ["nothing", /Standard input was empty\. Nothing was stored\./u],
    ["another account's token", /alice@partner\.example signed in, but svc-partner@partner\.example was expected/u],
    ["a revoked token", /the refresh token was revoked\. Entra says: AADSTS50173/u],
  ])("%s is refused: nothing is stored, and nothing of it repeated", async (what, text) => {
    const { otherAccount, serviceAccount } = stage.emulator.seeds.users;
    const isRevoked = what === "a revoked token";
    const token = what === "nothing" ? "" : await stage.refreshToken(isRevoked ? serviceAccount : otherAccount);
    if (isRevoked) stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000;
    const plain = await stage.run(about("--import"), {}, token);
    const json = await stage.run(about("--import", "--json"), {}, token);
    expect([plain.code, plain.stdout, json.code, await stored()]).toEqual([3, "", 3, 0]);
    const { error } = JSON.parse(json.stdout) as { error: { message: string } };
    expect([plain.stderr, error.message]).toEqual([expect.stringMatching(text), expect.stringMatching(text)]);
    if (token !== "") expect([plain.stderr, json.stdout, json.stderr].join("\n")).not.toContain(token);
  });

  test("a token in the arguments is none of its options", async () => {
    const { code, stderr } = await stage.run(about("--import", "1.Atoken-canary"));
    expect([code, stderr.includes("canary")]).toEqual([2, false]);
  });
});
