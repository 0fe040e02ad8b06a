/** Converts a stack's configuration to typed settings. All problems are found first, and reported at once. */
import { join } from "node:path";
import * as v from "valibot";
import { textIn } from "../startup/bounded-file";
import { command, Failure, namespace, ownCommand, removeSetting, run, sentence, setSettings } from "../errors/failure";
import { meant } from "../errors/text";
import { settings } from "./catalogue";
import { cloudNames, clouds, mixedHosts } from "./clouds";
import { combined, conflictsIn, type Settings } from "./combinations";
import { endpoints, readEndpointsFile } from "./endpoints";
import { object } from "./kinds";
import { configurationBytes } from "./limits";
import { encrypted, inOrder, type Located, misnamed, ofIssue } from "./problems";

export class SettingsError extends Failure {
  constructor(found: readonly Located[]) {
    const problems = inOrder(found).map(({ path, ...problem }) => ({ where: `${namespace}:${path}`, ...problem }));
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super("settings", { what: `The configuration of this stack has ${count}:`, problems });
  }
}

/**
 * @param configuration `namespace:key` → value, as the engine passes it: texts, objects as JSON
 * @param root the base of a relative `endpoints` path
 * @throws SettingsError with every problem: where, what was found, what is allowed, the command that sets it
 */
export function readSettings(configuration: Configuration, root: string): Settings {
  // Both have required parts: with an empty object, each missing part is reported by its own name.
  const values = { vault: {}, consent: {}, ...ofModel(configuration) };
  return combined(checked(settings.schema, values, root, conflictsIn, misnamedIn(configuration, root)));
}

const { cloud, endpoints: endpointsOfCloud } = settings.entries;
const place = object("", { cloud, endpoints: endpointsOfCloud });

export type PlaceSettings = v.InferOutput<typeof place.schema>;

/** The cloud and its endpoints alone: problems of other settings do not matter. @throws SettingsError */
export function readPlace(configuration: Configuration, root: string): PlaceSettings {
  const own = Object.entries(ofModel(configuration)).filter(([name]) => name in place.entries);
  return checked(place.schema, Object.fromEntries(own), root);
}

export type Configuration = Readonly<Record<string, string>>;

/** Whether a configuration belongs to a bootstrap stack, which program/ci.ts reads. */
export const isBootstrap = (configuration: Configuration): boolean =>
  Object.keys(configuration).some((key) => key === `${namespace}:ci`);

function ofModel(configuration: Configuration): RawSettings {
  if (!isBootstrap(configuration)) return rawSettings(configuration);
  const why = "This stack declares the identities of CI. It has no model, and this needs one.";
  throw new SettingsError([{ path: "ci", why, fixes: [sentence("Name the stack of a model.")] }]);
}

/** Values by their settings' names, unchecked. */
export type RawSettings = Record<string, unknown>;

/**
 * @param conflicts finds what no schema shows @param whole problems of whole settings: none of their parts is reported
 * @throws SettingsError with every problem
 */
export function checked<S extends v.GenericSchema>(
  schema: S,
  values: RawSettings,
  root: string,
  conflicts: (values: RawSettings) => Located[] = () => [],
  whole: readonly Located[] = [],
): v.InferOutput<S> {
  const hidden = Object.keys(values).filter((name) => isEncrypted(values[name]));
  const first = [...hidden.map(encrypted), ...whole];
  const isFile = typeof values["endpoints"] === "string";
  const problems = withEndpoints(values, root);
  const { success, output, issues = [] } = v.safeParse(schema, values);
  // Nonexistent keys first: a key made without --path explains the setting that is then missing.
  const inTurn = issues.toSorted((one, other) => Number(other.type === "never") - Number(one.type === "never"));
  problems.push(...inTurn.map(ofIssue), ...conflicts(values));
  if (success && problems.length + first.length === 0) return output;
  const others = problems.filter(({ path }) => !first.some((one) => one.path === path.split(/[.[]/u)[0]));
  // A host of a file has no setting that could be set.
  const ofFile = (one: Located): Located => (/^endpoints\b/u.test(one.path) ? { ...one, fixes: otherEndpoints } : one);
  throw new SettingsError([...first, ...(isFile ? others.map(ofFile) : others)]);
}

/** The engine's form of an encrypted value in a stack's file, used here for every value that was not shown. */
const isEncrypted = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).join() === "secure";

export const encryptedText = JSON.stringify({ secure: "" });

/**
 * Settings of a mistyped namespace, and those without one: the engine stores them under the project's name. This
 * program reads neither. Only the project's may be for somebody else, if no setting here has such a name.
 */
export function misnamedIn(configuration: Configuration, root: string): Located[] {
  const project = projectIn(root);
  const own = rawSettings(configuration);
  const spaces = new Set(Object.keys(configuration).map((key) => key.replace(/:.*/su, "")));
  spaces.delete(namespace);
  return [...spaces].flatMap((space) => {
    const isProject = space === project;
    if (!isProject && meant(space, [namespace, ownCommand().program]) === undefined) return [];
    return Object.entries(rawSettings(configuration, space)).flatMap(([path, value]) => {
      const [name = ""] = path.split(/[.[]/u);
      return name in settings.entries || !isProject ? [misnamed(space, path, value, name in own, isProject)] : [];
    });
  });
}

/** The project's name in Pulumi.yaml, found without loading a parser. */
function projectIn(root: string): string | undefined {
  try {
    return /^name: *["']?([^\s"'#]+)/mu.exec(textIn(join(root, "Pulumi.yaml"), configurationBytes))?.[1];
  } catch {
    return undefined;
  }
}

/** Replaces the path of an endpoints file by its content. @returns its problems, and those of mixed hosts */
function withEndpoints(values: RawSettings, root: string): Located[] {
  const problems = typeof values["endpoints"] === "string" ? fromFile(values, values["endpoints"], root) : [];
  const { cloud, endpoints: own } = values;
  const row = cloudNames.find((name) => name === cloud);
  const { success, output } = v.safeParse(endpoints.schema, own);
  const mixed = row && success ? mixedHosts({ ...clouds[row], ...output }) : undefined;
  if (mixed === undefined) return problems;
  const names = Object.entries(endpoints.entries).filter(([name]) => !Object.hasOwn(own ?? {}, name));
  const missing = names.map(([name, { example = "" }]) => [`endpoints.${name}`, example] as const);
  const fixes = [run("Name your own", setSettings(Object.fromEntries(missing))), microsofts];
  return [...problems, { path: "endpoints", why: mixed, fixes }];
}

const microsofts = run("Use Microsoft's", removeSetting("endpoints"));

/** In place of a wrong file: such a file comes from the embedded cloud, which the npm package does not contain. */
const otherEndpoints = [run("Start it", command("npm", "start", "--", "--keep")), microsofts];

function fromFile(values: RawSettings, path: string, root: string): Located[] {
  try {
    const { endpoints: own, signInPort } = readEndpointsFile(path, root);
    values["endpoints"] = own;
    const { consent } = values;
    if (signInPort !== undefined && typeof consent === "object") values["consent"] = { port: signInPort, ...consent };
    return [];
  } catch (error) {
    const hint = "In a clone of the repository the embedded cloud writes one when it starts.";
    delete values["endpoints"];
    return [{ path: "endpoints", why: `${(error as Failure).what} ${hint}`, fixes: otherEndpoints }];
  }
}

/** The engine passes texts. Only those that look like JSON are parsed: a display name may be "42". */
export function rawSettings(configuration: Configuration, space = namespace): RawSettings {
  const values: RawSettings = {};
  for (const [key, text] of Object.entries(configuration)) {
    if (!key.startsWith(`${space}:`)) continue;
    const name = key.slice(space.length + 1);
    const value = parseValue(text);
    values[name] = name === "displayName" && !isEncrypted(value) ? text : value;
  }
  return values;
}

function parseValue(text: string): unknown {
  if (!/^(\{|\[|true$|false$)/u.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
