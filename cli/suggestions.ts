/** Values that shells offer, without the parser refusing others: a command says better itself what is wrong with one. */
import type { Argument, Option } from "commander";

export function suggesting<T extends Argument | Option>(target: T, values: readonly string[]): T {
  target.argChoices = [...values];
  return target;
}
