import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { engineHome, nodeDirectory, stateDirectory, workDirectoryOf } from "./engine-environment";
import { programFile, scriptFile, scriptText } from "./launcher";
import { folderWith, linkTo, linkToEachOf } from "./put-in-place";
import { findRepository } from "./repository";

/** The program's providers: each is an npm package `@pulumi/<name>`, and a folder in ../providers. */
const providers = ["azuread", "azure-native"] as const;
type ProviderName = (typeof providers)[number];

/**
 * local: the plugins of tools/embedded-cloud/providers. installed: real ones of the same version from the user's
 * own PULUMI_HOME. A provider's name: only that one is real.
 */
export const providerChoices = ["local", "installed", ...providers] as const;
export type ProviderChoice = (typeof providerChoices)[number];

export interface EngineHomeOptions {
  readonly providers: ProviderChoice;
  /** @default the repository that this file belongs to */
  readonly repository?: string;
  /** @default <repository>/.local */
  readonly workDirectory?: string;
  /** The home for `installed`. @default $PULUMI_HOME, else ~/.pulumi */
  readonly installedHome?: string;
}

interface Plugin {
  readonly provider: ProviderName;
  readonly version: string;
  /** Name of its folder in a PULUMI_HOME's plugins. */
  readonly folder: string;
}

/** The engine requires exactly the version of the SDK in node_modules. */
function pluginOf(provider: ProviderName, repository: string): Plugin {
  const manifest = createRequire(join(repository, "package.json")).resolve(`@pulumi/${provider}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return { provider, version, folder: `resource-${provider}-v${version}` };
}

async function installLocal(plugin: Plugin, plugins: string, repository: string): Promise<void> {
  const name = `pulumi-resource-${plugin.provider}`;
  const program = join(repository, "tools", "embedded-cloud", "bin", "providers", plugin.provider, "main.js");
  const text = scriptText(program, {}, process.platform, name);
  await folderWith(scriptFile(name), text, join(plugins, plugin.folder));
}

function userHome(ownHome: string): string {
  const given = process.env["PULUMI_HOME"] ?? "";
  return given === "" || given === ownHome ? join(homedir(), ".pulumi") : given; // ownHome: a shell with our exported variables
}

function missingPlugins(choice: ProviderChoice, missing: readonly Plugin[], home: string): Error {
  const commands = missing.map(({ provider, version }) => `  pulumi plugin install resource ${provider} v${version}`);
  const names = missing.map(({ provider, version }) => `${provider} ${version}`).join(" and ");
  const [other] = providers.filter((name) => !missing.some(({ provider }) => provider === name));
  return new Error(
    [
      `--providers ${choice}: no plugin ${names} in ${join(home, "plugins")}.`,
      "Install what is missing (this needs a network), or leave the option out:",
      ...commands,
      ...(choice === "installed" && other !== undefined ? [`Or use the installed one: --providers ${other}`] : []),
    ].join("\n"),
  );
}

async function installProviders(options: EngineHomeOptions, repository: string, home: string): Promise<void> {
  const wanted = providers.map((provider) => pluginOf(provider, repository));
  const plugins = join(home, "plugins");
  const from = options.installedHome ?? userHome(home);
  const isReal = ({ provider }: Plugin): boolean => ["installed", provider].includes(options.providers);
  const missing = wanted.filter(
    (plugin) =>
      isReal(plugin) &&
      !existsSync(join(from, "plugins", plugin.folder, programFile(`pulumi-resource-${plugin.provider}`))),
  );
  if (missing.length > 0) throw missingPlugins(options.providers, missing, from);
  for (const plugin of wanted) {
    // The engine ignores a folder that is a link, but accepts an executable that is one.
    if (isReal(plugin)) await linkToEachOf(join(from, "plugins", plugin.folder), join(plugins, plugin.folder));
    else await installLocal(plugin, plugins, repository);
  }
}

/**
 * Creates what `engineEnvironment` refers to, unless it is there: the state folder, the helpers' `node`, and
 * a PULUMI_HOME with the provider plugins.
 *
 * @throws Error with `pulumi plugin install …` when `installed` providers are not installed.
 */
export async function prepareEngineHome(options: EngineHomeOptions): Promise<void> {
  const repository = options.repository ?? findRepository();
  const workDirectory = workDirectoryOf({ ...options, repository });
  await mkdir(stateDirectory(workDirectory), { recursive: true });
  await linkTo(process.execPath, join(nodeDirectory(workDirectory), programFile("node")));
  await installProviders(options, repository, engineHome(workDirectory));
}

/** Whether plugins of the right versions are there, whichever choice they came from. */
export function hasProviders(workDirectory: string, repository: string = findRepository()): boolean {
  return providers.every((provider) => {
    const { folder } = pluginOf(provider, repository);
    const plugin = join(engineHome(workDirectory), "plugins", folder, `pulumi-resource-${provider}`);
    return existsSync(scriptFile(plugin)) || existsSync(programFile(plugin));
  });
}
