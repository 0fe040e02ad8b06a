/** How drift changes inputs. */
import { canonical, isValues, type Value, type Values } from "../base/values";

/**
 * Inputs after a refresh. Only differences between the known and the found state count, so that the cloud's
 * defaults are not added. Objects merge by key, lists element by element; missing values are added whole.
 */
export function drifted(inputs: Values, before: Values, after: Values): Values {
  const result = { ...inputs };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    result[key] = merged(inputs[key] ?? null, before[key] ?? null, after[key] ?? null);
  }
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
}

/** null stands for a missing value. */
function merged(input: Value, known: Value, found: Value): Value {
  if (canonical(known) === canonical(found)) return input;
  if (isValues(input) && isValues(known) && isValues(found)) return drifted(input, known, found);
  if (Array.isArray(input) && Array.isArray(known) && Array.isArray(found)) {
    return found.map((item, index) => {
      const [given = null, was = null] = [input[index], known[index]];
      return given === null ? item : merged(given, was, item);
    });
  }
  return found;
}
