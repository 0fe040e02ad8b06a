/** Stack configuration → typed settings. Every problem is found before anything else runs, and all are reported at once. */
import * as v from "valibot";
import { command, Failure, namespace, run } from "../errors/failure";
import { settings } from "./catalogue";
import { combined, conflictsIn, type Settings } from "./combinations";
import { readEndpointsFile } from "./endpoints";
import { inOrder, type Located, ofIssue } from "./problems";

export class SettingsError extends Failure {
  constructor(found: readonly Located[]) {
    const problems = inOrder(found).map(({ path, ...problem }) => ({ where: `${namespace}:${path}`, ...problem }));
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super("settings", { what: `The configuration of this stack has ${count}:`, problems });
  }
}

/**
 * Reads the settings of a stack.
 * @param configuration `namespace:key` → value, as the engine hands it over: texts, objects as JSON
 * @param root the folder that a relative `endpoints` path starts from
 * @throws SettingsError naming every problem: where, what was found, what is allowed, the command that sets it
 */
export function readSettings(configuration: Readonly<Record<string, string>>, root: string): Settings {
  const problems: Located[] = [];
  const found = parseValues(configuration);
  // Both of these are objects with required parts: without them, each missing part is reported by its own name.
  found["vault"] ??= {};
  found["consent"] ??= {};
  if (typeof found["endpoints"] === "string") {
    try {
      const { endpoints, signInPort } = readEndpointsFile(found["endpoints"], root);
      found["endpoints"] = endpoints;
      const { consent } = found;
      if (signInPort !== undefined && typeof consent === "object") found["consent"] = { port: signInPort, ...consent };
    } catch (error) {
      // The embedded cloud is where a stack gets such a file from; a package has none.
      const hint = "In a clone of the repository the embedded cloud writes one when it starts.";
      const fixes = [run("Start it", command("npm", "start", "--", "--keep"))];
      problems.push({ path: "endpoints", why: `${(error as Failure).what} ${hint}`, fixes });
      delete found["endpoints"];
    }
  }
  const result = v.safeParse(settings.schema, found);
  problems.push(...(result.issues ?? []).map(ofIssue), ...conflictsIn(found));
  if (result.success && problems.length === 0) return combined(result.output);
  throw new SettingsError(problems);
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
