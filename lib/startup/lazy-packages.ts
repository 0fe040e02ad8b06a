/**
 * Modules that Pulumi's SDK loads at every start to serialize functions: a compiler, and npm's package resolution. They take half of the SDK's
 * loading time and 50 MB. The dynamic resources here are already text (components/dynamic-resource.ts), so each module is loaded only
 * when it is used, which never happens. Imported before the SDK, for its effect; or preloaded, in one of Pulumi's own processes.
 */
import Module, { createRequire } from "node:module";

const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** As `require` returns it at the first use: the SDK chooses its own TypeScript. */
for (const name of ["./typescript-shim", "@npmcli/arborist"]) loadLate(ofSdk.resolve(name));

function loadLate(file: string): void {
  const real = (): Record<PropertyKey, unknown> => {
    if (require.cache[file] === late) Reflect.deleteProperty(require.cache, file);
    return ofSdk(file) as Record<PropertyKey, unknown>;
  };
  const late = Object.assign(new Module(file), { filename: file, loaded: true });
  late.exports = new Proxy({}, { get: (_, name) => property(real, name) });
  require.cache[file] ??= late;
}

/** Code compiled from `import` first checks for `__esModule`; the result true keeps it from copying all properties. */
function property(real: () => Record<PropertyKey, unknown>, name: PropertyKey): unknown {
  if (name === "__esModule") return true;
  return name === "default" ? (real()["default"] ?? real()) : real()[name];
}
