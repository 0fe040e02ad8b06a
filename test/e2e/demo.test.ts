import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { seeds } from "../../local/emulator/seeds";
import { finished, repository } from "./support/project";

/** What `npm start` runs, in a checkout of its own: the developer's may have a cloud running. */
describe("npm start", () => {
  const checkout = mkdtempSync(join(tmpdir(), "checkout-"));

  beforeAll(() => {
    for (const name of ["bin", "package.json", "Pulumi.yaml", "Pulumi.dev.yaml", "local/bootstrap"]) {
      cpSync(join(repository, name), join(checkout, name), { recursive: true });
    }
    symlinkSync(join(repository, "node_modules"), join(checkout, "node_modules"));
  });
  afterAll(() => {
    rmSync(checkout, { recursive: true, force: true });
  });

  const spawnDemo = (environment: NodeJS.ProcessEnv, ...words: string[]) =>
    spawn(process.execPath, [join(checkout, "bin", "local", "demo.js"), ...words], {
      cwd: checkout,
      env: { ...process.env, BROWSER: undefined, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const start = (...words: string[]) => finished(spawnDemo({}, ...words));

  test("brings the whole model up, breaks it, repairs it, and says what exists and what to type next", async () => {
    const { code, text } = await start();
    expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
    expect(text).toMatch(/16 created/u);
    expect(text).toMatch(/16 unchanged/u);
    expect(text).toMatch(/\[diff: ~web\]/u);
    expect(text).toMatch(/error: no changes were expected for preview but changes were proposed/u);
    const table = text.slice(text.indexOf("What exists now"));
    for (const row of [
      /Application +[0-9a-f-]{36}/u,
      /Service principal +[0-9a-f-]{36}/u,
      /Tenant +[0-9a-f-]{36} +in AzureCloud/u,
      /Vault +https:\/\/127\.0\.0\.1:\d+\//u,
      /Client secret +in the vault as client-secret-initial-/u,
      /Refresh token +in the vault as refresh-token-/u,
      /Consent +ok: svc-partner@partner\.example/u,
      /Token partner-center +user_impersonation/u,
      /Token arm +user_impersonation.*AADSTS65001/u,
      /Token graph /u,
      /Token aad-graph .*legacy/u,
      /Customers +Contoso \(contoso\.example\), Wingtip Toys/u,
      /pulumi config set --path secure-application-model:consent\.account <service account>/u,
    ]) {
      expect(table).toMatch(row);
    }
    expect(text).not.toMatch(/eyJ[\w-]{10,}\./u);
    // Nothing of the run is left but what a second one uses.
    expect(readdirSync(join(checkout, ".local"))).not.toContain("cloud.env.json");
  });

  test("interrupted while it waits for a sign-in, it ends everything and leaves no locked stack", async () => {
    const child = spawnDemo({ BROWSER: "true" }, "--browser");
    const { serviceAccount } = seeds.users;
    let text = "";
    for await (const line of createInterface({ input: child.stdout })) {
      text += `${line}\n`;
      if (line.includes("Sign in with the service account: http")) child.kill("SIGINT");
    }
    if (child.exitCode === null) await once(child, "exit");
    expect({ code: child.exitCode, told: text.includes(`Password  ${serviceAccount.password}`) }).toEqual({
      code: 130,
      told: true,
    });
    const left = readdirSync(join(checkout, ".local"));
    expect(left.filter((name) => ["cloud.env.json", "state"].includes(name))).toEqual([]);
    const [port] = readFileSync(join(checkout, ".local", "ports.json"), "utf8").split("\n");
    await expect(fetch(`https://127.0.0.1:${port ?? ""}/`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  test("an option that does not exist: what there is, exit code 2", async () => {
    const { code, text } = await start("--nonsense");
    expect({ code, text }).toEqual({
      code: 2,
      text: expect.stringMatching(/--nonsense.*--browser.*--keep/su) as string,
    });
  });
});
