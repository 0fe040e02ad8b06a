/**
 * What Pulumi's SDK loads at every start, to write functions down as text: a compiler, and npm's way to find packages. Half of the SDK's
 * time and 50 MB go into the two. The dynamic resources here are text already (docs/decisions/0006), so each is loaded once
 * something of it is used, which is never. Imported before the SDK, for its effect; or preloaded, in a process that is Pulumi's own.
 */
import Module, { createRequire } from "node:module";

const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** As `require` gives it at the first use: TypeScript through the SDK's own choice of one. */
for (const name of ["./typescript-shim", "@npmcli/arborist"]) loadLate(ofSdk.resolve(name));

/** Puts in the place of a module one that becomes it when a property is asked for. */
function loadLate(file: string): void {
  const real = (): Record<PropertyKey, unknown> => {
    if (require.cache[file] === late) Reflect.deleteProperty(require.cache, file);
    return ofSdk(file) as Record<PropertyKey, unknown>;
  };
  const late = Object.assign(new Module(file), { filename: file, loaded: true });
  late.exports = new Proxy({}, { get: (_, name) => property(real, name) });
  require.cache[file] ??= late;
}

/** A module that was compiled from `import` asks first whether this one was as well, and is told so: it then copies no properties. */
function property(real: () => Record<PropertyKey, unknown>, name: PropertyKey): unknown {
  if (name === "__esModule") return true;
  return name === "default" ? (real()["default"] ?? real()) : real()[name];
}
