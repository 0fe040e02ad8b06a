/** Imported before the SDK, which takes half of its time and 50 MB to be able to serialize functions. */
import Module, { createRequire } from "node:module";

const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** As `require` returns it at the first use: the SDK chooses its own TypeScript. */
for (const name of ["./typescript-shim", "@npmcli/arborist"]) {
  const file = fileOf(name);
  if (file !== undefined) loadLate(file);
}

/** @returns undefined where this version of the SDK has none, as 3.276 has no arborist */
function fileOf(name: string): string | undefined {
  try {
    return ofSdk.resolve(name);
  } catch {
    return undefined;
  }
}

function loadLate(file: string): void {
  const real = (): Record<PropertyKey, unknown> => {
    if (require.cache[file] === late) Reflect.deleteProperty(require.cache, file);
    return ofSdk(file) as Record<PropertyKey, unknown>;
  };
  const late = Object.assign(new Module(file), { filename: file, loaded: true });
  late.exports = new Proxy({}, { get: (_, name) => property(real, name) });
  require.cache[file] ??= late;
}

/** Compiled `import` first checks for `__esModule`; true keeps it from copying all properties. */
function property(real: () => Record<PropertyKey, unknown>, name: PropertyKey): unknown {
  if (name === "__esModule") return true;
  return name === "default" ? (real()["default"] ?? real()) : real()[name];
}
