/**
 * Parts of the SDK that no program of ours uses are loaded at their first use: what serializes functions, with
 * TypeScript, and the automation API. They are an eighth of a preview's processor time, and 20 MB. Imported before the SDK.
 * Relies on: the SDK requires these files by these paths, and takes them from require.cache.
 * Without it: they are loaded at the start.
 * Tested by: test/startup/lazy-sdk.test.ts
 */
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";

const sdk = require.resolve("@pulumi/pulumi/package.json");

/** @param functions those that the SDK copies when it starts */
function loadLate(path: string, ...functions: string[]): void {
  const file = join(dirname(sdk), path);
  const late = Object.assign(new Module(file), { filename: file, loaded: true });
  const loaded = (): Record<PropertyKey, unknown> => {
    if (require.cache[file] === late) Reflect.deleteProperty(require.cache, file);
    return createRequire(sdk)(file) as Record<PropertyKey, unknown>;
  };
  const property = (name: PropertyKey): unknown => {
    // Compiled `import` first checks for it; true keeps it from copying all properties.
    if (name === "__esModule") return true;
    if (!functions.includes(String(name))) return loaded()[name];
    return (...given: unknown[]) => (loaded()[name] as (...all: unknown[]) => unknown)(...given);
  };
  late.exports = new Proxy({}, { get: (_, name) => property(name) });
  require.cache[file] ??= late;
}

loadLate("automation/index.js");
loadLate("runtime/closure/codePaths.js", "computeCodePaths");
loadLate("runtime/closure/serializeClosure.js", "serializeFunction", "serializeFunctionAsync");
