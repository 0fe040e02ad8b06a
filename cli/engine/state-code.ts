/** Parts of a state that a refresh would obey: code of dynamic resources, plugins, and where and as whom these sign in. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { cloudNames, clouds, isHostOf } from "../../lib/config/clouds";
import { endpointsNamed, parseEndpoints } from "../../lib/config/endpoints";
import { configurationBytes, isGuid } from "../../lib/config/limits";
import { configurationIn } from "../../lib/config/model-file";
import { byPerson, command, namespace, type Parts, restoreBackup, sentence } from "../../lib/errors/failure";
import { textIn } from "../../lib/startup/bounded-file";
import { isAtLeast } from "../../lib/startup/node-version";
import { codeKey, dynamicKinds, dynamicType, providerCode } from "../../lib/startup/provider-code";
import { type Deployment, isOwnType, resourceName, type StateResource, typeIn } from "./deployment";
import { namedIn, stackFile, type StackOptions } from "../options/target-options";

/** All versions of the program wrote the same code: test/cli/state-code.test.ts compares their states. */
const own = new Map<string, unknown>(dynamicKinds.map((kind) => [dynamicType(kind), providerCode(kind)]));
const ownPlugins = ["azure-native", "azuread", "pulumi", "pulumi-nodejs"];
const pluginType = "pulumi:providers:";
/** More than any package's own description has. */
const manifestBytes = 1_000_000;

type Properties = NonNullable<StateResource["inputs"]>;

interface Trusted {
  folder: string;
  hosts: ReadonlySet<unknown>;
  /** The stack's configuration. */
  settings: Readonly<Record<string, string>>;
}

/** A ciphertext is strange too: the engine would decrypt it, and nobody sees what it runs. */
function isStrange(resource: StateResource, trusted: Trusted): boolean {
  const { type, inputs = {}, outputs = {} } = resource;
  const all = [inputs, outputs];
  if (!isOfItsProvider(resource)) return true;
  if (type.startsWith(pluginType)) {
    const plugin = type.slice(pluginType.length);
    const versions = all.map(({ version }) => version);
    return (
      !isInstalled(plugin, versions, trusted.folder) ||
      all.some((one) => isOtherPlugin(one) || leadsElsewhere(one, trusted) || signsInOtherwise(plugin, one, trusted))
    );
  }
  // Without code the engine would not run it, and `doctor` and `drift` would still sign in there.
  const hasCode = all.some((one) => codeKey in one);
  return all.some(
    (one) =>
      (codeKey in one && one[codeKey] !== own.get(type)) ||
      ((hasCode || isOwnType(type)) && signsInElsewhere(one, trusted)),
  );
}

/** The engine takes the plugin from the URN, or from the provider that is named; without one it makes one of its own. */
function isOfItsProvider({ urn, type, custom = false, provider }: StateResource): boolean {
  if (typeIn(urn) !== type) return false;
  if (!custom || type.startsWith(pluginType)) return true;
  return typeIn(provider ?? "") === `${pluginType}${type.split(":", 1)[0] ?? ""}`;
}

const engineNames = ["name", "parameterization", "pluginChecksums", "pluginDownloadURL", "envVarMappings"];

/**
 * The engine loads the plugin that `__internal` names, in place of the type's, with parameters and variables; without
 * `__internal`, as an old engine left it, the one that the provider's own inputs name. Ours name none.
 */
const isOtherPlugin = ({ __internal: internal = {}, ...rest }: Properties): boolean =>
  typeof internal !== "object" ||
  internal === null ||
  Object.keys(internal).length > 0 ||
  engineNames.some((name) => name in rest);

/** Names from connect() (program/cloud-providers.ts), from the package azuread, and from the engine. */
const written = new Set([
  ...["environment", "metadataHost", "tenantId", "disableInstanceDiscovery", "subscriptionId"],
  ...["useMsi", "msiEndpoint"],
  ...["version", "__internal"],
]);

/**
 * A credential, or a file with one, that the program did not write: `ARM_*` variables alone name the deployer.
 * A program of one's own may give its providers any; its files are those that the stack's configuration names too.
 */
function signsInOtherwise(plugin: string, properties: Properties, { settings }: Trusted): boolean {
  const isOurs = `${namespace}:cloud` in settings;
  // The engine gives pulumi-nodejs the whole configuration, whose names have colons.
  const isWritten = (name: string) => written.has(name) || (plugin === "pulumi-nodejs" && name.includes(":"));
  const strange = Object.entries(properties).some(
    ([name, value]) => (isOurs ? !isWritten(name) : /path$/iu.test(name)) && value !== settings[`${plugin}:${name}`],
  );
  const cloud = cloudNames.find((one) => one === settings[`${namespace}:cloud`]);
  const declared = cloud && clouds[cloud].providerEnvironment;
  const { environment = declared } = properties;
  return strange || (isOurs && environment !== declared) || isInAnotherTenant(properties, settings);
}

/** A program of one's own has no settings of this one: each tenant passes there. */
const isInAnotherTenant = ({ tenantId }: Properties, settings: Trusted["settings"]): boolean =>
  `${namespace}:cloud` in settings && tenantId !== undefined && !isTenant(tenantId, settings[`${namespace}:tenantId`]);

/** The program writes a GUID. Which one a domain stands for only Entra can answer. */
const isTenant = (tenantId: unknown, named = ""): boolean =>
  typeof tenantId === "string" &&
  isGuid(tenantId) &&
  (!isGuid(named) || named.toLowerCase() === tenantId.toLowerCase());

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
  (typeof version === "string" && /^\d+\.\d+\.\d+$/u.test(version) && isAtLeast(installed, version));

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

/** Whether one of the program's own would sign in to another cloud or tenant than the stack's, or at a host that neither names. */
function signsInElsewhere(properties: Properties, { hosts, settings }: Trusted): boolean {
  const { cloud, endpoints } = properties;
  const { [`${namespace}:cloud`]: declared = cloud } = settings;
  if ((cloud !== undefined && cloud !== declared) || isInAnotherTenant(properties, settings)) return true;
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
  const settingsIn = (file: string) => orNone(() => configurationIn(textIn(file, configurationBytes)));
  // A proposed file may have left settings out.
  const settings = {
    ...settingsIn(stackFile({ stack: options.stack, cwd: folder })),
    ...settingsIn(stackFile(options)),
  };
  const endpoints = settings[`${namespace}:endpoints`];
  const named = orNone(() => (endpoints === undefined ? {} : endpointsNamed(endpoints, folder)) as Properties);
  return { folder, hosts: new Set([...Object.values(given), ...Object.values(named)]), settings };
}

/** A file that cannot be read names none: the program has an error of its own for it. */
function orNone<T extends object>(read: () => T): T | Record<string, never> {
  try {
    const found: unknown = read();
    return typeof found === "object" && found !== null ? (found as T) : {};
  } catch {
    return {};
  }
}

export function strangeCodeIn(options: StackOptions, { resources, pending, others }: Deployment): Parts | undefined {
  const trusted = trustedIn(options);
  const strange = [...resources, ...pending.map(({ resource }) => resource)].filter((one) => isStrange(one, trusted));
  if (strange.length === 0 && others.length === 0) return undefined;
  const names = [...new Set([...strange.map(resourceName), ...others])].join(" and ");
  const isPlugin = strange.some(({ type }) => type.startsWith(pluginType));
  const packages = byPerson(
    "If newer packages deployed it, install those",
    command("npm", "install", "--ignore-scripts"),
  );
  const tenant = sentence("If the stack's setting tenantId was changed, change it back.");
  return {
    what: `Stack ${options.stack}: its state holds code, a plugin, a host or a sign-in that is not this program's, in ${names}. None of it was run.`,
    why: "A refresh would run it with all your rights. Everyone who can write to the state can put it there.",
    fixes: [
      ...(isPlugin ? [packages] : []),
      ...(`${namespace}:tenantId` in trusted.settings ? [tenant] : []),
      byPerson("Find out who wrote it, and restore the previous state", restoreBackup),
    ],
  };
}
