/** Stack configuration → typed settings. Every problem is found before anything else runs, and all are reported at once. */
import * as v from "valibot";
import { cloudNames } from "./clouds";
import { endpointsSchema, readEndpointsFile } from "./endpoints";
import { settingRules } from "./rules";

/** The namespace of all settings: the project's name in Pulumi.yaml. */
const namespace = "secure-application-model";

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;
const domain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/iu;
const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4OrCidr = new RegExp(`^(${octet}\\.){3}${octet}(/([0-9]|[12][0-9]|3[0-2]))?$`, "u");
const label = v.pipe(v.string(), v.regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/u));
const objectId = v.pipe(v.string(), v.regex(guid));
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
/** In UTC and written as Entra answers it, so that the provider sees no difference. */
const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/u),
  v.check((text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 10) === text.slice(0, 10)),
);
const twoYears = 2 * 366 * 24 * 3600 * 1000;
const futureInstant = v.pipe(
  instant,
  v.check((text) => Date.parse(text) > Date.now() && Date.parse(text) < Date.now() + twoYears),
);

/** Exported for its keys: every one has a rule, and the tests hold that. */
export const settingsSchema = v.strictObject({
  cloud: v.picklist(cloudNames),
  endpoints: v.exactOptional(endpointsSchema),
  tenantId: v.exactOptional(
    v.pipe(
      v.string(),
      v.check((text) => guid.test(text) || domain.test(text)),
    ),
  ),
  displayName: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  configurePreconsent: v.optional(v.boolean(), false),
  owners: v.exactOptional(v.pipe(v.array(objectId), v.minLength(1))),
  azureManagement: v.optional(v.boolean(), false),
  delegatedGraph: v.optional(v.boolean(), false),
  clientSecret: v.optional(
    v.pipe(
      v.strictObject({
        label: v.optional(label, "initial"),
        endDate: v.exactOptional(futureInstant),
        previous: v.exactOptional(v.strictObject({ label, endDate: v.exactOptional(instant) })),
      }),
      v.forward(
        v.partialCheck([["label"], ["previous"]], (secret) => secret.previous?.label !== secret.label),
        ["previous", "label"],
      ),
    ),
    {},
  ),
  vault: v.strictObject({
    name: v.pipe(v.string(), v.regex(/^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/iu)),
    resourceGroupName: v.pipe(v.string(), v.regex(/^[\w.()-]{0,89}[\w()-]$/u)),
    location: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9 ]*$/iu)),
    retentionDays: v.optional(whole(7, 90), 90),
    protect: v.optional(v.boolean(), true),
    networkRules: v.exactOptional(v.strictObject({ ipRules: v.array(v.pipe(v.string(), v.regex(ipv4OrCidr))) })),
    readers: v.optional(
      v.array(
        v.strictObject({ principalId: objectId, principalType: v.picklist(["User", "Group", "ServicePrincipal"]) }),
      ),
      [],
    ),
  }),
  consent: v.pipe(
    v.strictObject({
      mode: v.optional(v.picklist(["auto", "interactive", "never"]), "auto"),
      account: v.exactOptional(v.pipe(v.string(), v.email())),
      deadlineMinutes: v.optional(whole(1, 60), 10),
      warnBeforeDays: v.optional(whole(1, 89), 30),
      port: v.optional(whole(1024, 65535), 8400),
    }),
    v.forward(
      v.partialCheck([["mode"], ["account"]], (consent) => consent.mode === "never" || consent.account !== undefined),
      ["account"],
    ),
  ),
});

/** A stack's settings, defaults filled in. Units and ranges: `rules.ts`. */
export type Settings = v.InferOutput<typeof settingsSchema>;

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
