import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readEndpointsFile } from "../../lib/config/endpoints";
import { seeds } from "../../tools/embedded-cloud/testing/emulator";
import { type Finished, finished, repository } from "./support/project";
import { story } from "../support/story";

const copied = ["bin", "tools/embedded-cloud/bin", "tools/build", "package.json", "Pulumi.yaml", "Pulumi.dev.yaml"];

/** The demo's output while it waits for a person, with the port of the redirect. */
const signInAddress = /Sign in with the service account: http:\/\/localhost:(\d+)\//u;

/** Runs `npm start`, in separate checkouts: the developer's own may have a running cloud. */
describe("npm start", () => {
  const checkout = mkdtempSync(join(tmpdir(), "checkout-"));
  const another = mkdtempSync(join(tmpdir(), "checkout-"));
  const ownStack = join(checkout, ".local/state/.pulumi/stacks/secure-application-model/mine.json");

  beforeAll(() => {
    mkdirSync(dirname(ownStack), { recursive: true });
    writeFileSync(ownStack, "{}");
    for (const folder of [checkout, another]) {
      for (const name of copied) cpSync(join(repository, name), join(folder, name), { recursive: true });
      symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    }
  });
  afterAll(() => {
    for (const folder of [checkout, another]) rmSync(folder, { recursive: true, force: true });
  });

  const spawnDemo = (folder: string, environment: NodeJS.ProcessEnv, ...argv: string[]) =>
    spawn(process.execPath, [join(folder, "tools", "embedded-cloud", "bin", "demo.js"), ...argv], {
      cwd: folder,
      env: { ...process.env, BROWSER: undefined, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const start = (...argv: string[]) => finished(spawnDemo(checkout, {}, ...argv));
  const devEnv = [process.execPath, join(checkout, "tools", "embedded-cloud", "bin", "dev-env.js")] as const;
  const variablesFile = join(checkout, ".local", "cloud.env.json");
  /** Only what a second run uses is left of a run. */
  const expectCloudGone = async (folder: string) => {
    expect(existsSync(join(folder, ".local", "cloud.env.json"))).toBe(false);
    const [port] = readFileSync(join(folder, ".local", "ports.json"), "utf8").split("\n");
    await expect(fetch(`https://127.0.0.1:${port ?? ""}/`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  };

  test("dev:env refuses an option that it does not have", async () => {
    const run = spawn(devEnv[0], [devEnv[1], "--admin"], { stdio: ["ignore", "pipe", "pipe"] });
    expect(await finished(run)).toMatchObject({ code: 1, text: expect.stringContaining("'--admin'") as string });
  });

  test("without a cloud, dev:env says how to start one, exit code 2", async () => {
    const asked = () => finished(spawn(devEnv[0], [devEnv[1]], { stdio: ["ignore", "pipe", "pipe"] }));
    const noCloud = (found: string) => ({
      code: 2,
      text: `No embedded cloud is running: ${variablesFile} ${found}.\nStart one in another terminal and leave it running: npm start -- --keep\n`,
    });
    expect(await asked()).toEqual(noCloud("is missing"));
    // As after a kill.
    mkdirSync(join(checkout, ".local"), { recursive: true });
    writeFileSync(variablesFile, JSON.stringify({ ARM_METADATA_HOSTNAME: "127.0.0.1:1" }));
    expect(await asked()).toEqual(noCloud("names 127.0.0.1:1, where nothing answers"));
    rmSync(variablesFile);
  });

  describe("with --keep and --date, while another checkout waits for its sign-in", () => {
    const test = story();
    let demo: ReturnType<typeof spawnDemo>;
    let ended: Promise<Finished>;
    let text = "";
    let waiting: ReturnType<typeof spawnDemo>;
    let waited: Promise<Finished>;
    let waitingText = "";

    // Its cloud is past the day on which Azure stops serving earlier versions of Key Vault's API.
    beforeAll(async () => {
      waiting = spawnDemo(another, { BROWSER: "true" }, "--browser");
      waited = finished(waiting);
      waiting.stdout.on("data", (chunk: Buffer) => (waitingText += chunk.toString()));
      while (!signInAddress.test(waitingText) && waiting.exitCode === null) await sleep(50);
      demo = spawnDemo(checkout, {}, "--keep", "--date", "2027-03-01");
      ended = finished(demo);
      for (const stream of [demo.stdout, demo.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
      // The last line of all.
      while (!/\n {2}What the cloud holds .*\n/u.test(text) && demo.exitCode === null) await sleep(50);
    });
    afterAll(async () => {
      for (const child of [demo, waiting]) child.kill("SIGINT");
      await Promise.all([ended, waited]);
    });

    // Runs the fix "lib/config/settings.ts: Start it".
    test("the stack's endpoints can be read while the cloud runs, as the settings' error says", () => {
      const { endpoints } = readEndpointsFile(".local/endpoints.json", checkout);
      expect(endpoints).toMatchObject({ authority: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/u) as string });
    });

    test("each has a sign-in port of its own, and leaves 8400 to the stacks that are real", () => {
      const endpoints = JSON.parse(readFileSync(join(checkout, ".local", "endpoints.json"), "utf8")) as object;
      const own = (endpoints as { signInPort: number }).signInPort;
      const others = Number(signInAddress.exec(waitingText)?.[1]);
      expect([own, others].every((port) => port >= 8500 && port < 9200)).toBe(true);
      expect({ waits: waiting.exitCode === null, apart: own !== others }).toEqual({ waits: true, apart: true });
    });

    test("brings the whole model up, breaks it, repairs it, and says what exists and what to type next", () => {
      expect(text).not.toMatch(/warning|error|fail|✗|Endpoints in place/iu);
      expect(text).toMatch(/18 created/u);
      expect(text).toMatch(/18 unchanged/u);
      expect(text).toMatch(/\[diff: ~web\]/u);
      const table = text.slice(text.indexOf("What exists now"));
      for (const row of [
        /Application +[0-9a-f-]{36}/u,
        /Service principal +[0-9a-f-]{36}/u,
        /Tenant +[0-9a-f-]{36} +in AzureCloud/u,
        /Vault +https:\/\/127\.0\.0\.1:\d+\//u,
        /Credential +in the vault as client-credential-/u,
        /Refresh token +in the vault as refresh-token-/u,
        /Consent +ok: svc-partner@partner\.example/u,
        /Token partner-center +user_impersonation/u,
        /Token arm +user_impersonation.*AADSTS65001/u,
        /Token graph +.*User\.Read/u,
        /Token aad-graph .*legacy/u,
        /Customers +Contoso \(contoso\.example\), Wingtip Toys/u,
        /The cloud keeps running until Ctrl-C\. In another shell:\n\n {2}eval "\$\(npm run -s dev:env\)"\n {2}pulumi preview --stack dev\n {2}secure-app-model token partner-center\n/u,
      ]) {
        expect(table).toMatch(row);
      }
      expect(text).not.toMatch(/eyJ[\w-]{10,}\./u);
      // No terminal: no colours.
      expect(text).not.toContain("\u001b");
    });

    test("ends with the addresses of its pages: what is there, and what it says of itself", () => {
      const [, status = "", overview] =
        /\nIn a browser:\n\n {2}Status +(file:\S+)\n {2}What the cloud holds +(https:\S+)\n$/u.exec(text) ?? [];
      expect(overview).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/u);
      expect(readFileSync(fileURLToPath(status), "utf8")).toContain("<h1>The token works.</h1>");
    });

    test("a stack of one's own beside dev is left alone", () => {
      expect(readFileSync(ownStack, "utf8")).toBe("{}");
    });

    test("plain pulumi works in a shell that evaluates the lines of dev:env", async () => {
      const shell = `eval "$('${devEnv[0]}' '${devEnv[1]}')" && pulumi preview --stack dev --expect-no-changes`;
      // Settings of another cloud and another engine, which the lines unset.
      const env = { ...process.env, ARM_USE_OIDC: "true", PULUMI_BACKEND_URL: "file:///nowhere" };
      const child = spawn("bash", ["-c", shell], { cwd: checkout, env, stdio: ["ignore", "pipe", "pipe"] });
      expect(await finished(child)).toEqual({ code: 0, text: expect.stringMatching(/18 unchanged/u) as string });
    });

    test("the command is on PATH there, and knows cloud and vault, also where the lines were evaluated before", async () => {
      const lines = `eval "$('${devEnv[0]}' '${devEnv[1]}')"`;
      const shell = `${lines} && ${lines} && secure-app-model token partner-center && printf '%s\\n' "$PATH" "$REQUESTS_CA_BUNDLE"`;
      // Variables of a shell for a real tenant.
      const env = {
        ...process.env,
        SECURE_APP_MODEL_VAULT: "https://real.vault.azure.net/",
      };
      const { code, text } = await finished(spawn("bash", ["-c", shell], { env, stdio: ["ignore", "pipe", "pipe"] }));
      const [endpoints, token, path, trusted = ""] = text.split("\n");
      expect(endpoints).toMatch(/^Endpoints in place of AzureCloud's: 127\.0\.0\.1/u);
      expect({ code, token }).toEqual({ code: 0, token: expect.stringMatching(/^eyJ[\w.-]+$/u) as string });
      expect(path?.split(":").filter((folder) => folder === join(checkout, ".local", "commands"))).toHaveLength(1);
      // Of az: without it none of its requests to this cloud comes to an answer.
      expect(new X509Certificate(readFileSync(trusted)).subject).toMatch(/embedded cloud/iu);
    });

    test("docs/ci.md can be rehearsed there, by an identity with the rights that it needs", async () => {
      const ci = { stacks: ["dev"], github: { repository: "contoso/partner" } };
      const settings = { cloud: "AzureCloud", endpoints: ".local/endpoints.json", ci };
      const config = Object.entries(settings).map(([name, value]) => [`secure-application-model:${name}`, value]);
      writeFileSync(
        join(checkout, "Pulumi.ci-dev.yaml"),
        JSON.stringify({ config: Object.fromEntries(config) as object }),
      );
      const shell = (argument: string, then: string) =>
        finished(
          spawn("bash", ["-c", `eval "$('${devEnv[0]}' '${devEnv[1]}' ${argument})" && ${then}`], {
            ...{ cwd: checkout, stdio: ["ignore", "pipe", "pipe"] },
          }),
        );
      const refused = await shell("", "pulumi stack init ci-dev && pulumi preview --stack ci-dev");
      expect(refused.text).toContain("lacks AppRoleAssignment.ReadWrite.All");
      const { code, text } = await shell("--administrator", "pulumi preview --stack ci-dev");
      expect([code, text]).toEqual([0, expect.stringMatching(/\+ \d+ to create/u)]);
    });

    test("a second start is refused: how to use the first, and how to end it", async () => {
      const variables = JSON.parse(readFileSync(variablesFile, "utf8")) as { EMBEDDED_CLOUD_PID: string };
      const pid = variables.EMBEDDED_CLOUD_PID;
      expect(await start()).toEqual({
        code: 1,
        text: expect.stringContaining(
          `✗ The embedded cloud of this checkout runs already (process ${pid}). Use it from a shell: eval "$(npm run -s dev:env)". ` +
            `Or end it first: Ctrl-C where it runs, or kill ${pid}.\n`,
        ) as string,
      });
    });

    test("SIGINT ends all of it, exit code 0", async () => {
      demo.kill("SIGINT");
      expect((await ended).code).toBe(0);
      await expectCloudGone(checkout);
    });

    test("interrupted while it waits for a sign-in, it ends everything and leaves no locked stack", async () => {
      waiting.kill("SIGINT");
      const { code } = await waited;
      const told = waitingText.includes(`Password  ${seeds.users.serviceAccount.password}`);
      expect({ code, told }).toEqual({ code: 130, told: true });
      const kept = join(another, ".local/state/.pulumi");
      const ofDev = ["stacks/secure-application-model/dev.json", "locks/organization/secure-application-model/dev"];
      expect(ofDev.filter((one) => existsSync(join(kept, one)))).toEqual([]);
      await expectCloudGone(another);
    });
  });

  test("an option that does not exist: what there is, exit code 2", async () => {
    const { code, text } = await start("--nonsense");
    expect({ code, text }).toEqual({
      code: 2,
      text: expect.stringMatching(/--nonsense.*--browser.*--keep/su) as string,
    });
  });
});
