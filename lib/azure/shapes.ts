/** Shapes that several services share. They admit only values that their readers can use. */
import * as v from "valibot";

/** The last second that a Date can have. */
const lastSecond = 8.64e12;

/** Seconds since 1970 as a date; undefined for none. */
export const unixTime = v.pipe(
  v.nullish(v.pipe(v.number(), v.minValue(-lastSecond), v.maxValue(lastSecond))),
  v.transform((time) => (typeof time === "number" ? new Date(time * 1000) : undefined)),
);

export const isoTime = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), "no time"),
);

export const address = v.pipe(v.string(), v.url());

export const optionalText = v.nullish(v.string());
