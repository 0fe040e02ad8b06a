/** `--query` and `--output`: the part of JMESPath that this project prints. */
import { AzError } from "./arguments";

type Json = unknown;

const at = (value: Json, path: string): Json =>
  path.split(".").reduce<Json>((one, name) => (one as Record<string, Json> | null | undefined)?.[name] ?? null, value);

/** `a.b`, `[].a`, `[?a.b].c`, `[].{x:a, y:b}`. @throws AzError for every other expression */
export function queried(value: Json, query: string | undefined): Json {
  if (query === undefined) return value;
  const path = String.raw`[A-Za-z]\w*(?:\.[A-Za-z]\w*)*`;
  if (new RegExp(`^${path}$`, "u").test(query)) return at(value, query);
  const [, condition, own, shape] =
    new RegExp(String.raw`^\[(?:\?(${path}))?\]\.(?:(${path})|\{(.+)\})$`, "u").exec(query) ?? [];
  if (own === undefined && shape === undefined) throw new AzError(2, `this az has no query like ${query}`);
  const found = (value as Json[]).filter((one) => condition === undefined || Boolean(at(one, condition)));
  if (own !== undefined) return found.map((one) => at(one, own)).filter((one) => one !== null);
  const parts = (shape ?? "").split(",").map((part) => part.trim().split(":") as [string, string]);
  return found.map((one) => Object.fromEntries(parts.map(([name, from]) => [name, at(one, from)])));
}

export function written(value: Json, format = "json"): string {
  if (value === undefined || format === "none") return "";
  if (format === "json") return `${JSON.stringify(value, null, 2)}\n`;
  const rows = (Array.isArray(value) ? (value as Json[]) : [value]).map((row): Json[] =>
    typeof row === "object" && row !== null ? Object.values(row) : [row],
  );
  const texts = rows.map((row) =>
    row.map((cell) => (typeof cell === "string" ? cell : cell === null ? "" : JSON.stringify(cell))).join("\t"),
  );
  return texts.map((text) => `${text}\n`).join("");
}
