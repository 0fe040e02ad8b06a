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
export const jwt = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/u;

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
export const planted = "harmless, and gone before the end";

/** The text with the engine's own logs of a repair: it alone may hold the client secret, which the engine prints at -v=9. */
export const loudLogs = "logs of a repair";

export interface Life {
  refreshTokens: readonly string[];
  clientSecret: string;
  /** Command line and environment of each process that was seen. */
  processes: ReadonlySet<string>;
  temporary: string;
  /** Names of the places that hold any of the words. */
  holding(words: readonly (string | RegExp)[]): string[];
}

/**
 * The whole life of a stack, looked at everywhere: deployed, its token used, taken away and repaired.
 *
 * @param loudly options of the engine for the repair
 */
export async function lifeOf(loudly: readonly string[]): Promise<Life> {
  const project = await Project.start();
  try {
    return await live(project, loudly);
  } finally {
    await project.close();
  }
}

async function live(project: Project, loudly: readonly string[]): Promise<Life> {
  const temporary = join(project.folder, "temporary");
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
  const verbose = (await project.pulumi("up", "--refresh", "--yes", "--skip-preview", ...loudly)).text;
  log.push((await project.drift()).text);
  const { text: state } = await project.exported();
  const seen = stopWatching();
  const texts: Record<string, string> = {
    [loudLogs]: verbose,
    state,
    outputs: JSON.stringify(await project.outputs()),
    "default logs": log.join("\n"),
    "errors of the token command": token.stderr + refused.stderr + refused.stdout,
    "all words of the other commands": others.join("\n"),
    "process lists": [...seen.processes].join("\n"),
  };
  for (const [path, contents] of seen.files) texts[`temporary file ${path}`] = [...contents].join("\n");
  for (const { path, text } of filesIn(join(project.folder, "state"))) texts[`state file ${path}`] = text;
  const refreshTokens: string[] = [];
  for (const { version, enabled } of await versionsOf(vault, outputs.refreshTokenName)) {
    if (!enabled) await vault.updateSecretProperties(outputs.refreshTokenName, version, { enabled: true });
    const secret = await vault.getSecret(outputs.refreshTokenName, { version });
    refreshTokens.push(secret.value ?? "");
  }
  const clientSecret = (await vault.getSecret(outputs.clientSecretName)).value ?? "";
  return {
    refreshTokens,
    clientSecret,
    processes: seen.processes,
    temporary,
    holding: (words) =>
      Object.entries(texts)
        .filter(([, text]) => words.some((word) => (typeof word === "string" ? text.includes(word) : word.test(text))))
        .map(([name]) => name),
  };
}

/** What every refresh token of this cloud looks like. */
export function shapeOf([first = ""]: readonly string[]): RegExp {
  return new RegExp(`${first.slice(0, 3).replace(/[.]/gu, "\\.")}[\\w-]{${first.length - 3}}`, "u");
}
