// The JSON schema of a stack's file, for editors: bin/settings.schema.json, made of the catalogue of settings.
//
// The catalogue alone checks: the schema accepts all that a deployment accepts, and says nothing of settings that need each other.
import { createRequire } from "node:module";
import { join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";

const namespace = "secure-application-model";

/** The engine's form of an encrypted value, which may stand in any place. */
const encrypted = {
  title: "an encrypted value",
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
};

/** A pattern that needs no flag `i`, as JSON Schema has no flags. */
function inEitherCase(source) {
  const other = (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());
  const others = (text) => text.replace(/[a-z]/giu, other);
  return source.replace(/\\.|\[(\^?)((?:\\.|[^\]\\])*)\]|[a-z]/giu, (part, not, members) => {
    if (part.startsWith("\\")) return part;
    if (members === undefined) return `[${part}${other(part)}]`;
    const letters = [...members.matchAll(/\\.|[a-z](?:-[a-z])?/giu)].filter(([one]) => !one.startsWith("\\"));
    return `[${not}${letters.map(([one]) => others(one)).join("")}${members}]`;
  });
}

const options = {
  // Checks by functions and trimming have no form in JSON Schema.
  errorMode: "ignore",
  overrideAction({ valibotAction: { type, requirement }, jsonSchema }) {
    if (type !== "regex" && type !== "email") return undefined;
    const { source, flags } = requirement;
    return { type: jsonSchema.type, pattern: flags.includes("i") ? inEitherCase(source) : source };
  },
};

/** A setting of the file's first level, where a text may stand for another value: `pulumi config set` writes texts. */
function atTop({ example }, { type, enum: values, ...schema }) {
  if (type === "boolean") return { ...schema, enum: [true, false, "true", "false"] };
  if (type === "string") return { ...schema, ...(values ? { enum: values } : { type: ["string", "number"] }) };
  return { ...schema, type: [type, "string"], ...(example === undefined && { pattern: "^[\\[{]" }) };
}

function schemaOf(setting, isTop = false) {
  const { about, allowed, absent, entries, entry } = setting;
  const { $schema: _, ...own } = toJsonSchema(setting.schema, options);
  if (typeof own.default === "object") delete own.default;
  if (entries !== undefined) own.properties = mapped(entries, (one) => schemaOf(one));
  if (entries !== undefined) own.additionalProperties = false;
  if (entry !== undefined) own.items = schemaOf(entry);
  const values = `Values: ${allowed}${absent === undefined ? "" : ` (${absent})`}.`;
  const shown = { ...(isTop ? atTop(setting, own) : own), patternErrorMessage: values };
  return { description: `${about}\n\n${values}`, anyOf: [shown, encrypted] };
}

const mapped = (values, change) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

/** @param bin the folder of the compiled sources */
export function settingsSchema(bin) {
  const { settings } = createRequire(import.meta.url)(join(bin, "lib", "config", "catalogue.js"));
  const own = Object.entries(settings.entries).map(([name, one]) => [`${namespace}:${name}`, schemaOf(one, true)]);
  const config = {
    type: ["object", "null"],
    properties: Object.fromEntries(own),
    patternProperties: { [`^${namespace}:(?!(?:${Object.keys(settings.entries).join("|")})$)`]: false },
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack's settings",
    type: "object",
    properties: { config },
  };
}
