/** Schemas that accept nothing unknown: valibot's own accept a list in place of an object. */
import * as v from "valibot";

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
const object = v.custom<object>(isObject, ({ input }) => `an object expected, not ${kindOf(input)}`);

/** An object with these properties and no other. */
export const strictObject = <Entries extends v.ObjectEntries>(
  entries: Entries,
): v.SchemaWithPipe<readonly [typeof object, v.StrictObjectSchema<Entries, undefined>]> =>
  v.pipe(object, v.strictObject(entries));

type Text = v.BaseSchema<string, string, v.BaseIssue<unknown>>;

/** An object of texts, such as tags. */
export const textMap = <Key extends Text, Value extends Text>(
  key: Key,
  value: Value,
): v.SchemaWithPipe<readonly [typeof object, v.RecordSchema<Key, Value, undefined>]> =>
  v.pipe(object, v.record(key, value));

/** The problem, without the value: it may be a secret. */
export function problemOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object" && issue.expected === "never") return "there is no such property";
  // The messages of our own checks; valibot's repeat the received value.
  if (issue.type === "check" || issue.type === "custom") return issue.message;
  return `${issue.expected ?? issue.type} expected`;
}

/** Whether a request has a body whose content type is not JSON, in any spelling. */
export const hasOtherBody = (headers: Headers): boolean =>
  (headers.get("content-length") ?? "0") !== "0" || headers.has("transfer-encoding")
    ? !/^application\/json(?:\s*;|$)/iu.test(headers.get("content-type") ?? "")
    : false;

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
