import { delimiter, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Engine } from "./find-or-make-engine";
import { findRepository } from "./repository";

/** The passphrase of stack dev. Public on purpose: it encrypts only values of the embedded cloud. */
const publicPassphrase = "embedded-cloud";

/** Settings of other clouds and other engines: none of them may affect a run for the embedded cloud. */
const foreignVariable = /^(?:ARM|AZURE|PULUMI|SECURE_APP_MODEL)_/;

export interface OfflineRun {
  readonly engine: Pick<Engine, "directory">;
  /** @default the repository that this file belongs to */
  readonly repository?: string;
  /** Contains the engine's home and state. @default <repository>/.local */
  readonly workDirectory?: string;
  /** Folder of a command that is added to PATH beside the engine. */
  readonly commands?: string;
  /** The inherited environment. @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
}

export function workDirectoryOf(run: Pick<OfflineRun, "repository" | "workDirectory">): string {
  return run.workDirectory ?? join(run.repository ?? findRepository(), ".local");
}

/** PULUMI_HOME of offline runs: plugins and workspaces, apart from the user's own. */
export function engineHome(workDirectory: string): string {
  return join(workDirectory, "pulumi");
}

/** The folder of the file backend; the engine requires that it exists. */
export function stateDirectory(workDirectory: string): string {
  return join(workDirectory, "state");
}

/** Contains only `node`: the engine's helpers must start this one from PATH, not one beside `pulumi`. */
export function nodeDirectory(workDirectory: string): string {
  return join(workDirectory, "node");
}

/** Names of inherited variables that an offline run removes. */
export function foreignVariables(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(environment).filter((name) => foreignVariable.test(name));
}

/** npm adds folders to PATH while a script runs; a shell must not keep them. */
function pathOf(run: OfflineRun, workDirectory: string): string {
  const ours = [nodeDirectory(workDirectory), ...(run.commands ? [run.commands] : []), run.engine.directory];
  // Windows calls it Path, and a copy of the variables has that name alone.
  const variables = Object.entries(run.environment ?? process.env);
  const inherited = (variables.find(([name]) => name.toUpperCase() === "PATH")?.[1] ?? "").split(delimiter);
  const kept = inherited.filter(
    (entry) => !entry.endsWith(`${sep}node_modules${sep}.bin`) && !entry.endsWith(`${sep}node-gyp-bin`),
  );
  return [...new Set([...ours, ...kept])].join(delimiter);
}

/** Proxies are for remote servers; the embedded cloud is on loopback. */
function withoutProxyForLoopback(environment: NodeJS.ProcessEnv): string {
  const given = environment["NO_PROXY"] ?? environment["no_proxy"] ?? "";
  return [...new Set([...given.split(","), "127.0.0.1", "localhost", "::1"])].filter((each) => each !== "").join(",");
}

/** The variables of an offline run: the engine on PATH, its own home and state, and no network access. */
export function engineVariables(run: OfflineRun): Record<string, string> {
  const workDirectory = workDirectoryOf(run);
  const noProxy = withoutProxyForLoopback(run.environment ?? process.env);
  return {
    PATH: pathOf(run, workDirectory),
    PULUMI_HOME: engineHome(workDirectory),
    PULUMI_BACKEND_URL: pathToFileURL(stateDirectory(workDirectory)).href,
    PULUMI_CONFIG_PASSPHRASE: publicPassphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}

/**
 * The environment of an offline run: inherited variables except those for other clouds and engines, and
 * `engineVariables`. Call `prepareEngineHome` once before, and add the embedded cloud's variables.
 */
export function engineEnvironment(run: OfflineRun): NodeJS.ProcessEnv {
  const inherited = run.environment ?? process.env;
  const foreign = new Set(foreignVariables(inherited));
  const kept = Object.entries(inherited).filter(([name]) => !foreign.has(name) && name.toUpperCase() !== "PATH");
  return { ...Object.fromEntries(kept), ...engineVariables(run) };
}

/**
 * Makes all processes of the engine start faster than users' own do, for runs that are not measured: with
 * Node's compile cache, kept from run to run, and the built program's first imports.
 */
export function soonerStarts(repository: string, environment: NodeJS.ProcessEnv): Record<string, string> {
  const preload = join(repository, "bin", "lib", "startup", "lazy-sdk.js");
  const options = [environment["NODE_OPTIONS"], `--require=${JSON.stringify(preload)}`];
  return {
    NODE_COMPILE_CACHE: join(repository, ".local", "compile-cache"),
    NODE_OPTIONS: options.filter(Boolean).join(" "),
  };
}
