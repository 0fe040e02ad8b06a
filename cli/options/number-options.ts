import { isGuid, type Limits } from "../../lib/config/limits";
import { again, againWithout, run, sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";

export function wholeNumber(option: string, text: string, { least, most }: Limits): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && value >= least && value <= most) return value;
  throw new UsageError(
    `${option} ${text} is not a whole number from ${least} to ${most}.`,
    run("Leave it out, for the default", againWithout(option)),
  );
}

export function clientId(text: string): string {
  if (isGuid(text)) return text;
  throw new UsageError(
    `--client-id ${text} is no client id, which is a GUID.`,
    run("Name it (output applicationId of the stack)", again("--client-id", "<client id>")),
  );
}

const milliseconds = { d: 86_400_000, h: 3_600_000, m: 60_000 };

/** An age such as 7d, 12h or 30m, in milliseconds. */
export function ageOf(option: string, text: string): number {
  const [, count, unit] = /^(\d{1,4})([dhm])$/u.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * milliseconds[unit as keyof typeof milliseconds];
  throw new UsageError(
    `${option} ${text} is not an age.`,
    sentence("Write a number of up to four digits and d, h or m, such as 7d for seven days."),
  );
}
