/** Parts of a state that a refresh would obey: code of dynamic resources, plugins, and where and as whom these sign in. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { cloudNames, clouds, type Endpoints, isHostOf } from "../../lib/config/clouds";
import { endpointsNamed, parseEndpoints } from "../../lib/config/endpoints";
import { isGuid } from "../../lib/config/limits";
import { byPerson, command, namespace, type Parts, restoreBackup, sentence } from "../../lib/errors/failure";
import { textIn } from "../../lib/startup/bounded-file";
import { isAtLeast } from "../../lib/startup/node-version";
import { codeKey, dynamicKinds, dynamicType, providerCode } from "../../lib/startup/provider-code";
import { recordType } from "../../lib/application/recorded";
import { secretKind, specialKey } from "./special-values";
import type { Configuration } from "./configuration";
import { type Deployment, isOwnType, isWellFormed, resourceName, type StateResource, typeIn } from "./deployment";
import { namedIn, type StackOptions } from "../options/target-options";

/** All versions of the program wrote the same code: test/cli/state-code.test.ts compares their states. */
const own = new Map<string, unknown>(dynamicKinds.map((kind) => [dynamicType(kind), providerCode(kind)]));
const ownPlugins = ["azure-native", "azuread", "pulumi", "pulumi-nodejs"];
const pluginType = "pulumi:providers:";
const stackType = "pulumi:pulumi:Stack";
/** Limit for a package.json, in bytes. */
const manifestBytes = 1_000_000;

type Properties = NonNullable<StateResource["inputs"]>;

const properties = v.record(v.string(), v.unknown());

interface Trusted {
  folder: string;
  hosts: ReadonlySet<unknown>;
  /** The stack's own endpoints, by name, of its configuration and of this process's variable. */
  endpoints: readonly Properties[];
  /** The stack's configuration. */
  settings: Configuration;
  /** The metadata host that the configuration names. */
  metadataHost: unknown;
}

/** Whether the stack runs this program: other programs do not have its settings. */
const isOurs = ({ settings }: Pick<Trusted, "settings">): boolean => `${namespace}:cloud` in settings;

/** Encrypted code is strange too: the engine would decrypt and run it unseen. */
function isStrange(resource: StateResource, trusted: Trusted): boolean {
  const { type, inputs = {}, outputs = {} } = resource;
  const all = [inputs, outputs];
  if (!isOfItsProvider(resource) || hasOtherMembers(resource, trusted)) return true;
  if (type.startsWith(pluginType)) {
    const plugin = type.slice(pluginType.length);
    const versions = all.map(({ version }) => version);
    return (
      !isInstalled(plugin, versions, trusted) ||
      all.some((one) => isOtherPlugin(one) || leadsElsewhere(one, trusted)) ||
      (isOurs(trusted)
        ? signsInOtherwise(plugin, resource, trusted)
        : all.some((one) => namesOtherFile(plugin, one, trusted)))
    );
  }
  if (isOurs(trusted) && hasSpecialValue(resource)) return true;
  // A refresh of a StackReference would read another stack's outputs.
  if (isOurs(trusted) && type.startsWith("pulumi:") && type !== stackType) return true;
  // Without code the engine would not run it, and `doctor` and `drift` would still sign in there.
  const hasCode = all.some((one) => codeKey in one);
  return all.some(
    (one) =>
      (codeKey in one && one[codeKey] !== own.get(type)) ||
      ((hasCode || isOwnType(type)) && signsInElsewhere(one, trusted)),
  );
}

/**
 * Values that the engine replaces before a provider gets them: it decrypts a secret, which one of the program's own
 * providers would then send as a name, and print; and it fetches an asset from its address.
 */
function hasSpecialValue({ type, inputs = {}, outputs = {} }: StateResource): boolean {
  if (!isOwnType(type)) return specialsIn([inputs, outputs]).some((kind) => kind !== secretKind);
  const { current, previous, ...others } = inputs;
  // The record's generations have their values.
  const generations = [current, previous].map((one) => (type === recordType ? withoutSecretValue(one) : one));
  return specialsIn([others, generations, outputs]).length > 0;
}

function withoutSecretValue(generation: unknown): unknown {
  const { value, ...facts } = (generation ?? {}) as Properties;
  return specialsIn(value).every((kind) => kind === secretKind) ? facts : generation;
}

/** The kinds of special values in a value, at any depth. */
function specialsIn(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(specialsIn);
  return specialKey in value ? [(value as Properties)[specialKey], ...inside] : inside;
}

/** The engine takes the plugin from the URN, or from the provider that is named; without one it makes one of its own. */
function isOfItsProvider({ urn, type, custom = false, provider }: StateResource): boolean {
  if (typeIn(urn) !== type) return false;
  if (type.startsWith(pluginType)) return true;
  const [plugin = ""] = type.split(":", 1);
  // A component is none of a plugin's: the engine forgets one without asking the plugin to delete it.
  if (!custom) return !ownPlugins.includes(plugin) || type === stackType;
  return typeIn(provider ?? "") === `${pluginType}${plugin}`;
}

/** Members that the engine writes of any resource. It reads names in any case. */
const members = new Set([
  ...["urn", "type", "id", "custom", "provider", "parent", "inputs", "outputs", "dependencies", "propertyDependencies"],
  ...["delete", "pendingReplacement", "taint", "protect", "initErrors", "additionalSecretOutputs"],
  ...["ignoreChanges", "replaceOnChanges", "refreshBeforeUpdate"],
  ...["created", "modified", "sourcePosition", "stackTrace"],
]);

/** Members that change or prevent a deletion, each with the one type of this program that has it. */
const membersOf: Readonly<Record<string, string>> = {
  retainOnDelete: dynamicType("VaultKey"),
  deletedWith: "azure-native:storage:BlobServiceProperties",
};

/** Further members, which options of another program may write. */
const furtherMembers = new Set([
  ...["external", "retainOnDelete", "deletedWith", "replaceWith", "replacementTrigger", "resourceHooks"],
  ...["aliases", "importID", "customTimeouts", "hideDiff"],
]);

const hasOtherMembers = (resource: StateResource, trusted: Trusted): boolean =>
  Object.keys(resource).some(
    (name) => !members.has(name) && !(isOurs(trusted) ? membersOf[name] === resource.type : furtherMembers.has(name)),
  );

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

/**
 * Whether a provider has other inputs than the program's own: from connect() (program/cloud-providers.ts), from the
 * package azuread, and from the engine. `ARM_*` variables alone name the deployer.
 */
function signsInOtherwise(plugin: string, { inputs = {}, outputs = {} }: StateResource, trusted: Trusted): boolean {
  const { settings, metadataHost } = trusted;
  const cloud = cloudNames.find((one) => one === settings[`${namespace}:cloud`]);
  const signsIn = ["azure-native", "azuread"].includes(plugin);
  const needed = ["environment", "tenantId", ...(metadataHost === undefined ? [] : ["metadataHost"])];
  // Hosts and version are compared for every provider.
  const isWritten = new Map<string, (value: unknown) => boolean>([
    ...["version", "__internal", "metadataHost"].map((name) => [name, () => true] as const),
    ["subscriptionId", (value) => typeof value === "string"],
    ["environment", (value) => value === (cloud && clouds[cloud].providerEnvironment)],
    ["tenantId", (value) => isTenant(value, settings[`${namespace}:tenantId`])],
    ["useMsi", (value) => value === "false" || (value === "true" && Boolean(process.env["ARM_USE_MSI"]))],
    ["disableInstanceDiscovery", (value) => value === "true" && "metadataHost" in inputs],
  ]);
  // The engine gives pulumi-nodejs the whole configuration, whose names have colons.
  const isSetting = (name: string) => plugin === "pulumi-nodejs" && name.includes(":");
  return (
    (signsIn && needed.some((name) => !(name in inputs))) ||
    [...Object.entries(inputs), ...Object.entries(outputs)].some(
      ([name, value]) => !isSetting(name) && isWritten.get(name)?.(value) !== true,
    )
  );
}

/** A file that the stack's configuration does not name, in a program of one's own: it may give its providers anything else. */
const namesOtherFile = (plugin: string, properties: Properties, { settings }: Trusted): boolean =>
  Object.entries(properties).some(([name, value]) => /path$/iu.test(name) && value !== settings[`${plugin}:${name}`]);

/** Whether a tenant is not the stack's; for another program, never. */
const isInAnotherTenant = ({ tenantId }: Properties, settings: Trusted["settings"]): boolean =>
  isOurs({ settings }) && tenantId !== undefined && !isTenant(tenantId, settings[`${namespace}:tenantId`]);

/** The program writes a GUID. Which one a domain stands for only Entra can answer. */
const isTenant = (tenantId: unknown, named = ""): boolean =>
  typeof tenantId === "string" &&
  isGuid(tenantId) &&
  (!isGuid(named) || named.toLowerCase() === tenantId.toLowerCase());

/** The engine would fetch and run any plugin that the state names, in any version: those of a program are in its packages. */
function isInstalled(name: string, versions: readonly unknown[], trusted: Trusted): boolean {
  // The name becomes a part of a path.
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(name)) return false;
  if (isOurs(trusted) && !ownPlugins.includes(name)) return false;
  // The SDK brings pulumi-nodejs, and gives it no version.
  if (name === "pulumi-nodejs") return versions.every((one) => one === undefined);
  const installed = versionOf(name, trusted.folder);
  return installed !== undefined && versions.every((version) => version === undefined || isUpTo(installed, version));
}

/** After an upgrade of the package the state still has the version before it. */
const isUpTo = (installed: string, version: unknown): boolean =>
  version === installed ||
  (typeof version === "string" && /^\d+\.\d+\.\d+$/u.test(version) && isAtLeast(installed, version));

/** The version of a provider's package, for the program in a folder; this command brings those of its own. */
function versionOf(name: string, folder: string): string | undefined {
  const { dependencies = {}, devDependencies = {} } = manifestIn(folder) ?? {};
  const above = (one: string) => createRequire(join(one, "package.json")).resolve.paths("@pulumi") ?? [];
  const places = [
    // Others may write in the folders above, where Node.js looks too: what is there counts if the program declares it.
    ...(`@pulumi/${name}` in { ...dependencies, ...devDependencies } ? above(folder) : [join(folder, "node_modules")]),
    ...(ownPlugins.includes(name) ? above(__dirname) : []),
  ];
  const found = places.map((place) => manifestIn(join(place, "@pulumi", name))?.version);
  return found.find((version) => version !== undefined);
}

const manifest = v.object({
  version: v.optional(v.string()),
  dependencies: v.optional(properties),
  devDependencies: v.optional(properties),
});

function manifestIn(folder: string): v.InferOutput<typeof manifest> | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  const { success, output } = v.safeParse(
    manifest,
    orNone(() => JSON.parse(textIn(file, manifestBytes)) as object),
  );
  return success ? output : undefined;
}

const leadsElsewhere = (properties: unknown, trusted: Trusted): boolean =>
  typeof properties === "object" &&
  properties !== null &&
  Object.entries(properties).some(
    ([name, value]) =>
      (/(?:endpoint|host|url)$/iu.test(name) && !trusted.hosts.has(value)) || leadsElsewhere(value, trusted),
  );

/** Whether one of the program's own would sign in to another cloud or tenant than the stack's, or at a host that neither names. */
function signsInElsewhere(properties: Properties, { endpoints: own, settings }: Trusted): boolean {
  const { cloud, endpoints } = properties;
  const { [`${namespace}:cloud`]: declared = cloud } = settings;
  if ((cloud !== undefined && cloud !== declared) || isInAnotherTenant(properties, settings)) return true;
  const name = cloudNames.find((one) => one === cloud);
  if (endpoints === undefined) return false;
  if (name === undefined || typeof endpoints !== "object" || endpoints === null) return true;
  // A host of the stack's in another's place would get requests that are not meant for it, or fail them.
  return Object.entries(endpoints).some(
    ([host, value]) =>
      typeof value !== "string" ||
      !(isHostOf(name, host as keyof Endpoints, value) || own.some((one) => one[host] === value)),
  );
}

/** Only the setting and this process's variable show which hosts are the stack's own. */
function trustedIn({ cwd = "." }: StackOptions, settings: Configuration): Trusted {
  const folder = resolve(cwd);
  const variable = namedIn("endpoints", {}, process.env);
  const given = variable ? parseEndpoints(variable, process.cwd()) : {};
  const endpoints = settings[`${namespace}:endpoints`];
  const named = orNone(() => (endpoints === undefined ? {} : endpointsNamed(endpoints, folder)) as Properties);
  const hosts = new Set([...Object.values(given), ...Object.values(named)]);
  return { folder, hosts, endpoints: [given, named], settings, metadataHost: named["metadataHost"] };
}

/** A file that cannot be read has nothing here: the program has an error of its own for it. */
function orNone<T extends object>(read: () => T): T | Record<string, never> {
  try {
    const found: unknown = read();
    return typeof found === "object" && found !== null ? (found as T) : {};
  } catch {
    return {};
  }
}

/** @param configuration of the stack, as the engine reads it @returns undefined for a state without any */
export function strangeCodeIn(
  options: StackOptions,
  configuration: Configuration,
  { resources, pending, others }: Deployment,
): Parts | undefined {
  const trusted = trustedIn(options, configuration);
  const all = [...resources, ...pending.map(({ resource }) => resource)];
  const read = all.filter(isWellFormed);
  const strange = read.filter((one) => isStrange(one, trusted));
  const malformed = read.length < all.length ? ["a malformed resource"] : [];
  const names = [...new Set([...strange.map(resourceName), ...malformed, ...others])];
  if (names.length === 0) return undefined;
  const isPlugin = strange.some(({ type }) => type.startsWith(pluginType));
  const packages = byPerson(
    "If newer packages deployed it, install those",
    command("npm", "install", "--ignore-scripts"),
  );
  const tenant = sentence("If the stack's setting tenantId was changed, change it back.");
  return {
    what: `Stack ${options.stack}: its state holds code, a plugin, a host or a sign-in that is not this program's, in ${names.join(" and ")}. None of it was run.`,
    why: "A refresh would run it with all your rights. Everyone who can write to the state can put it there.",
    fixes: [
      ...(isPlugin ? [packages] : []),
      ...(`${namespace}:tenantId` in trusted.settings ? [tenant] : []),
      byPerson("Find out who wrote it, and restore the previous state", restoreBackup),
    ],
  };
}
