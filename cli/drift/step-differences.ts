/** How one resource differs, from the step with which the engine would repair it. */
import type { ChangedPaths, Properties, Refreshed, Step } from "../engine/preview";
import {
  type Difference,
  difference,
  differences,
  entriesOf,
  isRecord,
  isSecret,
  isUnknown,
  secretText,
} from "./differences";
import { permissionEntries, permissionsProperty } from "./permissions";

export function differencesOf(step: Step): Difference[] {
  const declared = hidden(step.type, step.new?.inputs ?? {});
  const paths = step.detailedDiff ?? {};
  const live = hidden(step.type, (isInputDiff(paths) ? step.old?.inputs : step.old?.outputs) ?? {});
  if (!step.old) return [difference("", summary(declared), undefined)];
  if (!step.new) return [difference("", undefined, summary(live))];
  const properties = step.diffs?.length ? step.diffs : Object.keys({ ...declared, ...live });
  const compare = isInputDiff(paths) ? inputDifferences : outputDifferences;
  const found = properties
    .filter((property) => !property.startsWith("__"))
    .flatMap((property) => compare(property, declared, live, paths));
  if (found.length > 0) return found;
  const named = Object.keys(paths).filter((path) => isUndeclared(path, declared));
  if (named.length > 0) return named.map((path) => difference(path, undefined, valueAt(live, keysOf(path))));
  // Entra gives permissions back in an order of its own, which azuread alone takes for a change.
  if (properties.every((property) => property === permissionsProperty)) return [];
  // The engine reports a change, but no value shows a difference.
  return [difference(properties.join(", "), "as declared", "the same in another order or form")];
}

/**
 * Whether a provider compared inputs. Terraform's bridge (azuread) compares outputs: a refresh cuts its
 * inputs to the length of the old ones, so that they hide added entries and contain removed ones.
 */
const isInputDiff = (paths: ChangedPaths): boolean =>
  Object.values(paths).every(({ inputDiff }) => inputDiff !== false);

type Compare = (property: string, declared: Properties, live: Properties, paths: ChangedPaths) => Difference[];

const inputDifferences: Compare = (property, declared, live, paths) => {
  const [wanted, found] = [declared[property], live[property]].map((value) => comparable(property, value));
  return differences(property, wanted, found, (path) => isNamed(paths, path));
};

/** Outputs contain every default: only what is declared or named by the provider counts. */
const outputDifferences: Compare = (property, declared, live, paths) => {
  const wanted = declared[property];
  const like = { ...live, [property]: likeDeclared(wanted, live[property]) };
  return [
    ...(wanted === undefined ? [] : inputDifferences(property, declared, like, paths)),
    ...Object.keys(paths)
      .filter((path) => keysOf(path)[0] === property && isUndeclared(path, declared))
      .flatMap((path) => undeclared(path, comparable(path, valueAt(live, keysOf(path))))),
  ];
};

/** An element of a list is not a property: a declared list is compared as a whole. */
const isUndeclared = (path: string, declared: Properties): boolean =>
  !path.endsWith("]") && valueAt(declared, keysOf(path)) === undefined;

/** One difference for each entry of a list, and for each member that is not empty. */
function undeclared(property: string, live: unknown): Difference[] {
  if (Array.isArray(live)) return differences(property, [], live, () => true);
  if (!isRecord(live)) return [difference(property, undefined, live)];
  return entriesOf(live)
    .filter(([, value]) => isNotEmpty(value))
    .flatMap(([key, value]) => undeclared(`${property}.${key}`, value));
}

function isNotEmpty(value: unknown): boolean {
  if (value === null || value === "" || value === false) return false;
  return typeof value !== "object" || Object.values(value).some(isNotEmpty);
}

/** Changed properties with a default that are not declared: no step repairs what a refresh accepts. */
export function adopted({ type, detailedDiff, new: live }: Refreshed, step: Step): Difference[] {
  return Object.entries(detailedDiff ?? {}).flatMap(([path, { inputDiff }]) => {
    const keys = keysOf(path);
    const around = valueAt(step.new?.inputs ?? {}, keys.slice(0, -1));
    const defaults: unknown = isRecord(around) ? around["__defaults"] : undefined;
    if (inputDiff !== false || !Array.isArray(defaults) || !defaults.includes(keys.at(-1))) return [];
    const value = valueAt(hidden(type, live?.outputs ?? {}), keys);
    return [{ ...difference(path, undefined, value), adopted: true }];
  });
}

const isNamed = (paths: ChangedPaths, property: string): boolean =>
  Object.keys(paths).some((path) => path === property || path.startsWith(`${property}.`));

const comparable = (property: string, value: unknown): unknown =>
  property === permissionsProperty ? permissionEntries(value) : value;

function likeDeclared(declared: unknown, live: unknown): unknown {
  if (!isRecord(declared) || !isRecord(live)) return live;
  return Object.fromEntries(Object.keys(declared).map((key) => [key, likeDeclared(declared[key], live[key])]));
}

/** A missing resource by its identifying properties: its short inputs. */
function summary(inputs: Properties): Properties {
  const short = entriesOf(inputs).filter(([, value]) => !isRecord(value) && !Array.isArray(value) && !isUnknown(value));
  return Object.fromEntries(short);
}

/** The engine marks secrets; those that a provider leaves unmarked are recognized by their names. */
function hidden(type: string, properties: Properties): Properties {
  if (!/(?:Secret|Password|CredentialRecord)$/u.test(type)) return properties;
  const entries = entriesOf(properties).map(([key, value]) => {
    if (key === "value" && !isUnknown(value)) return [key, secretText] as const;
    return [key, isRecord(value) && !isSecret(value) ? hidden(type, value) : value] as const;
  });
  return Object.fromEntries(entries);
}

/** The parts of a path in the engine's format, from the outside in: `web.redirectUris[1]`, `tags["a.b"]`. */
const keysOf = (path: string): string[] =>
  [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/gu)].map(
    ([, quoted, index, name]) => quoted?.replaceAll(/\\(.)/gu, "$1") ?? index ?? name ?? "",
  );

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)] as unknown;
    return isRecord(inner) ? inner[key] : undefined;
  }, value);
}
