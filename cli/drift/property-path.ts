/** Paths of properties in the engine's format: `web.redirectUris[1]`, `tags["a.b"]`. */
import { isRecord } from "./differences";

/** The names and indices of a path, from the outside in. */
export const keysOf = (path: string): string[] =>
  [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/gu)].map(
    ([, quoted, index, name]) => quoted?.replaceAll(/\\(.)/gu, "$1") ?? index ?? name ?? "",
  );

/** Undefined if the path does not exist. */
export function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)] as unknown;
    return isRecord(inner) ? inner[key] : undefined;
  }, value);
}
