import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { secureAppModel } from "./support/command";
import { Project } from "./support/project";
import { openVault, versionsOf } from "./support/vault";

interface StackOutputs {
  vaultUri: string;
  refreshTokenName: string;
  clientSecretName: string;
}

/** Any signed token: three base64url parts, the first two JSON objects. */
const jwt = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/u;

/** Every file below a folder, as text; what cannot be read has gone. */
function filesIn(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      try {
        return [{ path, text: readFileSync(path, "latin1") }];
      } catch {
        return [];
      }
    });
}

/** Command lines and environments of all processes, as any user of this machine could list them, sampled until stopped. */
function watchProcesses(): () => string {
  const seen = new Set<string>();
  let watching = true;
  const sample = async () => {
    while (watching) {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/u.test(name))) {
        for (const file of ["cmdline", "environ"]) {
          try {
            seen.add(readFileSync(`/proc/${pid}/${file}`, "latin1"));
          } catch {
            // It has ended.
          }
        }
      }
      await sleep(20);
    }
  };
  void sample();
  return () => {
    watching = false;
    return [...seen].join("\n");
  };
}

describe("tokens and secrets of a whole life of a stack", () => {
  let project: Project;
  let texts: Record<string, string>;
  let verbose: string;
  let refreshTokens: string[];
  let clientSecret: string;

  beforeAll(async () => {
    project = await Project.start();
    const temporary = join(project.folder, "temporary");
    mkdirSync(temporary);
    Object.assign(project.environment, { TMPDIR: temporary });
    const processes = watchProcesses();
    const log = [await project.up()];
    const outputs = (await project.outputs()) as unknown as StackOutputs;
    const vault = await openVault(project);
    // A token that is thrown away at once, by a command and by the program.
    const token = await secureAppModel(project, ["token", "graph", "--vault", outputs.vaultUri]);
    const refused = await secureAppModel(project, [
      "token",
      "https://unknown.example",
      "--vault",
      outputs.vaultUri,
      "--json",
    ]);
    const others = [];
    for (const words of [["renew"], ["status", "--probe"], ["customers", "consent", "contoso.example"]]) {
      const { stdout, stderr } = await secureAppModel(project, [...words, "--vault", outputs.vaultUri]);
      others.push(stdout, stderr);
    }
    // Drift of the token and its repair, at the loudest level there is.
    for (const { version } of await versionsOf(vault, outputs.refreshTokenName)) {
      await vault.updateSecretProperties(outputs.refreshTokenName, version, { enabled: false });
    }
    verbose = (await project.pulumi("up", "--refresh", "--yes", "--skip-preview", "-v=9", "--logtostderr")).text;
    log.push((await project.drift()).text);
    const { text: state } = await project.exported();
    texts = {
      state,
      outputs: JSON.stringify(await project.outputs()),
      "default logs": log.join("\n"),
      "errors of the token command": token.stderr + refused.stderr + refused.stdout,
      "all words of the other commands": others.join("\n"),
      "process lists": processes(),
    };
    for (const { path, text } of filesIn(temporary)) texts[`temporary file ${path}`] = text;
    for (const { path, text } of filesIn(join(project.folder, "state"))) texts[`state file ${path}`] = text;
    refreshTokens = [];
    for (const { version, enabled } of await versionsOf(vault, outputs.refreshTokenName)) {
      if (!enabled) await vault.updateSecretProperties(outputs.refreshTokenName, version, { enabled: true });
      const secret = await vault.getSecret(outputs.refreshTokenName, { version });
      refreshTokens.push(secret.value ?? "");
    }
    clientSecret = (await vault.getSecret(outputs.clientSecretName)).value ?? "";
  });
  afterAll(() => project.close());

  /** Names of the texts that hold any of the words. */
  const holding = (words: (string | RegExp)[]) =>
    Object.entries({ ...texts, "logs at -v=9": verbose })
      .filter(([, text]) => words.some((word) => (typeof word === "string" ? text.includes(word) : word.test(text))))
      .map(([name]) => name);

  test("the canaries are real: three refresh tokens and a client secret", () => {
    const distinct = new Set([...refreshTokens, clientSecret]);
    expect({ distinct: distinct.size, short: [...distinct].filter((text) => text.length < 20) }).toEqual({
      distinct: 4,
      short: [],
    });
    expect(verbose).toContain("RegisterResource");
  });

  test("no refresh token is anywhere, logs at -v=9 included", () => {
    expect(holding(refreshTokens)).toEqual([]);
  });

  test("nothing that looks like a refresh token is anywhere", () => {
    const family = refreshTokens[0]?.slice(0, 3) ?? "";
    const shape = new RegExp(`${family.replace(/[.]/gu, "\\.")}[\\w-]{${(refreshTokens[0]?.length ?? 40) - 3}}`, "u");
    expect(refreshTokens.every((token) => shape.test(token))).toBe(true);
    expect(holding([shape])).toEqual([]);
  });

  test("no access token is anywhere, logs at -v=9 included", () => {
    expect(holding([jwt])).toEqual([]);
  });

  test("no client secret is in the clear, except where the engine itself prints it: at -v=9", () => {
    expect(holding([clientSecret]).filter((name) => name !== "logs at -v=9")).toEqual([]);
  });
});
