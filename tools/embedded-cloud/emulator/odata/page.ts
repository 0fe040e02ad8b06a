import { QueryError } from "./query";

/**
 * @param skiptoken the position at which the page before ended
 * @returns the items, and the token of the next page when there is one
 * @throws QueryError malformed for a token that no page returned
 */
export function pageOf<T>(
  items: readonly T[],
  size: number,
  skiptoken: string | undefined,
): { items: T[]; next?: string } {
  const from = skiptoken === undefined ? 0 : positionIn(skiptoken);
  const until = from + size;
  return {
    items: items.slice(from, until),
    ...(until < items.length && { next: Buffer.from(`${marker}${until}`).toString("base64url") }),
  };
}

const marker = "from ";

function positionIn(skiptoken: string): number {
  const text = Buffer.from(skiptoken, "base64url").toString();
  const position = Number(text.slice(marker.length));
  if (!text.startsWith(marker) || !Number.isInteger(position) || position < 1) {
    throw new QueryError("malformed", "$skiptoken", "The specified page token value is not one that was given out.");
  }
  return position;
}
