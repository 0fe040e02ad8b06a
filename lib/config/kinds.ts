/** The kinds of settings. Each creates schema and description from the same data, so that none is missing. */
import * as v from "valibot";
import type { Limits } from "./limits";

/** One setting, complete: the accepted values, error texts and docs/settings.md come from here. */
export interface Setting<S extends v.GenericSchema = v.GenericSchema> {
  schema: S;
  /** Its purpose: one line of Markdown. */
  about: string;
  allowed: string;
  /** If it is not set: "required", "required unless vault.uri is set", "default 90". None for an entry. */
  absent?: string;
  /** Whether it must be set, unless another setting is set. */
  isRequired?: boolean;
  /** An accepted value, for the command that sets it. Objects and lists are set by their parts. */
  example?: string;
  entries?: Entries;
  entry?: Setting;
}

/** A setting with a name, and with a description of what applies if it is not set. */
type Named<S extends v.GenericSchema = v.GenericSchema> = Setting<S> & { absent: string };
type Entries = Readonly<Record<string, Named>>;
type Schemas<E extends Entries> = { [K in keyof E]: E[K]["schema"] };
type ObjectSchema<E extends Entries> = v.StrictObjectSchema<Schemas<E>, undefined>;
type Optional<S extends v.GenericSchema> = Named<v.ExactOptionalSchema<S, undefined>>;
type Defaulted<S extends v.GenericSchema, D extends v.InferInput<S>> = Named<v.OptionalSchema<S, D>>;

type TextSchema = v.GenericSchema<string>;
type Words = Required<Pick<Setting, "about" | "allowed" | "example">>;

export function text(check: RegExp | TextSchema, words: Words): Setting<TextSchema> {
  return { schema: check instanceof RegExp ? v.pipe(v.string(), v.regex(check)) : check, ...words };
}

export const requiredText = (check: RegExp | TextSchema, words: Words): Named<TextSchema> =>
  required(text(check, words));

/** A text whose example is its default. */
export const usualText = (check: RegExp | TextSchema, words: Words): Defaulted<TextSchema, string> =>
  withDefault(text(check, words), words.example);

/** @param unless the condition under which it is not needed: "vault.uri is set" */
export function textUnless(unless: string, check: RegExp | TextSchema, words: Words): Optional<TextSchema> {
  return { ...optional(text(check, words)), absent: `required unless ${unless}`, isRequired: true };
}

/** @param absent what applies instead: "the deployer's tenant" */
export function optionalText(
  check: RegExp | TextSchema,
  { absent, ...words }: Words & { absent: string },
): Optional<TextSchema> {
  return optional(text(check, words), absent);
}

export function oneOf<const T extends string>(about: string, values: readonly T[]): Setting<v.GenericSchema<T>> {
  const allowed = `${values.slice(0, -1).join(", ")} or ${values.at(-1) ?? ""}`;
  return { schema: v.picklist(values), about, allowed, example: values[0] ?? "" };
}

export function wholeNumber(about: string, limits: Limits): Defaulted<v.GenericSchema<number>, number> {
  const { least, most, unit, default: usual } = limits;
  const schema = v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
  const allowed = `a whole number ${unit === undefined ? "" : `of ${unit} `}from ${least} to ${most}`;
  return withDefault({ schema, about, allowed, example: String(usual) }, usual);
}

export function yesOrNo(about: string, usual: boolean): Defaulted<v.GenericSchema<boolean>, boolean> {
  return withDefault(flag(about, usual), usual);
}

/** @param usual the example for a value that means neither true nor false */
export function flag(about: string, usual: boolean): Setting<v.GenericSchema<boolean>> {
  return { schema: v.boolean(), about, allowed: "true or false", example: String(usual) };
}

/** @param alone names of settings that exclude the others */
export function object<E extends Entries>(
  about: string,
  entries: E,
  alone: readonly (keyof E & string)[] = [],
): Setting<ObjectSchema<E>> & { entries: E } {
  const schemas = Object.fromEntries(Object.entries(entries).map(([name, { schema }]) => [name, schema])) as Schemas<E>;
  const names = Object.keys(entries).filter((name) => !alone.includes(name));
  const allowed = [`an object: ${names.join(", ")}`, ...alone.map((name) => `or ${name} alone`)].join("; ");
  // Unlike a strict object, this reports every unknown name instead of only the first; a list is an object to valibot.
  const noList = v.custom((value) => !Array.isArray(value));
  const schema = v.pipe(noList, v.objectWithRest(schemas, v.never())) as unknown as ObjectSchema<E>;
  return { schema, about, allowed, entries };
}

/** @param many what its entries are, in the plural */
export function listOf<S extends v.GenericSchema>(
  about: string,
  many: string,
  entry: Setting<S>,
  least = 0,
): Setting<v.GenericSchema<v.InferInput<S>[], v.InferOutput<S>[]>> {
  const schema = v.pipe(v.array(entry.schema), v.minLength(least));
  return { schema, about, allowed: `a list of ${many}`, entry };
}

export function required<S extends v.GenericSchema>(setting: Setting<S>): Named<S> {
  return { ...setting, absent: "required", isRequired: true };
}

export function optional<S extends v.GenericSchema>(setting: Setting<S>, absent = "none"): Optional<S> {
  return { ...setting, schema: v.exactOptional(setting.schema), absent: `default: ${absent}` };
}

/** @param absent the meaning of the default, if the value itself does not show it */
export function withDefault<S extends v.GenericSchema, const D extends v.InferInput<S>>(
  setting: Setting<S>,
  value: D,
  absent?: string,
): Defaulted<S, D> {
  const words = absent === undefined ? `default ${String(value)}` : `default: ${absent}`;
  return { ...setting, schema: v.optional(setting.schema, value), absent: words };
}
