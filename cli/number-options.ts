/** Options that are numbers or ages. */
import { Option } from "commander";
import type { Limits } from "../config/limits";
import { UsageError } from "./exit-code";

/**
 * An option that is a whole number in its limits.
 * @param flags "--port <number>"
 */
export function numberOption(flags: string, about: string, { least, most, default: usual }: Limits): Option {
  const option = new Option(flags, `${about}, ${least} to ${most}`).default(usual);
  return option.argParser((text) => {
    const value = Number(text);
    if (/^\d+$/u.test(text) && value >= least && value <= most) return value;
    throw new UsageError(`${option.long ?? flags} ${text} is not a whole number from ${least} to ${most}.`);
  });
}

const milliseconds = { d: 86_400_000, h: 3_600_000, m: 60_000 };

/** An age such as 7d, 12h or 30m, in milliseconds. */
export function ageOf(option: string, text: string): number {
  const [, count, unit] = /^(\d{1,4})([dhm])$/u.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * milliseconds[unit as keyof typeof milliseconds];
  throw new UsageError(`${option} ${text} is no age: a number and d, h or m, such as 7d for seven days.`);
}
