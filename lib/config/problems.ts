/** The problems of a configuration: setting, value found, values allowed, and the commands that fix each. */
import { closest, distance } from "fastest-levenshtein";
import * as v from "valibot";
import {
  byPerson,
  type Command,
  namespace,
  type Problem,
  pulumi,
  removeKey,
  removeSetting,
  run,
  setSetting,
  setSettings,
} from "../errors/failure";
import { withoutSecrets } from "../errors/secrets";
import { meant } from "../errors/text";
import { settings, settingsByPath } from "./catalogue";
import { encryptedKeys } from "./encrypted-keys";

/** A problem of the setting at this path below the namespace; `where` if the setting is elsewhere. */
export type Located = Omit<Problem, "where"> & { path: string; where?: string };

export const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/**
 * @param found its printed form
 * @param example for the fix, if the setting's own example does not fit
 * @param or another setting that may be the wrong one, and the value it would need
 */
export function wrong(path: string, found: string, example?: string, or?: { path: string; value: string }): Located {
  const { allowed = "", absent } = settingsByPath.get(plain(path)) ?? {};
  const others = or === undefined ? [] : [run("Set the other setting", setSetting(or.path, or.value))];
  const why = { found, allowed: absent === undefined ? allowed : `${allowed} (${absent})` };
  return { path, why, fixes: [run("Set it", ...commandsFor(path, example)), ...others] };
}

export function superfluous(path: string, found: string, allowed: string): Located {
  return { path, why: { found, allowed }, fixes: [run("Remove it", removeSetting(path))] };
}

export function ofIssue(issue: v.BaseIssue<unknown>): Located {
  let path = "";
  for (const { key } of issue.path ?? []) path = typeof key === "number" ? `${path}[${key}]` : join(path, String(key));
  const { value: found, input } = issue.path?.at(-1) ?? {};
  if (issue.type === "never") return nonexistent(path, found, siblings(path), input as object);
  if (path === "credential" && typeof found === "string" && !found.startsWith("{"))
    return wrong(path, "a text, not shown here: no secret belongs in the configuration");
  if (found === "AzureGermanCloud") return wrong(path, "AzureGermanCloud, which closed on 2021-10-29");
  const { expected } = issue;
  return wrong(path, shown(found), expected === "boolean" ? meantBy(String(found)) : mistyped(String(found), expected));
}

/** The allowed word that was probably meant. */
function mistyped(word: string, expected: string | null): string | undefined {
  return meant(
    word,
    [...(expected ?? "").matchAll(/"([^"]+)"/gu)].map(([, one = ""]) => one),
  );
}

/** The flag's value that a word stands for. */
const meantBy = (word: string): string | undefined =>
  /^(?:no?|off|0|f|false)$/iu.test(word) ? "false" : /^(?:y|yes|on|1|t|true)$/iu.test(word) ? "true" : undefined;

export function encrypted(path: string): Located {
  const { allowed = "no encrypted value", example } = settingsByPath.get(path) ?? {};
  const found =
    "a value that is encrypted, or has a part that is: only a deployment reads it, and no setting is a secret";
  const show = pulumi("config", "get", `${namespace}:${path}`);
  const set = example === undefined ? setSetting(`${path}.<part>`, "<value>") : setSetting(path, "<value>");
  return { path, why: { found, allowed }, fixes: [byPerson("Set what this shows again, in the clear", show, set)] };
}

/**
 * A setting of another namespace: of the project's own name, as `pulumi config set` makes it where none is given, or
 * of a mistyped one. @param isSet whether the namespace of the settings has it as well
 */
export function misnamed(space: string, path: string, value: unknown, isSet: boolean, isProject: boolean): Located {
  const where = `${space}:${path}`;
  const what = `a setting of the ${isProject ? "project" : "namespace"} ${space}, which this program does not read`;
  const remove = pulumi("config", "rm", where);
  const fix =
    isSet ||
    !leaves(path, value).every(([leaf]) => settingsByPath.has(plain(leaf))) ||
    mayBeSecret(path, value) ||
    encryptedKeys().includes(where)
      ? byPerson(`Put what it says into ${namespace}:${path} first, then remove it`, remove)
      : run("Rename it", setSettings(Object.fromEntries(leaves(path, value))), remove);
  return { path, where, why: { found: what, allowed: `${namespace}:${path}` }, fixes: [fix] };
}

/** @param names of the settings beside it @param beside the values of these settings */
export function nonexistent(path: string, value: unknown, names: readonly string[], beside: object): Located {
  if (/[.[]/u.test(path) && Object.hasOwn(beside, path)) return withoutPath(path, value);
  const below = path.replace(/[^.]*$/u, "");
  const name = path.slice(below.length);
  const near = closest(name.toLowerCase(), [...names]);
  const setting = settingsByPath.get(plain(below + near));
  const fits = setting !== undefined && v.is(setting.schema, value);
  const isNear = distance(name.toLowerCase(), near.toLowerCase()) <= (fits ? Math.ceil(name.length / 3) : 1);
  const what = `a setting that does not exist${isNear ? `: did you mean ${below}${near}?` : ""}`;
  const problem = superfluous(path, what, names.join(", "));
  const isSet = JSON.stringify((beside as Record<string, unknown>)[near] ?? {}) !== "{}";
  if (!isNear || !fits || isSet || mayBeSecret(below, value)) return problem;
  const moved = run("Rename it", setSettings(Object.fromEntries(leaves(below + near, value))), removeSetting(path));
  return { ...problem, fixes: [moved, ...problem.fixes] };
}

/** The problem of a path set without --path: the engine made a single key of it. */
function withoutPath(path: string, value: unknown): Located {
  const setting = settingsByPath.get(plain(path));
  const [remove, allowed] = [removeKey(path), setting?.allowed ?? "another setting"];
  const why = { found: "it was set without --path, which makes another setting of this name", allowed };
  const removed = run("Remove that setting", remove);
  if (setting === undefined) return { path, why, fixes: [removed] };
  const isTold = v.is(setting.schema, value) && !mayBeSecret(path, value);
  const set = isTold ? [setSettings(Object.fromEntries(leaves(path, value)))] : commandsFor(path);
  return { path, why, fixes: [run("Set it with --path", remove, ...set), removed] };
}

/** Whether a rejected value may be a secret; an encrypted value would be written back as its mask. */
function mayBeSecret(path: string, value: unknown): boolean {
  const text = JSON.stringify(value);
  return path.startsWith("credential") || withoutSecrets(text) !== text || text.includes('"secure":');
}

function leaves(path: string, value: unknown): [path: string, value: string][] {
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  const parts = Array.isArray(value)
    ? value.map((one: unknown, index) => [`${path}[${index}]`, one] as const)
    : Object.entries(value).map(([name, one]) => [join(path, name), one as unknown] as const);
  return parts.flatMap(([part, one]) => leaves(part, one));
}

/** One problem for each setting, in the order of the settings. */
export function inOrder(problems: readonly Located[]): Located[] {
  const first = problems.filter(({ path }, index) => problems.findIndex((one) => one.path === path) === index);
  return first.sort((one, other) => rankOf(one.path) - rankOf(other.path));
}

/** Commands that set a setting; an object or list is removed first, then its required parts are set. */
function commandsFor(path: string, example?: string): Command[] {
  const own = example ?? settingsByPath.get(plain(path))?.example;
  if (own !== undefined) return [setSetting(path, own)];
  // A removed list entry needs nothing in its place: the next entry moves up.
  const parts = path.endsWith("]") ? [] : requiredParts(path);
  return [removeSetting(path), ...parts.map(([part, value]) => setSetting(part, value))];
}

/** The required settings at a path: the setting itself, or its required parts. */
function requiredParts(path: string): [string, string][] {
  const { example, entries = {}, entry } = settingsByPath.get(plain(path)) ?? {};
  if (example !== undefined) return [[path, example]];
  if (entry !== undefined) return requiredParts(`${path}[0]`);
  const needed = Object.entries(entries).filter(([, one]) => one.isRequired);
  return needed.flatMap(([name]) => requiredParts(join(path, name)));
}

const plain = (path: string): string => path.replace(/\[\d+\]/gu, "[]");
const parentOf = (path: string): string => plain(path).replace(/\.?[^.]*$/u, "");
const join = (parent: string, name: string): string => (parent === "" ? name : `${parent}.${name}`);
const paths = [...settingsByPath.keys()];

/** A setting's place in the order; a setting that does not exist comes after its siblings. */
function rankOf(path: string): number {
  const index = paths.indexOf(plain(path));
  if (index >= 0) return index;
  const parent = parentOf(path);
  return parent === "" ? paths.length : paths.findLastIndex((one) => one.startsWith(parent)) + 0.5;
}

const siblings = (path: string): string[] =>
  Object.keys((parentOf(path) === "" ? settings : settingsByPath.get(parentOf(path)))?.entries ?? {});
