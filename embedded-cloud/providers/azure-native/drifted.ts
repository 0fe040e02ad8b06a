/** How drift reaches inputs. */
import { canonical, isValues, type Values } from "../base/values";

/** Inputs after what was found differs from what was known: only differences reach them, so that defaults of the cloud stay out. */
export function drifted(inputs: Values, before: Values, after: Values): Values {
  const result = { ...inputs };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [known, found, input] = [before[key] ?? null, after[key] ?? null, inputs[key]];
    if (canonical(known) === canonical(found)) continue;
    if (isValues(known) && isValues(found)) result[key] = drifted(isValues(input) ? input : {}, known, found);
    else result[key] = found;
  }
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
}
