/** What a refresh would obey in a state: code of dynamic resources, plugins, and hosts to sign in at. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { cloudNames, isHostOf } from "../../lib/config/clouds";
import { endpointsNamed, parseEndpoints } from "../../lib/config/endpoints";
import { configurationBytes } from "../../lib/config/limits";
import { configurationIn } from "../../lib/config/model-file";
import { byPerson, command, namespace, type Parts, pulumi } from "../../lib/errors/failure";
import { textIn } from "../../lib/startup/bounded-file";
import { providerCode, providerModules } from "../../lib/startup/provider-code";
import { type Deployment, isOwnType, resourceName, type StateResource } from "./deployment";
import { namedIn, stackFile, type StackOptions } from "../options/target-options";

/** All versions of the program wrote the same code: test/cli/state-code.test.ts compares their states. */
const own = new Set<unknown>(providerModules.map(providerCode));
const ownPlugins = ["azure-native", "azuread", "pulumi", "pulumi-nodejs"];
const pluginType = "pulumi:providers:";
/** More than any package's own description has. */
const manifestBytes = 1_000_000;

type Properties = NonNullable<StateResource["inputs"]>;

interface Trusted {
  folder: string;
  hosts: ReadonlySet<unknown>;
}

/** A ciphertext is strange too: the engine would decrypt it, and nobody sees what it runs. */
function isStrange({ type, inputs = {}, outputs = {} }: StateResource, trusted: Trusted): boolean {
  const all = [inputs, outputs];
  if (type.startsWith(pluginType))
    return (
      !isInstalled(
        type.slice(pluginType.length),
        all.map(({ version }) => version),
        trusted.folder,
      ) || all.some((one) => isOtherPlugin(one) || leadsElsewhere(one, trusted))
    );
  // Without code the engine would not run it, and `doctor` and `drift` would still sign in there.
  const hasCode = all.some((one) => "__provider" in one);
  return all.some(
    (one) =>
      ("__provider" in one && !own.has(one["__provider"])) ||
      ((hasCode || isOwnType(type)) && signsInElsewhere(one, trusted)),
  );
}

/** The engine loads the plugin that it names here, in place of the type's, with parameters and variables. Ours name none. */
const isOtherPlugin = ({ __internal: internal = {} }: Properties): boolean =>
  typeof internal !== "object" || internal === null || Object.keys(internal).length > 0;

/** The engine would fetch and run any plugin that the state names, in any version: those of a program are in its packages. */
function isInstalled(name: string, versions: readonly unknown[], folder: string): boolean {
  // It is a folder's name.
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(name)) return false;
  const installed = versionOf(name, folder);
  if (installed === undefined) return ownPlugins.includes(name);
  return versions.every((version) => version === undefined || isUpTo(installed, version));
}

/** After an upgrade of the package the state still has the version before it. */
const isUpTo = (installed: string, version: unknown): boolean =>
  version === installed ||
  (typeof version === "string" &&
    /^\d+\.\d+\.\d+$/u.test(version) &&
    version.localeCompare(installed, "en", { numeric: true }) < 0);

function versionOf(name: string, folder: string): string | undefined {
  for (const modules of createRequire(join(folder, "package.json")).resolve.paths("@pulumi") ?? []) {
    const manifest = join(modules, "@pulumi", name, "package.json");
    if (existsSync(manifest)) return (JSON.parse(textIn(manifest, manifestBytes)) as { version: string }).version;
  }
  return undefined;
}

const leadsElsewhere = (properties: unknown, trusted: Trusted): boolean =>
  typeof properties === "object" &&
  properties !== null &&
  Object.entries(properties).some(
    ([name, value]) =>
      (/(?:endpoint|host|url)$/iu.test(name) && !trusted.hosts.has(value)) || leadsElsewhere(value, trusted),
  );

/** Whether one of the program's own would sign in at a host that neither the cloud nor the stack names. */
function signsInElsewhere({ cloud, endpoints }: Properties, { hosts }: Trusted): boolean {
  const name = cloudNames.find((one) => one === cloud);
  if (endpoints === undefined) return false;
  if (name === undefined || typeof endpoints !== "object" || endpoints === null) return true;
  return Object.values(endpoints).some(
    (value) => typeof value !== "string" || !(isHostOf(name, value) || hosts.has(value)),
  );
}

/** Only the setting and this process's variable show which hosts are the stack's own. */
function trustedIn(options: StackOptions): Trusted {
  const folder = resolve(options.cwd ?? ".");
  const variable = namedIn("endpoints", {}, process.env);
  const given = variable ? parseEndpoints(variable, process.cwd()) : {};
  return {
    folder,
    hosts: new Set([...Object.values(given), ...Object.values(endpointsIn(stackFile(options), folder))]),
  };
}

/** A file that cannot be read names none: the program has an error of its own for it. */
function endpointsIn(file: string, folder: string): Properties {
  try {
    const { [`${namespace}:endpoints`]: endpoints } = configurationIn(textIn(file, configurationBytes));
    const found = endpoints === undefined ? {} : endpointsNamed(endpoints, folder);
    return typeof found === "object" && found !== null ? { ...found } : {};
  } catch {
    return {};
  }
}

export function strangeCodeIn(options: StackOptions, { resources, pending }: Deployment): Parts | undefined {
  const trusted = trustedIn(options);
  const strange = [...resources, ...pending.map(({ resource }) => resource)].filter((one) => isStrange(one, trusted));
  if (strange.length === 0) return undefined;
  const names = [...new Set(strange.map(resourceName))].join(" and ");
  const isPlugin = strange.some(({ type }) => type.startsWith(pluginType));
  const packages = byPerson(
    "If newer packages deployed it, install those",
    command("npm", "install", "--ignore-scripts"),
  );
  return {
    what: `Stack ${options.stack}: its state holds code, a plugin or a host that is not this program's, in ${names}. None of it was run.`,
    why: "A refresh would run it with all your rights. Everyone who can write to the state can put it there.",
    fixes: [
      ...(isPlugin ? [packages] : []),
      byPerson(
        "Find out who wrote it, and restore the previous state",
        pulumi("stack", "import", "--file", "<backup>"),
      ),
    ],
  };
}
