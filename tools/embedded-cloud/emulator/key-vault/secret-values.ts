import * as v from "valibot";
import { problemOf, strictObject, textMap } from "../strict-json";
import { badParameter } from "./errors";

const valueBytes = 25 * 1024;
const maxTags = 15;

/** Since the epoch. */
const seconds = v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0)));
const short = v.pipe(v.string(), v.maxLength(256));

/** Tags of anything in a vault. */
export const objectTags = v.nullish(
  v.pipe(
    textMap(short, short),
    v.check((tags) => Object.keys(tags).length <= maxTags, `an object has at most ${maxTags} tags`),
  ),
);

const changeEntries = {
  contentType: v.nullish(v.pipe(v.string(), v.maxLength(255))),
  tags: objectTags,
  attributes: v.nullish(
    v.pipe(
      strictObject({ enabled: v.nullish(v.boolean()), nbf: seconds, exp: seconds }),
      v.check(({ nbf, exp }) => (nbf ?? 0) <= (exp ?? Infinity), "nbf is not after exp"),
    ),
  ),
};
const valueEntry = {
  value: v.pipe(
    v.string(),
    v.check((value) => Buffer.byteLength(value) <= valueBytes, "a secret's value is at most 25 KB long"),
  ),
};

/**
 * Every property of a secret in a request, for the data plane and for Resource Manager. Source: the published
 * specification, and "About Azure Key Vault secrets" for the lengths.
 */
export const secretEntries = { ...valueEntry, ...changeEntries };

const changeValues = strictObject(changeEntries);
const setValues = strictObject(secretEntries);

/** A request's changes of a version of a secret. */
export type SecretChange = v.InferOutput<typeof changeValues>;
/** A request's properties of a new version. */
export type SecretValues = v.InferOutput<typeof setValues>;

/** Checks the properties of a new version. */
export function secretValues(body: unknown): SecretValues {
  return checked(setValues, body);
}

/** Checks a change of a version's attributes, tags or content type. */
export function secretChange(body: unknown): SecretChange {
  return checked(changeValues, body);
}

/** Of secrets, certificates and keys: letters, digits and hyphens, 1 to 127 of them. */
export function checkObjectName(name: string): void {
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) {
    throw badParameter(`The request URI contains an invalid name: ${name}`);
  }
}

/** @throws VaultError that names the property at fault, without its value */
export function checked<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body);
  if (!result.success) {
    const [issue] = result.issues;
    throw badParameter(`Property ${v.getDotPath(issue) ?? "(body)"} has invalid value: ${problemOf(issue)}`);
  }
  return result.output;
}
