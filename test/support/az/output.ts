/** `--query` and `--output`: the part of JMESPath that this project prints. */
import { AzError } from "./arguments";

type Json = unknown;

/** @throws AzError where there is nothing: a printed query is for what is there */
const at = (value: Json, path: string): Json => {
  const found = path.split(".").reduce<Json>((one, name) => (one as Record<string, Json> | null)?.[name], value);
  if (found === undefined) throw new AzError(1, `there is no ${path}`);
  return found;
};

/** `a.b`, `[].a`, `[].{x:a, y:b}`. @throws AzError for every other expression */
export function queried(value: Json, query: string | undefined): Json {
  if (query === undefined) return value;
  const path = String.raw`[A-Za-z]\w*(?:\.[A-Za-z]\w*)*`;
  const [, alone, each, shape] = new RegExp(`^(?:(${path})|\\[\\]\\.(?:(${path})|\\{(.+)\\}))$`, "u").exec(query) ?? [];
  if (alone !== undefined) return at(value, alone);
  const parts = shape?.split(",").map((part) => part.trim().split(":") as [string, string]);
  if (each === undefined && parts === undefined) throw new AzError(2, `this az has no query like ${query}`);
  return (value as Json[]).map((one) =>
    parts === undefined
      ? at(one, String(each))
      : Object.fromEntries(parts.map(([name, from]) => [name, at(one, from)])),
  );
}

export function written(value: Json, format = "json"): string {
  if (value === undefined || format === "none") return "";
  if (format === "json") return `${JSON.stringify(value, null, 2)}\n`;
  const cells = Array.isArray(value) ? (value as Json[]) : [value];
  return cells.map((cell) => `${typeof cell === "string" ? cell : JSON.stringify(cell)}\n`).join("");
}
