/** Stack configuration → typed settings. Every problem is found before anything else runs, and all are reported at once. */
import * as v from "valibot";
import { readEndpointsFile } from "./endpoints";
import { settingRules } from "./rules";
import { type Settings, settingsSchema } from "./settings-schema";

/** The namespace of all settings: the project's name in Pulumi.yaml. */
const namespace = "secure-application-model";

/** All problems of a configuration, ready to print. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * Reads the settings of a stack.
 * @param configuration `namespace:key` → value, as the engine hands it over: texts, objects as JSON
 * @param root the folder that a relative `endpoints` path starts from
 * @throws SettingsError naming every problem: where, what was found, what is allowed, the command that sets it
 */
export function readSettings(configuration: Readonly<Record<string, string>>, root: string): Settings {
  const problems: string[] = [];
  const found = parseValues(configuration);
  // Both of these are objects with required parts: without them, each missing part is reported by its own name.
  found["vault"] ??= {};
  found["consent"] ??= {};
  if (typeof found["endpoints"] === "string") {
    try {
      found["endpoints"] = readEndpointsFile(found["endpoints"], root);
    } catch (error) {
      problems.push(`  ${namespace}:endpoints\n    ${(error as Error).message}`);
      delete found["endpoints"];
    }
  }
  const result = v.safeParse(settingsSchema, found);
  if (result.success && problems.length === 0) return result.output;
  // A value may break several parts of its rule; the rule is told once.
  problems.push(...new Set((result.issues ?? []).map(describe)));
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new SettingsError(`The configuration of this stack has ${count}:\n\n${problems.join("\n\n")}\n`);
}

/** The engine hands everything over as text. Only what looks like JSON is taken for JSON: a display name may be "42". */
function parseValues(configuration: Readonly<Record<string, string>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(configuration)) {
    if (!key.startsWith(`${namespace}:`)) continue;
    const name = key.slice(namespace.length + 1);
    values[name] = name === "displayName" ? text : parseValue(text);
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

function describe(issue: v.BaseIssue<unknown>): string {
  const keys = (issue.path ?? []).map((item) => (item as { key: unknown }).key);
  const path = keys.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
  if (issue.type === "strict_object" && issue.expected === "never") {
    return [
      `  ${namespace}:${path}`,
      `    found:   a setting that does not exist`,
      `    allowed: ${siblings(path).join(", ")}`,
      `    fix:     pulumi config rm --path '${namespace}:${path}'`,
    ].join("\n");
  }
  // Not the issue's input: a check over several settings has the object around them there.
  const found = issue.path?.at(-1)?.value;
  if (found === "AzureGermanCloud") return problem(path, "AzureGermanCloud, which closed on 2021-10-29");
  return problem(path, found === undefined ? "nothing" : JSON.stringify(found));
}

function problem(path: string, found: string): string {
  const rule = settingRules[path.replace(/\[\d+\]/gu, "[]")];
  return [
    `  ${namespace}:${path}`,
    `    found:   ${found}`,
    `    allowed: ${rule?.allowed ?? "see the README's table of settings"}`,
    `    fix:     pulumi config set --path '${namespace}:${path}' ${rule?.example ?? "<value>"}`,
  ].join("\n");
}

/** The names that may stand where an unknown one was found. */
function siblings(path: string): string[] {
  const parent = path.replace(/\[\d+\]/gu, "[]").replace(/\.?[^.]*$/u, "");
  const below = parent === "" ? "" : `${parent}.`;
  return Object.keys(settingRules)
    .filter((name) => name.startsWith(below) && !name.slice(below.length).includes(".") && !name.endsWith("[]"))
    .map((name) => name.slice(below.length));
}
