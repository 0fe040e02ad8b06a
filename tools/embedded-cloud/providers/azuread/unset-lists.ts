/** Lists that the program omits: null in outputs until a read has found them empty (recorded). */
import { items, type Values } from "../base/values";

export function withUnsetLists(state: Values, inputs: Values, before: Values, names: readonly string[]): Values {
  const unset = names.filter(
    (name) => inputs[name] === undefined && (before[name] ?? null) === null && items(state[name]).length === 0,
  );
  return { ...state, ...Object.fromEntries(unset.map((name) => [name, null])) };
}
