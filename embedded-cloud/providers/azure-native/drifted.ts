/** How drift changes inputs. */
import { canonical, isValues, type Value, type Values } from "../base/values";

/**
 * Inputs after a refresh: only differences between the known and the found state change them, so that defaults of the cloud are not added.
 * Objects are merged by key and lists element by element; what the inputs lack is added as a whole.
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
