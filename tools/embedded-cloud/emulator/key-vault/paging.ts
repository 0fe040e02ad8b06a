import type { VaultContext } from "./authorization";
import { badParameter } from "./errors";

const pageSize = 25;

/** Responds with at most `maxresults` (1 to 25, default 25) items. @param shown the document of an item */
export function pageOf<Item>(
  c: VaultContext,
  items: readonly Item[],
  shown: (item: Item) => Record<string, unknown>,
): Response {
  const query = new URL(c.req.url).searchParams;
  const asked = query.get("maxresults") ?? String(pageSize);
  const size = Number(asked);
  if (!/^\d+$/u.test(asked) || size < 1 || size > pageSize) {
    throw badParameter(`maxresults has to be a whole number from 1 to ${pageSize}.`);
  }
  const from = startOf(query.get("$skiptoken"));
  const until = from + size;
  query.set("$skiptoken", Buffer.from(String(until)).toString("base64url"));
  const nextLink = until < items.length ? `${c.get("origin")}${c.req.path}?${query.toString()}` : null;
  return c.json({ value: items.slice(from, until).map(shown), nextLink });
}

function startOf(skipToken: string | null): number {
  if (skipToken === null) return 0;
  const start = Buffer.from(skipToken, "base64url").toString();
  if (!/^\d+$/u.test(start)) throw badParameter("$skiptoken is not one this vault gave out.");
  return Number(start);
}
