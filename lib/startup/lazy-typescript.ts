/**
 * TypeScript is loaded at its first use. The SDK loads it at each start, to be able to serialize functions: a tenth of
 * a preview's processor time, and 16 MB. Imported before the SDK.
 * Relies on: the SDK requires TypeScript through its own file typescript-shim.js, and takes it from require.cache.
 * Without it: TypeScript is loaded at the start.
 * Tested by: test/startup/lazy-typescript.test.ts
 */
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";

const sdk = require.resolve("@pulumi/pulumi/package.json");
const shim = join(dirname(sdk), "typescript-shim.js");

const late = Object.assign(new Module(shim), { filename: shim, loaded: true });
late.exports = new Proxy({}, { get: (_, name) => property(name) });
require.cache[shim] ??= late;

/** The SDK's own TypeScript, as `require` returns it. */
function typescript(): Record<PropertyKey, unknown> {
  if (require.cache[shim] === late) Reflect.deleteProperty(require.cache, shim);
  return createRequire(sdk)(shim) as Record<PropertyKey, unknown>;
}

/** Compiled `import` first checks for `__esModule`; true keeps it from copying all properties. */
const property = (name: PropertyKey): unknown => (name === "__esModule" ? true : typescript()[name]);
