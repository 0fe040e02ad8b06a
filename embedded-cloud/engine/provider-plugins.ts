import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { lstat, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { engineHome, nodeDirectory, stateDirectory, workDirectoryOf } from "./engine-environment";
import { findRepository } from "./repository";
import { shellQuote } from "./shell-exports";

/** Providers that the program uses; each is an npm package `@pulumi/<name>` and a folder `embedded-cloud/providers/<name>`. */
const providers = ["azuread", "azure-native"] as const;
type ProviderName = (typeof providers)[number];

/** local: the plugins of embedded-cloud/providers. installed: real ones of the same version from the user's own PULUMI_HOME. */
export type ProviderChoice = "local" | "installed";

export interface EngineHomeOptions {
  readonly providers: ProviderChoice;
  /** @default the repository that this file belongs to */
  readonly repository?: string;
  /** @default <repository>/.local */
  readonly workDirectory?: string;
  /** Where `installed` looks. @default $PULUMI_HOME, else ~/.pulumi */
  readonly installedHome?: string;
}

interface Plugin {
  readonly provider: ProviderName;
  readonly version: string;
  /** Name of its folder in a PULUMI_HOME's plugins. */
  readonly folder: string;
}

/** The engine asks for exactly the version of the SDK in node_modules. */
function pluginOf(provider: ProviderName, repository: string): Plugin {
  const manifest = createRequire(join(repository, "package.json")).resolve(`@pulumi/${provider}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return { provider, version, folder: `resource-${provider}-v${version}` };
}

/**
 * Makes `path` fit: `make` builds it under a temporary name, a rename puts it in place. Whoever looks meanwhile finds nothing half-made,
 * and two callers at once end with one of two equal results.
 */
async function ensure(
  path: string,
  fits: () => Promise<boolean>,
  make: (temporary: string) => Promise<void>,
): Promise<void> {
  if (await fits()) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(dirname(path)), `.${randomUUID()}`); // not among the plugins, where the engine would list it
  await make(temporary);
  try {
    await rename(temporary, path);
  } catch {
    // A folder does not replace a link or a filled folder. What is there is either as good as ours or out of date.
    const fitsNow = await fits();
    if (!fitsNow) await rm(path, { recursive: true, force: true });
    if (!fitsNow) await rename(temporary, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Makes `path` a link to `target`, whatever was there. */
export async function linkTo(target: string, path: string): Promise<void> {
  const fits = async (): Promise<boolean> => (await readlink(path).catch(() => undefined)) === target;
  await ensure(path, fits, async (temporary) => {
    await symlink(target, temporary);
  });
}

/** The engine runs any executable of that name; the repository's compiled provider needs the Node that runs now. */
function launcher(program: string): string {
  return `#!/bin/sh\nexec ${shellQuote(process.execPath)} ${shellQuote(program)} "$@"\n`;
}

async function installLocal(plugin: Plugin, plugins: string, repository: string): Promise<void> {
  const text = launcher(join(repository, "embedded-cloud", "bin", "providers", plugin.provider, "main.js"));
  const folder = join(plugins, plugin.folder);
  const file = `pulumi-resource-${plugin.provider}`;
  const fits = async (): Promise<boolean> => {
    const isLink = (await lstat(folder).catch(() => undefined))?.isSymbolicLink() === true;
    return !isLink && (await readFile(join(folder, file), "utf8").catch(() => undefined)) === text;
  };
  await ensure(folder, fits, async (temporary) => {
    await mkdir(temporary);
    await writeFile(join(temporary, file), text, { mode: 0o755 });
  });
}

function userHome(ownHome: string): string {
  const given = process.env["PULUMI_HOME"] ?? "";
  return given === "" || given === ownHome ? join(homedir(), ".pulumi") : given; // ownHome: a shell with our exports
}

function missingPlugins(wanted: readonly Plugin[], home: string): Error {
  const commands = wanted.map(({ provider, version }) => `  pulumi plugin install resource ${provider} v${version}`);
  const names = wanted.map(({ provider, version }) => `${provider} ${version}`).join(" and ");
  return new Error(
    [
      `--providers installed: no plugin ${names} in ${join(home, "plugins")}.`,
      "Install what is missing, or leave the option out:",
      ...commands,
    ].join("\n"),
  );
}

async function installProviders(options: EngineHomeOptions, repository: string, home: string): Promise<void> {
  const wanted = providers.map((provider) => pluginOf(provider, repository));
  const plugins = join(home, "plugins");
  if (options.providers === "local") {
    for (const plugin of wanted) await installLocal(plugin, plugins, repository);
    return;
  }
  const from = options.installedHome ?? userHome(home);
  const executable = ({ folder, provider }: Plugin): string =>
    join(from, "plugins", folder, `pulumi-resource-${provider}`);
  const missing = wanted.filter((plugin) => !existsSync(executable(plugin)));
  if (missing.length > 0) throw missingPlugins(missing, from);
  for (const { folder } of wanted) await linkTo(join(from, "plugins", folder), join(plugins, folder));
}

/**
 * Makes what `engineEnvironment` speaks of: the state folder, the `node` that the engine's helpers start, and a PULUMI_HOME with the
 * provider plugins. Changes nothing that fits already.
 *
 * @throws Error naming `pulumi plugin install …` when `installed` providers are not installed.
 */
export async function prepareEngineHome(options: EngineHomeOptions): Promise<void> {
  const repository = options.repository ?? findRepository();
  const workDirectory = workDirectoryOf({ ...options, repository });
  await mkdir(stateDirectory(workDirectory), { recursive: true });
  await linkTo(process.execPath, join(nodeDirectory(workDirectory), "node"));
  await installProviders(options, repository, engineHome(workDirectory));
}

/** Whether plugins of the right versions are there, of whichever choice. */
export function hasProviders(workDirectory: string, repository: string = findRepository()): boolean {
  return providers.every((provider) => {
    const { folder } = pluginOf(provider, repository);
    return existsSync(join(engineHome(workDirectory), "plugins", folder, `pulumi-resource-${provider}`));
  });
}
