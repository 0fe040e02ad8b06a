/** The canaries of a stack: its tokens and secrets, and every place where they must not be. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { engineHome } from "../../../tools/embedded-cloud/engine/engine-environment";
import { builtCommand } from "../../cli/support/built-command";
import { descendantsOf } from "../../../tools/embedded-cloud/testing/processes";
import { Project } from "./project";
import type { StackSettings } from "./dev-configuration";
import { certificatesOf } from "./rotations";
import { openVault, versionsOf } from "./vault";

/** Any signed token: three base64url parts, the first two JSON objects. */
export const jwt = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/u;

function filesIn(folder: string): { path: string; text: string }[] {
  return pathsIn(folder).flatMap((path) => readIfThere(path).map((text) => ({ path, text })));
}

function pathsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return []; // A folder in it was removed while it was read.
  }
}

const gzipMark = 0x1f8b;

function readIfThere(path: string): string[] {
  try {
    const content = readFileSync(path);
    return [(content.readUInt16BE() === gzipMark ? gunzipSync(content) : content).toString("latin1")];
  } catch {
    return [];
  }
}

interface Seen {
  /** Command line and environment of each process, which any user of this machine could list. */
  processes: Set<string>;
  /** Names of temporary files, and all their content at any time. */
  files: Map<string, Set<string>>;
}

/** Samples all processes of this run and the folder of temporary files, most of which are removed at the end, until stopped. */
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

/** A positive control: a temporary file that existed for a while. */
export const planted = "harmless, and gone before the end";

/** The engine's output of a deployment and of a repair at its highest verbosity. */
export const loudLogs = "logs of a deployment and a repair";

export const writtenFile = "events that the engine was asked to write";

/** Options for more output of the engine; `<file>` stands for a file of the run. */
export interface Loudness {
  options: readonly string[];
  environment?: Readonly<Record<string, string>>;
}

export interface Life {
  refreshTokens: readonly string[];
  /** The client secret; with a certificate the lines of its private key, from the vault. */
  credential: readonly string[];
  processes: ReadonlySet<string>;
  temporary: string;
  holding(words: readonly (string | RegExp)[]): string[];
}

/** The whole life of a stack, checked everywhere: deployed, its token used, removed and repaired. */
export async function lifeOf(loudly: Loudness, settings: StackSettings = {}): Promise<Life> {
  const project = await Project.start({ settings, plugins: "in processes" });
  const temporary = join(project.folder, "temporary");
  mkdirSync(temporary);
  Object.assign(project.environment, { TMPDIR: temporary });
  const stopWatching = watch(temporary);
  try {
    return await live(project, temporary, loudly, stopWatching);
  } finally {
    stopWatching();
    await project.close();
  }
}

async function live(project: Project, temporary: string, loudly: Loudness, stopWatching: () => Seen): Promise<Life> {
  const written = join(project.folder, "written");
  const named = (text: string) => text.replace("<file>", written);
  const options = loudly.options.map(named);
  for (const [name, value] of Object.entries(loudly.environment ?? {})) project.environment[name] = named(value);
  writeFileSync(join(temporary, "planted"), planted);
  const first = await project.pulumi("up", "--yes", "--skip-preview", ...options);
  const loud = [first.text];
  // The program refuses to make a client secret aloud.
  if (first.text.includes("No client secret is made under ")) await project.up();
  rmSync(join(temporary, "planted"));
  const outputs = await project.outputs();
  const vault = await openVault(project);
  // Processes, whose arguments and variables are looked at as well.
  const command = (...argv: string[]) => builtCommand([...argv, "--vault", outputs.vaultUri], "", project.environment);
  // A token that is discarded at once, by a command and by the program.
  const token = await command("token", "graph");
  const refused = await command("token", "https://unknown.example", "--json");
  const others = [];
  const [{ id: customer }] = project.emulator.seeds.customers;
  for (const words of [
    ["renew"],
    ["status", "--probe"],
    ["customers", "consent", "contoso.example"],
    ["token", "graph", "--tenant", customer],
  ]) {
    const { stdout, stderr } = await command(...words);
    others.push(...(words[0] === "token" ? [] : [stdout]), stderr);
  }
  for (const { version } of await versionsOf(vault, outputs.refreshTokenName)) {
    await vault.updateSecretProperties(outputs.refreshTokenName, version, { enabled: false });
  }
  loud.push(await project.up(...options));
  const log = [(await project.drift()).text];
  const { text: state } = await project.exported();
  const kept = await automaticLogs(project);
  const seen = stopWatching();
  const texts: Record<string, string> = {
    [loudLogs]: loud.join("\n"),
    [writtenFile]: readIfThere(written).join(""),
    [automaticLog]: kept.join("\n"),
    state,
    outputs: JSON.stringify(await project.outputs()),
    "default logs": log.join("\n"),
    "errors of the token command": token.stderr + refused.stderr + refused.stdout,
    "all words of the other commands": others.join("\n"),
    "process lists": [...seen.processes].join("\n"),
  };
  for (const [path, contents] of seen.files) texts[`temporary file ${path}`] = [...contents].join("\n");
  for (const { path, text } of filesIn(join(project.folder, "state"))) texts[`state file ${path}`] = text;
  for (const { path, text } of filesIn(project.folder)) texts[`file ${path}`] ??= text;
  const refreshTokens: string[] = [];
  for (const { version, enabled } of await versionsOf(vault, outputs.refreshTokenName)) {
    if (!enabled) await vault.updateSecretProperties(outputs.refreshTokenName, version, { enabled: true });
    const secret = await vault.getSecret(outputs.refreshTokenName, { version });
    refreshTokens.push(secret.value ?? "");
  }
  const credential =
    outputs.credential.generations[0]?.kind === "certificate"
      ? certificatesOf(project).flatMap(({ privateKey }) => privateLinesOf(privateKey))
      : [(await vault.getSecret(outputs.credential.name)).value ?? ""];
  return {
    refreshTokens,
    credential,
    processes: seen.processes,
    temporary,
    holding: (words) =>
      Object.entries(texts)
        .filter(([, text]) => words.some((word) => holds(text, word)))
        .map(([name]) => name),
  };
}

function holds(text: string, word: string | RegExp): boolean {
  return typeof word === "string" ? formsOf(word).some((form) => text.includes(form)) : word.test(text);
}

/** Unchanged, in an address, in a form, in hex, and in Base64 at any offset. */
export function formsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.from("\0".repeat(before) + secret).toString("base64");
    // The first and the last character depend on the text beside the secret.
    return encoded.slice(Math.ceil((before * 4) / 3), Math.floor(((before + secret.length) * 4) / 3));
  });
  const form = new URLSearchParams({ secret }).toString().slice("secret=".length);
  const urls = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [...new Set([secret, encodeURIComponent(secret), form, hexOf(secret), ...base64, ...urls])];
}

const hexOf = (text: string): string => Buffer.from(text).toString("hex");

/** What the engine stores of each run by itself: encrypted with the stack's key, and read as `pulumi logs decrypt` reads it. */
export const automaticLog = "automatic logs of the engine";

async function automaticLogs(project: Project): Promise<string[]> {
  const folder = join(engineHome(project.folder), "logs");
  const texts: string[] = [];
  for (const path of pathsIn(folder).filter((file) => file.includes(`+${project.stack}-`))) {
    const { code, text } = await project.pulumi("logs", "decrypt", path);
    if (code !== 0) throw new Error(text);
    // These contain the inputs of every resource, like the state, and what Graph answered the azuread plugin; they are
    // encrypted with the same key (SECURITY.md).
    texts.push(text.replace(/^.*(?:"msg":"Planner decided |Begin AzureAD Re).*$/gmu, ""));
  }
  return texts;
}

/** Three lines of an RSA key of 2048 bits in PEM, within its private exponent: everything before that is public. */
export const privateLinesOf = (pem: string): string[] => pem.split("\n").slice(8, 11);

export function shapeOf([first = ""]: readonly string[]): RegExp {
  return new RegExp(`${first.slice(0, 3).replace(/[.]/gu, "\\.")}[\\w-]{${first.length - 3}}`, "u");
}
