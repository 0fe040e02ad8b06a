/** The canaries of a stack: its tokens and secrets, and every place that they must not be in. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { secureAppModel } from "./command";
import { descendantsOf } from "./processes";
import { Project } from "./project";
import { openVault, versionsOf } from "./vault";

interface StackOutputs {
  vaultUri: string;
  refreshTokenName: string;
  clientSecretName: string;
}

/** Any signed token: three base64url parts, the first two JSON objects. */
const jwt = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/u;

/** Every file below a folder, as text; what cannot be read has gone. */
function filesIn(folder: string): { path: string; text: string }[] {
  return pathsIn(folder).flatMap((path) => readIfThere(path).map((text) => ({ path, text })));
}

function pathsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return []; // A folder in it went while it was read.
  }
}

function readIfThere(path: string): string[] {
  try {
    return [readFileSync(path, "latin1")];
  } catch {
    return [];
  }
}

interface Seen {
  /** Command line and environment of each process, as any user of this machine could list them. */
  processes: Set<string>;
  /** Names of temporary files, and all that was in them at any time. */
  files: Map<string, Set<string>>;
}

/** Samples all processes of this run and the folder of temporary files, most of which are gone at the end, until stopped. */
function watch(temporary: string): () => Seen {
  const seen: Seen = { processes: new Set(), files: new Map() };
  let watching = true;
  const look = () => {
    for (const { command, environment } of descendantsOf(process.pid)) seen.processes.add(`${command}\n${environment}`);
    for (const { path, text } of filesIn(temporary)) {
      seen.files.set(path, (seen.files.get(path) ?? new Set()).add(text));
    }
  };
  const sample = async () => {
    while (watching) {
      look();
      await sleep(20);
    }
  };
  void sample();
  return () => {
    watching = false;
    look();
    return seen;
  };
}

/** What the watch must find: a temporary file that was there for a while. */
const planted = "harmless, and gone before the end";

/**
 * Tests that tokens and secrets of a whole life of a stack stay where they belong.
 *
 * @param loudly options of the engine for the repair of the token's drift
 * @param heard what its logs must hold then
 */
export function describeLife(loudly: readonly string[], heard: RegExp): void {
  const logs = `logs at ${loudly.join(" ")}`;
  let project: Project;
  let temporary: string;
  let seen: Seen;
  let texts: Record<string, string>;
  let verbose: string;
  let refreshTokens: string[];
  let clientSecret: string;

  beforeAll(async () => {
    project = await Project.start();
    temporary = join(project.folder, "temporary");
    mkdirSync(temporary);
    Object.assign(project.environment, { TMPDIR: temporary });
    const stopWatching = watch(temporary);
    writeFileSync(join(temporary, "planted"), planted);
    const log = [await project.up()];
    rmSync(join(temporary, "planted"));
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
    // Drift of the token and its repair, with the engine talking.
    for (const { version } of await versionsOf(vault, outputs.refreshTokenName)) {
      await vault.updateSecretProperties(outputs.refreshTokenName, version, { enabled: false });
    }
    verbose = (await project.pulumi("up", "--refresh", "--yes", "--skip-preview", ...loudly)).text;
    log.push((await project.drift()).text);
    const { text: state } = await project.exported();
    seen = stopWatching();
    texts = {
      state,
      outputs: JSON.stringify(await project.outputs()),
      "default logs": log.join("\n"),
      "errors of the token command": token.stderr + refused.stderr + refused.stdout,
      "all words of the other commands": others.join("\n"),
      "process lists": [...seen.processes].join("\n"),
    };
    for (const [path, contents] of seen.files) texts[`temporary file ${path}`] = [...contents].join("\n");
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
    Object.entries({ ...texts, [logs]: verbose })
      .filter(([, text]) => words.some((word) => (typeof word === "string" ? text.includes(word) : word.test(text))))
      .map(([name]) => name);

  test("the canaries are real: three refresh tokens and a client secret", () => {
    const distinct = new Set([...refreshTokens, clientSecret]);
    expect({ distinct: distinct.size, short: [...distinct].filter((text) => text.length < 20) }).toEqual({
      distinct: 4,
      short: [],
    });
    expect(verbose).toMatch(heard);
  });

  test("the places are looked at: the process that consents was seen, and a temporary file that is gone", () => {
    const provider = (text: string) => text.includes("dynamic-provider") && text.includes(`TMPDIR=${temporary}`);
    expect([...seen.processes].some(provider)).toBe(true);
    expect(holding([planted])).toEqual([`temporary file ${join(temporary, "planted")}`]);
  });

  test(`no refresh token is anywhere, ${logs} included`, () => {
    expect(holding(refreshTokens)).toEqual([]);
  });

  test("nothing that looks like a refresh token is anywhere", () => {
    const family = refreshTokens[0]?.slice(0, 3) ?? "";
    const shape = new RegExp(`${family.replace(/[.]/gu, "\\.")}[\\w-]{${(refreshTokens[0]?.length ?? 40) - 3}}`, "u");
    expect(refreshTokens.every((token) => shape.test(token))).toBe(true);
    expect(holding([shape])).toEqual([]);
  });

  test(`no access token is anywhere, ${logs} included`, () => {
    expect(holding([jwt])).toEqual([]);
  });

  test("no client secret is in the clear, except where the engine itself prints it: in those logs", () => {
    expect(holding([clientSecret]).filter((name) => name !== logs)).toEqual([]);
  });
}
