/** Values in several request bodies, in the forms that Graph accepts. */
import * as v from "valibot";
import { isGuid } from "./object-key";

export const guid = v.pipe(v.string(), v.check(isGuid));
export const flag = v.nullish(v.boolean());
export const anyText = v.nullish(v.string());
export const textOf = (most: number): v.GenericSchema<string | null | undefined> =>
  v.nullish(v.pipe(v.string(), v.maxLength(most)));
export const someText = (most: number): v.GenericSchema<string> =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(most));
/** An address, or one of the two forms in which clients send none. */
export const address = v.nullish(
  v.pipe(
    v.string(),
    v.check((text) => text === "" || URL.canParse(text)),
  ),
);

/** Edm.DateTimeOffset: a day, a time and a zone. */
export const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:\d{2})$/i),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);

/** Edm.Binary: base64; az sends a certificate's in the lines of its PEM file. */
export const binary = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/));

/** Whether all texts are different. */
export function areDifferent(texts: readonly (string | null | undefined)[]): boolean {
  const given = texts.filter((text) => text !== null && text !== undefined).map((text) => text.toLowerCase());
  return new Set(given).size === given.length;
}
